"""Which reports are wanted: those of some kinds, or since some time."""

from datetime import UTC, datetime

from msgspec import Struct

from dsnparse.report import Report


class Selection(Struct, frozen=True):
    """What was asked for; nothing means everything."""

    kinds: frozenset[str] = frozenset()
    since: datetime | None = None

    def wants(self, report: Report) -> bool:
        """Tell whether a report is one of these; one that does not say when it was sent is."""
        if self.kinds and report.kind not in self.kinds:
            return False
        if self.since is None:
            return True
        sent = moment(report.date) or moment(report.arrival_date)
        return sent is None or sent >= self.since


def moment(text: str) -> datetime | None:
    """Read a date of ISO 8601, which is in UTC if it does not say where; None if it is no such date."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
