"""What else a diagnostic tells: links, the SMTP command it answers."""

import re
from functools import lru_cache
from typing import Final

from dsnparse.judge.code import SAME

MAX_URLS: Final = 20
URL: Final = re.compile(r"https?://[^\s<>\"'`\\^{|}]{1,500}", re.ASCII)
URL_TAIL: Final = ".,;:!?)]"

# SMTP commands as the notices name them; EOM is the reply to the message text itself (RFC 5321 section 4.1.1.4).
COMMAND: Final = re.compile(
    r"(?i)\b(?:(end[- ]of[- ]data|end of message|eom|message (?:body|text|content)|data content|dot\b|after data|sent the message)|(rcpt|recipient)|(mail from|mail\b|sender)|(data|bdat)|(ehlo)|(helo|lhlo)"
    r"|(starttls)|(auth)|(connect|greeting|banner|talk to me)|(quit)|(vrfy))"
)
COMMANDS: Final = ("EOM", "RCPT", "MAIL", "DATA", "EHLO", "HELO", "STARTTLS", "AUTH", "CONNECT", "QUIT", "VRFY")


@lru_cache(SAME)
def find_urls(text: str) -> tuple[str, ...]:
    """Return the links of a diagnostic, each once, in order."""
    if "://" not in text:
        return ()
    return tuple(dict.fromkeys(match[0].rstrip(URL_TAIL) for match in URL.finditer(text)))[:MAX_URLS]


def smtp_command(text: str) -> str:
    """Return the SMTP command a phrase such as `RCPT TO` or `end of DATA` means, or nothing."""
    match = COMMAND.search(text)
    return COMMANDS[(match.lastindex or 1) - 1] if match else ""
