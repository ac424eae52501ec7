"""An SMTP dialogue quoted in a notice (RFC 5321 section 4): which command got which reply, and for whom.

Sendmail and its kin write `>>> RCPT To:<a@b>` and `<<< 550 ...`; others `C:`/`S:`, arrows or words.
"""

import re
from typing import Final, NamedTuple

from dsnparse.late import late
from dsnparse.limits import DIAGNOSTIC
from dsnparse.report import Found, Reading
from dsnparse.wire.address import read_address
from dsnparse.wire.clean import clean, text_of
from dsnparse.wire.entity import Tree, View

# RFC 5321 section 4.2:  Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF
TURN: Final = late(
    rb"(?:^|(?<=\n))[ \t]*+(?:"
    rb"(?:>>>|C:|=>|-{1,2}>|(?:SEND|SENT|CLIENT):(?=[ \t]+(?:[EHL]HLO|HELO|MAIL|RCPT|DATA|BDAT)\b))[ \t]+(?P<command>[A-Za-z]{4,8})\b(?P<rest>[^\n]*)"
    rb"|(?:<<<|S:|<=|<-{1,2}|(?:RECV|RECEIVED|SERVER):)[ \t]+(?P<reply>[2-5][0-9]{2}[ -][^\n]*)"
    rb"|(?:(?:\.\.\.|-++)[ \t]*+)?while talking to[ \t]+(?P<host>[A-Za-z0-9._-]{1,255}?)\.?:"
    rb"|[45][0-9]{2} (?:[45]\.[0-9]{1,3}\.[0-9]{1,3} )?(?P<whom><[^<>\s@]{1,64}@[^<>\s@]{1,255}>)\.\.\. "
    rb"(?:Service unavailable|Remote protocol error|Data format error)\b"
    rb")",
    re.IGNORECASE,
)
# Without any of these there is no dialogue.
SPOKEN: Final = (b">>>", b"<<<", b"RCPT TO:")
PATH: Final = late(rb"(?i)to:[ \t]*(<[^>\s]{0,320}>|[^\s<>]{1,320})")
# A client that need not wait for replies (RFC 2920) has sent DATA when those to RCPT come: they name their recipient themselves.
NAMING: Final = late(rb"[45][0-9]{2}[ -](?:[45]\.[0-9]{1,3}\.[0-9]{1,3} )?<([^<>\s@]{1,64}@[^<>\s@]{1,255})>")
LATE: Final = frozenset(("DATA", "BDAT"))
NOTHING: Final = Found("", "transcript", 0, 0)
BLANK: Final = 0x20


class Transcript(NamedTuple):
    """What became of the commands.

    `refused`: a reading for each that was refused: of one recipient after RCPT, of all (no address) after any other. `taken`: where
    the addresses of those begin whom the server took, and nothing that it refused later concerns them.
    """

    refused: list[Reading]
    taken: frozenset[int]


def read_transcript(view: View, end: int, tree: Tree) -> Transcript:
    """Read a dialogue, or several, one after the other."""
    if all(view.data.find(sign, view.start, end) < 0 for sign in SPOKEN):
        return Transcript([], frozenset())
    dialogue = _Dialogue(view, tree)
    for count, match in enumerate(TURN.finditer(view.data, view.start, end)):
        if count == tree.limits.max_notice_lines:
            tree.limit("max_notice_lines", match.start(), end)
            break
        if match["host"]:
            dialogue.close()  # what was said before was said by another host
            dialogue.host = match.span("host")
        elif match["command"]:
            dialogue.said(match)
        elif match["whom"]:
            dialogue.summed_up(match)
        else:
            dialogue.answered(match)
    dialogue.close()
    return Transcript(dialogue.readings, frozenset(dialogue.taken))


class _Dialogue:
    def __init__(self, view: View, tree: Tree) -> None:
        self.view = view
        self.tree = tree
        self.readings: list[Reading] = []
        self.taken: set[int] = set()
        self.host: tuple[int, int] | None = None
        self.command: Reading = {}
        self.reply: list[tuple[int, int]] = []

    def said(self, match: re.Match[bytes]) -> None:
        """Take a command of the client: what was answered to the one before is complete."""
        self.close()
        verb = match["command"].decode("ascii").upper()
        self.command = {"command": Found(verb, "transcript", *match.span("command"), self.view.part)}
        path = PATH.search(self.view.data, match.start("rest"), match.end("rest")) if verb == "RCPT" else None
        if path and not self.tree.is_cut(self.view, path.end(1)) and (address := read_address(path[1])):
            self.command["address"] = Found(address, "transcript", *path.span(1), self.view.part)

    def answered(self, match: re.Match[bytes]) -> None:
        """Take a line of the server's answer; the lines of one reply have one code."""
        start, end = match.span("reply")
        if self.reply and self._is_another(start):
            self.close(keep=True)
        self.reply.append((start, end))

    def summed_up(self, match: re.Match[bytes]) -> None:
        """Take Sendmail's verdict on one of those whom the refusal above concerns: a candidate, as lists name him as he was written to."""
        self.close(keep=True)
        address = read_address(match["whom"])
        if not self.readings or "address" in (last := self.readings[-1]) or not address:
            return
        named = {"candidate": Found(address, "transcript", *match.span("whom"), self.view.part)}
        if "candidate" in last:
            self.readings.append(last | named)
        else:
            last.update(named)

    def _is_another(self, start: int) -> bool:
        """Tell whether a line begins another reply: by its code, or as the line above was the last of one (RFC 5321 section 4.2)."""
        data, above = self.view.data, self.reply[-1][0]
        return data[above : above + 3] != data[start : start + 3] or data[above + 3] == BLANK

    def _named(self, start: int, end: int) -> Reading:
        """Return whom a reply names that came when DATA had been sent: a candidate, since it may be the sender."""
        if self.command.get("command", NOTHING).value not in LATE:
            return {}
        match = NAMING.match(self.view.data, start, end)
        if match is None or not (address := read_address(match[1])):
            return {}
        return {"candidate": Found(address, "transcript", *match.span(1), self.view.part)}

    def close(self, *, keep: bool = False) -> None:
        """File the reply if it is a refusal; one that answers no RCPT concerns those as well whom the server had taken."""
        code = self.view.data[self.reply[0][0]] if self.reply else BLANK
        if code in b"2" and (address := self.command.get("address")):
            self.taken.add(address.start + (self.view.data[address.start] in b"<"))
        elif code in b"45" and "address" not in self.command:
            self.taken.clear()
        if code in b"45" and "diagnostic" not in self.command:
            data = b"\n".join(self.view.data[start:end] for start, end in self.reply)
            span = (self.reply[0][0], self.reply[-1][1])
            reading = dict(self.command) | self._named(*span)
            if len(data) > DIAGNOSTIC:
                data = data[:DIAGNOSTIC]
                self.tree.truncated("diagnostic", *span)
            reading["diagnostic"] = Found(clean(text_of(data), DIAGNOSTIC), "transcript", *span, self.view.part)
            if self.host:
                host = self.view.data[slice(*self.host)].decode("ascii").lower()
                reading["remote_mta"] = Found(host, "transcript", *self.host, self.view.part)
            self.readings.append(reading)
        self.reply = []
        if not keep:
            self.command = {}
