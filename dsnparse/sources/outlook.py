"""An Outlook message (.msg) as the message of RFC 5322 that it was, or would have been: what the parser reads.

The header is the one that it came with, if it came from outside. A report (class REPORT.IPM.Note.NDR and its like) keeps what
became of each recipient in a table, which becomes a delivery-status part as MS-OXCMAIL section 2.2.3.7 has it. Of attachments
those are kept that a report may consist of: messages and text.
"""

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from dsnparse.errors import SourceError
from dsnparse.sources.mapi import DAMAGE, OBJECT, Storage, open_message

# MS-OXPROPS
CLASS: Final = 0x001A
SUBJECT: Final = 0x0037
HEADERS: Final = 0x007D
SENDER_NAME: Final = 0x0C1A
SENDER: Final = (0x5D01, 0x0C1F)
TO: Final = 0x0E04
BODY: Final = 0x1000
HTML: Final = 0x1013
MESSAGE_ID: Final = 0x1035
RECIPIENT: Final = (0x39FE, 0x3003)
SUPPLEMENTARY: Final = 0x0C1B
STATUS: Final = 0x0C20
REMOTE_MTA: Final = 0x0C21
REPORT_TEXT: Final = 0x1001
DATA: Final = 0x3701
MIME_TYPE: Final = 0x370E
FILE_NAME: Final = (0x3707, 0x3704)

ACTIONS: Final = {
    "NDR": "failed",
    "DR": "delivered",
    "DELAYED": "delayed",
    "EXPANDED": "expanded",
    "RELAYED": "relayed",
}
DEEPEST: Final = 3
# `<mail.example.com #5.1.1 smtp;550 5.1.1 unknown>`: MS-OXCMAIL 2.1.3.5.2.2
SAID: Final = re.compile(
    r"<?(?P<mta>\S{1,255}) #(?P<status>[245]\.[0-9]{1,3}\.[0-9]{1,3})?(?P<diagnostic>.*?)>?\s*", re.DOTALL
)
OWN: Final = re.compile(r"(?im)^(?:content-[a-z-]+|mime-version):[^\n]*\n(?:[ \t][^\n]*\n)*")
SHORT: Final = re.compile("[245][0-9]{2}")
TYPE: Final = re.compile(r"[A-Za-z0-9.-]{1,40};")
QUOTED: Final = str.maketrans({'"': r"\"", "\\": r"\\"})
LINE_END: Final = re.compile(r"\r\n|\r|\n")


def message(raw: bytes) -> bytes:
    """Return the message of a .msg file."""
    try:
        return _message(open_message(raw), 0)
    except DAMAGE:
        reason = "a damaged Outlook message"
        raise SourceError(reason) from None


def _message(storage: Storage, depth: int) -> bytes:
    action = _action(storage)
    parts = [_text(storage), *([_status(storage, action)] if action else []), *_attached(storage, depth)]
    header = _header(storage)
    if len(parts) == 1:
        return f"{header}{parts[0]}".encode()
    report = "; report-type=delivery-status" if any("message/delivery-status" in part[:200] for part in parts) else ""
    kind = "report" if report else "mixed"
    boundary = f"=_{sha256(''.join(parts).encode()).hexdigest()[:32]}"
    between = f"\r\n--{boundary}\r\n"
    head = f'{header}MIME-Version: 1.0\r\nContent-Type: multipart/{kind}{report}; boundary="{boundary}"\r\n'
    return f"{head}{''.join(between + part for part in parts)}\r\n--{boundary}--\r\n".encode()


def _action(storage: Storage) -> str:
    """Return what a report says of its recipients, nothing for other messages."""
    kind, _, last = storage.text(CLASS).upper().rpartition(".")
    return ACTIONS.get(last, "") if kind.startswith("REPORT") else ""


def _header(storage: Storage) -> str:
    came_with = OWN.sub("", _lines(storage.text(HEADERS)).strip() + "\n") if storage.text(HEADERS) else ""
    if came_with.strip():
        return LINE_END.sub("\r\n", came_with.rstrip("\n") + "\n")
    fields = {
        "From": _sender(storage),
        "To": _line(storage.text(TO)),
        "Subject": _line(storage.text(SUBJECT)),
        "Message-ID": _line(storage.text(MESSAGE_ID)),
    }
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)


def _sender(storage: Storage) -> str:
    name = _line(storage.text(SENDER_NAME)).translate(QUOTED)
    address = _address(storage, SENDER)
    return f'"{name}" <{address}>' if name else address


def _text(storage: Storage) -> str:
    plain = storage.text(BODY)
    if plain.strip():
        return _part("text/plain; charset=utf-8", plain)
    html = storage.text(HTML) or storage.binary(HTML).decode("utf-8", "replace")
    return _part("text/html; charset=utf-8", html) if html.strip() else _part("text/plain; charset=utf-8", plain)


def _status(storage: Storage, action: str) -> str:
    groups, reporter = [], ""
    for recipient in storage.inside("__recip_version1.0_"):
        said = SAID.fullmatch(recipient.text(SUPPLEMENTARY))
        reporter = reporter or (said["mta"] if said else "")
        number = str(recipient.numbers.get(STATUS, ""))
        fields = {
            "Final-Recipient": f"rfc822; {_address(recipient, RECIPIENT)}",
            "Action": action,
            "Status": (said and said["status"]) or (".".join(number) if SHORT.fullmatch(number) else ""),
            "Remote-MTA": f"dns; {host}" if (host := _line(recipient.text(REMOTE_MTA))) else "",
            "Diagnostic-Code": _diagnostic(said, recipient),
        }
        groups.append("".join(f"{name}: {value}\r\n" for name, value in fields.items() if value))
    group = f"Reporting-MTA: dns; {_line(reporter)}\r\n"
    return _part("message/delivery-status", "\r\n".join([group, *groups] if reporter else groups))


def _diagnostic(said: re.Match[str] | None, recipient: Storage) -> str:
    text = _line(said["diagnostic"] if said else recipient.text(REPORT_TEXT))
    return text if TYPE.match(text) or not text else f"smtp; {text}"


def _attached(storage: Storage, depth: int) -> Iterator[str]:
    for attachment in storage.inside("__attach_version1.0_"):
        kind = _line(attachment.text(MIME_TYPE)).lower()
        inner = next(attachment.inside(f"__substg1.0_{DATA:04X}{OBJECT}", "embedded"), None)
        if inner is not None:
            if depth < DEEPEST:
                yield _part("message/rfc822", _message(inner, depth + 1).decode())
        elif kind.startswith(("message/", "text/")):
            yield _part(kind, attachment.binary(DATA).decode("utf-8", "replace"))
        elif _first(attachment, FILE_NAME).lower().endswith(".eml"):
            yield _part("message/rfc822", attachment.binary(DATA).decode("utf-8", "replace"))


def _part(kind: str, text: str) -> str:
    return f"Content-Type: {kind}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{LINE_END.sub(chr(13) + chr(10), text)}"


def _first(storage: Storage, numbers: tuple[int, ...]) -> str:
    return next(filter(None, map(storage.text, numbers)), "")


def _address(storage: Storage, numbers: tuple[int, ...]) -> str:
    """Return the address on the Internet; one inside an organisation (`/O=…`) is none."""
    return next((_line(text) for text in map(storage.text, numbers) if "@" in text), "")


def _lines(text: str) -> str:
    return LINE_END.sub("\n", text)


def _line(text: str) -> str:
    """Return text as one line: it must not open a field of its own."""
    return " ".join(text.split())
