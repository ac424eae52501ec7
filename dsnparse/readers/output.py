"""What a program wrote that Sendmail ran to deliver: the lines above its verdict in `Transcript of session follows`.

The verdict only puts the exit status into words (`554 5.3.0 unknown mailer error 1`, `Insufficient permission`); what was wrong the
program has said itself (`maildrop: maildir over quota.`). Lines of an SMTP session and sentences of Sendmail are no output.
"""

from typing import Final

from dsnparse.late import late
from dsnparse.limits import DIAGNOSTIC
from dsnparse.report import Found, Reading
from dsnparse.wire.address import read_address
from dsnparse.wire.clean import clean, text_of
from dsnparse.wire.entity import Tree, View

HEADING: Final = b"Transcript of session follows"
LINE: Final = late(rb"[^\n]+")
# sendmail/savemail.c and usersmtp.c: the address or program of the verdict ends with "..."
VERDICT: Final = late(
    rb"[45][0-9]{2}[ -](?:[45]\.[0-9]{1,3}\.[0-9]{1,3} )?(?:<?([^<>\s\"|/@]{1,64}@[^<>\s@]{1,255}?)>?\.\.\. )?"
)
NO_OUTPUT: Final = late(
    rb"(?i)[ \t]*+(?:[2-5][0-9]{2}[ -]|>>>|<<<|\.\.\. ?while talking to|while talking to|<[^<>\s]{1,320}>\.\.\. |\(expanded from|-{3,}"
    rb"|warning: message still|will keep trying|message (?:could not be|will be) de|[ \t\r]*\Z)"
)


def read_output(view: View, end: int, tree: Tree) -> list[Reading]:
    """Return what programs wrote, each with whom the verdict below it names."""
    heading = view.data.find(HEADING, view.start, end)
    readings: list[Reading] = []
    if heading < 0:
        return readings
    below = view.data.find(b"\n", heading, end)
    first = last = -1
    for count, line in enumerate(LINE.finditer(view.data, below if below >= 0 else end, end)):
        if count == tree.limits.max_notice_lines:
            tree.limit("max_notice_lines", line.start(), end)
            break
        if not NO_OUTPUT.match(line[0]):
            first, last = line.start() if first < 0 else first, line.end()
        elif first >= 0 and line[0].strip():
            if verdict := VERDICT.match(line[0]):
                readings.append(_written(view, first, last) | _named(view, verdict.span(1), line.start()))
            first = -1
    return readings


def _written(view: View, start: int, end: int) -> Reading:
    text = clean(text_of(view.data[start : min(end, start + DIAGNOSTIC)]), DIAGNOSTIC)
    return {"supplementary": Found(text, "transcript", start, end, view.part)}


def _named(view: View, span: tuple[int, int], line: int) -> Reading:
    start, end = line + span[0], line + span[1]
    address = read_address(view.data[start:end]) if span[0] >= 0 else None
    return {"candidate": Found(address, "transcript", start, end, view.part)} if address else {}
