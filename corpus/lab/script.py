"""The words of a scripted host: at which moment it does what, and what is true of the notice that follows."""

from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """The moment of an SMTP session at which a reply is given."""

    CONNECT = "connect"
    HELLO = "hello"
    STARTTLS = "starttls"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    DOT = "dot"


class Act(StrEnum):
    """What a scripted host does at that moment."""

    SAY = "say"  # the lines, each with CRLF
    RAW = "raw"  # the one line as it is
    DROP = "drop"  # reset the connection
    HANG = "hang"  # stay silent, longer than anybody waits


@dataclass(frozen=True)
class Facts:
    """What is true of a failure because we provoked it: a reason of the taxonomy, and others that would be fair."""

    reason: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reply:
    """One move of a scripted host, and what it means; `{rcpt}`, `{dom}` and `{from}` in the lines stand for the envelope."""

    stage: Stage
    facts: Facts
    lines: tuple[bytes, ...] = ()
    act: Act = Act.SAY

    def spoken(self, sender: str, recipient: str) -> tuple[bytes, ...]:
        """Return the lines as they go over the wire to this recipient, without CRLF."""
        domain = recipient.rpartition("@")[2]
        return tuple(
            line.replace(b"{rcpt}", recipient.encode())
            .replace(b"{dom}", domain.encode())
            .replace(b"{from}", sender.encode())
            for line in self.lines
        )

    @property
    def code(self) -> int | None:
        """Return the reply code, if there is one to read."""
        first = self.lines[-1][:3] if self.lines and self.act is Act.SAY else b""
        return int(first) if first.isdigit() else None

    @property
    def temporary(self) -> bool:
        """Tell whether a client has to try again: also after silence, a reset or what is no reply."""
        return self.code is None or not 500 <= self.code < 600  # noqa: PLR2004 (the permanent class of RFC 5321)


def says(stage: Stage, reason: str, *lines: str | bytes, also: tuple[str, ...] = ()) -> Reply:
    """Make a reply; text goes out as UTF-8."""
    encoded = tuple(line if isinstance(line, bytes) else line.encode() for line in lines)
    return Reply(stage, Facts(reason, also), encoded)


def refuses(reason: str, *lines: str | bytes, also: tuple[str, ...] = ()) -> Reply:
    """Make a reply to RCPT."""
    return says(Stage.RCPT, reason, *lines, also=also)


def rejects(reason: str, *lines: str | bytes, also: tuple[str, ...] = ()) -> Reply:
    """Make a reply to the end of the content."""
    return says(Stage.DOT, reason, *lines, also=also)
