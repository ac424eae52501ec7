"""What stands around the words of a notice: a gateway's warnings above, its marks in the subject; signature and list footer below."""

import re
from typing import Final

from dsnparse.late import late

# In how many words a gateway warns of mail from outside.
LONG: Final = 700
# Microsoft 365 rules and safety tips, Google Workspace, Mimecast, Proofpoint and many who word their own.
OUTSIDE: Final = (
    rb"(?:e-?mail|message|mail|sender|this)\b[^\n@]{0,60}\b(?:originat|sent|comes?|came|coming|receiv|arriv|is|was)\w*\b[^\n@]{0,30}\b(?:from (?:an? )?external|from outside|outside (?:of )?(?:the|our|your))\b"
    rb"|\bexternal (?:e-?mail|sender|message|source)\b|\boutside (?:of )?(?:the|our|your) (?:organi[sz]ation|company|network)\b"
    rb"|\bexterne[nr]? (?:absender|e-?mail|quelle)|\bvon (?:au\xc3\x9ferhalb|ausserhalb|extern)|\b(?:exp\xc3\xa9diteur|courriel|message|source) externe|\bext\xc3\xa9rieure? (?:de|\xc3\xa0) (?:l|votre|notre)"
    rb"|\b(?:remitente|correo|origen|remetente|mittente) e[xs]tern[oa]|\b(?:fuera de (?:la|su|nuestra)|fora da (?:sua |nossa )?) ?organiza|\besterna all|\bexterne (?:afzender|bron)|\bvan buiten (?:de|onze|uw)|\bspoza (?:organizacji|firmy)"
)
# Outlook's: "You don't often get email from ..."; it names the sender, who is nobody's recipient.
SELDOM: Final = rb"\bdon.{1,3}t often (?:get|receive) e-?mail from\b"
MARKED: Final = late(rb"(?i)\A[^a-z\n]{0,20}external[^a-z\n]{0,20}\Z|" + OUTSIDE + rb"|" + SELDOM)
# One of these is in every such warning.
FIRST: Final = (
    b"external", b"outside", b"extern", "extérieur".encode(), b"estern", b"t often ", "außerhalb".encode(), b"ausserhalb", b"fuera de", b"fora da",
    b"van buiten", b"spoza ",
)  # fmt: skip
# What goes on in lines of their own below such a warning.
ADVICE: Final = late(
    rb"(?i)\b(?:do(?: not|n.{1,3}t) (?:click|open|reply)|unless you (?:recogni[sz]e|know|trust)|(?:links|attachments)\b[^\n]{0,60}\bsafe|learn why this is important|aka\.ms/LearnAboutSenderIdentification)"
)
# Words of a notice about mail: such a paragraph is no warning, whatever else is in it.
NOTICE: Final = late(
    rb"(?i)deliver|bounce|reject|refus|return|fail|undeliver|zustell|distribu|remis|entreg|consegn|bezorg|dor\xc4\x99cz"
)
# Lines that frame a warning, and those between it and the text.
FRAME: Final = re.compile(rb"(?:[ \t\r*_=#~|+<>-]{0,200}\n){0,20}")
# A line, and those below that go on with its sentence.
SENTENCE: Final = re.compile(rb"[^\n]++(?:\n[ \t]*+[a-z][^\n]*+){0,8}(?:\n|\Z)")
MOST: Final = 10
# `[EXTERNAL]`, `***SPAM***`, `{Spam?}`, `[SPAM: 7.2]`, `(Extern)`: as gateways and filters write them.
TAGS: Final = re.compile(
    r"(?i)\s*(?:(?:[\[({<*#]{1,5}\s?(?:ext(?:ern(?:al|e|o|ã)?)?|outside|spam|suspected spam|probable spam|possible spam|junk|bulk|caution|warning|sender not verified)\b[^\])}>*#]{0,30}[\])}>*#]{1,5}|external(?: e-?mail)?\s?:)[\s:-]{0,5}){1,4}"
)
# Mailman, and those that do as it does; ezmlm and Majordomo tell how to leave the list.
FOOTER: Final = re.compile(
    rb"(?i)(?:_{20,200}[ \t\r]*\n[^\n]{1,100}? mailing list(?:[ \t]--[ \t]?[^\n]{1,200})?[ \t\r]*(?:\n|\Z)"
    rb"|[-_=*~]{20,200}[ \t\r]*\n(?:[^\n]{0,200}\n){0,2}?[^\n]{0,60}\bunsubscribe\b|(?:(?:if you (?:wish|want|would like)|please|click here)[ ]){0,2}to unsubscribe (?:from|e-?mail|send|click|visit)\b)"
)
# RFC 3676 section 4.3:  dash dash blank
SIGNATURE: Final = re.compile(rb"--[ ]\r?\n")
# How people, and those who word notices, end a letter; who they are stands below.
CLOSING: Final = late(
    rb"(?i)(?:(?:(?:with )?(?:kind(?:est)?|best|warm|many) )?regards|best wishes|(?:yours )?(?:sincerely|faithfully|truly)(?: yours)?|cheers|thanks(?: and regards)?|thank you"
    rb"|(?:mit )?(?:freundlichen?|besten?|herzlichen?|viele|sch\xc3\xb6ne) gr(?:\xc3\xbc|ue)(?:\xc3\x9f|ss)en?|hochachtungsvoll|(?:bien )?cordialement|(?:sinc\xc3\xa8res )?salutations(?: distingu\xc3\xa9es)?"
    rb"|(?:un |cordiales )?saludos?(?: cordiales)?|atentamente|atenciosamente|cordiali saluti|distinti saluti|cordialmente|(?:met )?vriendelijke groet(?:en)?|hoogachtend|pozdrawiam(?:y)?|z powa\xc5\xbcaniem|s pozdravem"
    rb"|(?:med )?v\xc3\xa4nlig(?:a)? h\xc3\xa4lsning(?:ar)?|(?:med )?venlig hilsen|(?:med )?vennlig hilsen|yst\xc3\xa4v\xc3\xa4llisin terveisin|sayg\xc4\xb1lar\xc4\xb1m\xc4\xb1zla|\xd1\x81 \xd1\x83\xd0\xb2\xd0\xb0\xd0\xb6\xd0\xb5\xd0\xbd\xd0\xb8\xd0\xb5\xd0\xbc)[,.!]?[ \t\r]*(?:\n|\Z)"
)
# Who it is from: a few short lines, neither a reply of a server nor an address with something said of it.
SENDER: Final = late(
    rb"(?:(?![^\n]{81})(?![ \t>\"'(-]{0,9}[45][0-9]{2}[ -])(?![^\n]{0,80}(?:[:;=][ ]?[45][0-9]{2}[ -]|\b[45]\.[0-9]{1,3}\.[0-9]|[<:>][ \t\r]{0,9}$|[>@][^\n]{0,60}[:-][ ]))[^\n]{0,80}\n?){1,8}",
    re.MULTILINE,
)


