"""What kind of words each header field is made of, and where in it a host name or an identifier stands."""

import re
from collections.abc import Iterator
from typing import Final

from dsnparse.anonymise.known import words
from dsnparse.anonymise.lexer import Mode, Positions

NAMES: Final = words(
    "from to cc bcc sender reply-to return-path errors-to delivered-to x-original-to x-failed-recipients envelope-to envelope-from "
    "x-envelope-from x-envelope-to x-return-path resent-from resent-to resent-cc resent-sender disposition-notification-to "
    "return-receipt-to mail-followup-to final-recipient original-recipient x-actual-recipient x-original-recipient removal-recipient "
    "original-mail-from original-rcpt-to x-hmxmroriginalrecipient x-beenthere x-supplementary-recipient x-display-name "
    "x-ms-exchange-parent-message-id x-sender x-loop mail-from x-rcpt-to apparently-to"
)
IDS: Final = words(
    "message-id references in-reply-to original-message-id x-original-message-id original-envelope-id "
    "final-log-id x-postfix-queue-id x-envelope-id resent-message-id thread-index x-queue-id x-original-envelope-id"
)
HOSTS: Final = words("reporting-mta remote-mta received-from-mta dsn-gateway x-received-from-mta mdn-gateway")
TITLES: Final = words("list-id subject thread-topic comments keywords content-description organization")
SIGNATURES: Final = words(
    "dkim-signature domainkey-signature arc-seal arc-message-signature x-google-dkim-signature x-sg-eid dkim-filter"
)
# What stays of the header of a returned message because it is about no words of a person.
PLAIN: Final = words(
    "date resent-date mime-version content-type content-id content-transfer-encoding content-disposition content-language content-class "
    "precedence auto-submitted importance priority x-priority x-msmail-priority received received-spf authentication-results "
    "arc-authentication-results list-post list-help list-unsubscribe list-unsubscribe-post x-mailer user-agent x-mimeole "
    "x-auto-response-suppress x-autoreply delivery-date lines status x-received"
)
TRACE: Final = frozenset(("received", "x-received"))

# RFC 5321 section 4.4:  From-domain, By-domain, and what servers add in comments
HOST_IN_TRACE: Final = re.compile(
    r"(?i)(?:\b(?:from|by)\s{1,20}|\b(?:helo|ehlo)[= ]\s{0,9}|\((?=[A-Za-z0-9_.-]{1,255}\s\[))([A-Za-z0-9][A-Za-z0-9_.-]{0,254})"
)
GREETING: Final = re.compile(r"\b(?:HELO|EHLO|helo|ehlo)[ =]<?([A-Za-z0-9][A-Za-z0-9_.-]{0,254})")
ID_IN_TRACE: Final = re.compile(
    r"(?i)\bid\s{1,9}<?([A-Za-z0-9][A-Za-z0-9._-]{3,200})|\b(?:sender|user|login)[:=]\s?([A-Za-z0-9]\S{2,99})"
)
HOST_OF_MTA: Final = re.compile(r"\s{0,99}(?:[A-Za-z0-9-]{1,40}\s{0,9};)?\s{0,99}([A-Za-z0-9][A-Za-z0-9_.-]{0,254})")
SIGNED: Final = re.compile(r"(?:^|[;\s])bh?=([^;]+)")
SELECTOR: Final = re.compile(r"(?:^|[;\s])s=\s{0,9}([A-Za-z0-9._-]{1,250})")
FILE_NAME: Final = re.compile(
    r"(?i)\b(?:file)?name\*?[0-9*]{0,3}=\s{0,9}(?:[A-Za-z0-9-]{1,40}'[a-z-]{0,20}')?(?:\"([^\"]{1,500})|([^\s;\"]{1,500}))"
)
BOUNDARY: Final = re.compile(r"(?i)\bboundary\s{0,9}=\s{0,9}(?:\"([^\"]{1,1000})|([^\s;\"]{1,1000}))")
EXTENSION: Final = re.compile(r"\.[A-Za-z0-9]{1,5}\Z")
# The subject of the returned message where a notice tells it: a line of its own, or JSON.
SUBJECT_LINE: Final = re.compile(
    r"(?mi)^[ \t>|*-]{0,10}(?:subject|betreff|objet|sujet|asunto|oggetto|assunto|onderwerp|temat|тема|件名|主题|主旨|標題|제목)"
    r"[ \t]{0,3}[:\uff1a][ \t]{0,9}([^\r\n]+)"
    r"|\\{0,3}\"subject\\{0,3}\"\s{0,9}:\s{0,9}\\{0,3}\"([^\"\\\r\n]+)"
    r"|\\{0,3}\"name\\{0,3}\"\s{0,9}:\s{0,9}\\{0,3}\"subject\\{0,3}\",\s{0,9}\\{0,3}\"value\\{0,3}\"\s{0,9}:\s{0,9}\\{0,3}\"([^\"\\\r\n]+)"
)

# A mailbox with a name where a text quotes the header of the returned message.
MAILBOX_LINE: Final = re.compile(
    r"(?mi)^[ \t>|*-]{0,10}(?:from|to|cc|bcc|sender|reply-to|von|an|kopie|de|para|da|van|aan|кому|от)[ \t]{0,3}[:\uff1a][ \t]{0,9}"
    r"([^\r\n<@]{1,200}<[^\r\n<>@]{1,250}@[^\r\n]{1,250})"
)


def mode_of(name: str, *, returned: bool) -> Mode:
    """Return the kind of words in the field `name`, of the report itself or of the returned message."""
    if name in NAMES:
        return Mode.NAMES
    if name in IDS:
        return Mode.IDS
    if name in TITLES:
        return Mode.WORDS if returned else Mode.TITLE
    if returned and name not in PLAIN and name not in SIGNATURES and name not in HOSTS:
        return Mode.FILLER
    return Mode.REPLY


def positions(name: str, text: str) -> Positions:
    """Return where a field has a host name or an identifier whatever it looks like."""
    if name in TRACE:
        hosts = (match.start(1) for match in HOST_IN_TRACE.finditer(text))
        ids = (match.start(match.lastindex or 0) for match in ID_IN_TRACE.finditer(text) if not _is_version(match[0]))
        return Positions(frozenset(hosts), frozenset(ids))
    if name in HOSTS:
        match = HOST_OF_MTA.match(text)
        return Positions(frozenset((match.start(1),)) if match else frozenset())
    if name in SIGNATURES:
        return Positions(ids=frozenset(match.start(1) for match in SELECTOR.finditer(text)))
    return Positions()


def _is_version(text: str) -> bool:
    return all(piece.isdigit() for piece in text.rsplit(maxsplit=1)[-1].split("."))


def groups(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    """Yield the span of the group that took part in each match."""
    for match in pattern.finditer(text):
        yield match.span(match.lastindex or 0)
