"""Reply code and enhanced status code out of a diagnostic: only what is written there, never what it might mean."""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from dsnparse.late import late

# RFC 5321 section 4.2:  Reply-code = %x32-35 %x30-35 %x30-39 ; RFC 2034: an enhanced code follows it after one blank.
# Quirks: `550-5.1.1`, `550 #5.1.0`, `550 [5.1.1]`, `550:5.1.1`, a code in quotes or brackets.
ENHANCED: Final = r"[\[(<]?#?([245]\.[0-9]{1,3}\.[0-9]{1,3})(?![0-9]|\.[0-9])"
AT_START: Final = re.compile(
    r"[\s\"'<(\[]{0,4}(?:<<<\s*)?([245][0-9]{2})(?:[ \t:;,\-]|\Z|(?=[^0-9A-Za-z.@_]))[\s\-]{0,3}(?:" + ENHANCED + r")?",
    re.ASCII,
)
TOGETHER: Final = re.compile(r"(?<![0-9A-Za-z.\-@_=/])([245][0-9]{2})[ \t:\-]{1,3}" + ENHANCED, re.ASCII)
# What a number measures that is no code. Not what may be counted: "550 Messages from you are refused".
UNIT: Final = r"(?:bytes|[KMG]i?B|seconds|minutes|hours|days)"
# A reply code amid a sentence counts only right behind a word or sign that announces a reply.
ANNOUNCED: Final = late(
    r"(?i)(?:\b(?:said|says|replied|returned|returns|responded|response|respond|reply|error|err|code|status|smtp|lmtp|esmtp|server|message|reason|with|was|is|got|by|rejected|output|host|problem|dialog|diagnostic|<<<|s)"
    r"\s{0,3}(?:was|is|code|text|message)?\s{0,2}[:;=>,\"'(\[<#]{0,4}|[:;\"'()\[\]<#>=.]|---?|\.\.\.)\s{0,4}[\"'(<\[]?"
    r"([45][0-9]{2})(?=[ \-:)\]\"',;]|\Z)(?![ \-]?[0-9]{1,3}(?:[.,:/-][0-9]|\s(?:"
    + UNIT
    + r"|messages))|[ \-]?"
    + UNIT
    + r"\b)",
    re.ASCII,
)
# RFC 3463 section 3: subjects end with 7. A number apart from a reply may be a version, as in `Exim 4.94.2`, or a date.
ALONE: Final = re.compile(
    r"(?<![0-9A-Za-z.\-@_])#?([245]\.[0-7]\.[0-9]{1,3})(?![0-9A-Za-z@_]|[.\-][0-9A-Za-z])", re.ASCII
)
# A server that has given up says so in a reply of its own and quotes the last one it met: Momentum, WorkMail, Exchange.
LAST_MET: Final = late(
    r"(?i)(?:\blast transfail: ?|\bunable to deliver in [0-9]+ minutes\.?\s?<|\bmessage expired\b.{0,200}\breturned ')([45][0-9]{2})[ -]",
    re.ASCII,
)
HASHED: Final = re.compile(r"#\s?([245]\.[0-9]{1,3}\.[0-9]{1,3})(?![0-9]|\.[0-9])", re.ASCII)
# A number right behind these is that of a section: `See RFC2821 4.1.3`, `RFC 5321, section 4.5.3`, `(4.2.1 of RFC 5321)`.
CITING: Final = late(r"(?i)(?:\brfc[ -]?[0-9]{3,4},?(?: sect?\.)?|\bsections?|\bclause|\u00a7)[ (]{0,3}\Z", re.ASCII)
CITED: Final = late(r"(?i)\)?,? (?:of|in) rfc[ -]?[0-9]", re.ASCII)
CITES: Final = late(r"(?:[Rr][Ff][Cc]|ection|ECTION|lause|\u00a7)")
CITATION: Final = 20  # no longer is what stands before such a number

SAME: Final = 16  # one message may tell the same of thousands of recipients


class Codes(NamedTuple):
    """What a diagnostic states; `rest` is where its words begin."""

    reply: int | None = None
    status: str | None = None
    rest: int = 0


@lru_cache(SAME)
def read_codes(text: str) -> Codes:
    """Return the codes of a diagnostic: those at its start, else a pair, else an announced one."""
    if match := AT_START.match(text):
        if match[1][0] == "2" and (refused := TOGETHER.search(text, match.end())) and refused[1][0] != "2":
            match = refused  # a greeting in front of the refusal
        met = LAST_MET.search(text, match.end()) if "xpired" in text or "transfail" in text else None
        reply = int((met or match)[1])
        return Codes(reply, _beside(text, match), match.end())
    if match := TOGETHER.search(text):
        return Codes(int(match[1]), match[2], match.end())
    if match := ANNOUNCED.search(text):
        return Codes(int(match[1]), _alone(text, match[1][0]), match.end())
    return Codes(None, _alone(text, ""), 0)


def _beside(text: str, match: re.Match[str]) -> str | None:
    """Return the enhanced code of a reply: the one behind its code, unless a relay made that up, or it is of another world."""
    code, class_ = match[2], match[1][0]
    if code is None or (code[0] == "2" != class_):  # success of what was refused
        return _alone(text, class_)
    if code.endswith(".0.0") and (marked := HASHED.search(text, match.end())) and marked[1][0] == class_:
        return marked[1]  # `550 5.0.0 sorry, no mailbox here (#5.1.1)`
    return code


def _alone(text: str, class_: str) -> str | None:
    """Return an enhanced code that stands apart from the reply code: the marked one first, then one of the reply's class."""
    if "#" in text and (match := HASHED.search(text)):
        return match[1]
    first = None
    cites = CITES.search(text)
    for match in ALONE.finditer(text):
        if cites and _is_section(text, match):
            continue
        if match[1][0] == class_ or (not class_ and match[1][0] != "2"):
            return match[1]
        first = first or (match[1] if match[1][0] != "2" else None)
    return first


def _is_section(text: str, match: re.Match[str]) -> bool:
    """Tell whether a number is that of a section of a document."""
    start = match.start()
    return bool(CITING.search(text[max(start - CITATION, 0) : start]) or CITED.match(text, match.end()))


def without_repeats(text: str) -> str:
    """Join the lines of one reply: its code is kept once, in front (RFC 5321 section 4.2.1 repeats it on each line)."""
    match = AT_START.match(text)
    if not match or text[match.end(1) : match.end(1) + 1] != "-":
        return text
    code, enhanced = match[1], match[2]
    rest = text[match.end() :]
    for mark in (f"{code}-", f"{code} "):
        if enhanced:
            rest = rest.replace(f" {mark}{enhanced} ", " ").replace(f" {mark}#{enhanced} ", " ")
        rest = rest.replace(f" {mark}", " ") if mark.endswith("-") or not enhanced else rest
    front = text[: match.end()].replace(f"{code}-", f"{code} ", 1)
    return " ".join(f"{front.rstrip()} {rest.strip()}".split(" ")).replace("  ", " ")