def below_warnings(data: bytes, start: int, end: int) -> int:
    """Return where the text begins below the warnings that a gateway wrote above it."""
    above = data[start : min(end, start + LONG)].lower()
    if not any(word in above for word in FIRST):  # nearly always
        return start
    for _ in range(MOST):
        text = _below_frame(data, start, end)
        below = _warned(data, text, end)
        if below == text:
            break
        start = _below_frame(data, below, end)
    return start


def _below_frame(data: bytes, start: int, end: int) -> int:
    frame = FRAME.match(data, start, end)
    return frame.end() if frame else start


def _warned(data: bytes, start: int, end: int) -> int:
    """Return where the warning ends that begins at `start`."""
    match = SENTENCE.match(data, start, min(end, start + LONG + 1))
    if match is None or match.end() - start > LONG:
        return start
    words = b" ".join(match[0].split())
    is_warning = (MARKED.search(words) or ADVICE.search(words)) and not NOTICE.search(words)
    return match.end() if is_warning else start


def untagged(subject: str) -> str:
    """Return a subject without what gateways put in front of it."""
    match = TAGS.match(subject)
    return subject[match.end() :] if match else subject


def ends_words(data: bytes, start: int, end: int) -> bool:
    """Tell whether what a mailing list adds to each message begins at `start`."""
    return FOOTER.match(data, start, end) is not None


def below_sender(data: bytes, start: int, end: int) -> int:
    """Return where the name of the sender ends where the line at `start` is the one above it: a signature, or the end of a letter."""
    closing = SIGNATURE.match(data, start, end) or CLOSING.match(data, start, end)
    if closing is None:
        return start
    names = SENDER.match(data, closing.end(), end)
    return names.end() if names else closing.end()
