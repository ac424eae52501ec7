"""One pass over reports, or over the events of a store, to a Summary."""

from collections import Counter
from typing import Final

from dsnparse.report import Kind, Recipient, Report
from dsnparse.summary.groups import Groups
from dsnparse.summary.periods import day_of, periods
from dsnparse.summary.shape import Stopped, Summary
from dsnparse.summary.tasks import OURS, tasks
from dsnparse.summary.unknown import shape

# Rows of a ranking that a page shows.
ROWS: Final = 25
EVERY: Final = 100
# Days, and addresses to suppress, that are kept.
DAYS: Final = 4_000
ADDRESSES: Final = 20_000
FATES: Final = {
    "failed": "failed",
    "delayed": "delayed",
    "delivered": "delivered",
    "relayed": "delivered",
    "expanded": "delivered",
}
NOT_REACHED: Final = frozenset(("failed", "delayed"))
UNKNOWN: Final = "undetermined"
NOT_SAID: Final = "(no diagnostic)"


class Tally:
    """What has been counted so far."""

    def __init__(self) -> None:
        self.messages = self.recipients = self.unread = self.undated = self.more_suppress = 0
        self.fates: Counter[str] = Counter()
        self.suppress: dict[str, Stopped] = {}
        self.days, self.kinds, self.reasons, self.faults = Groups(DAYS), Groups(), Groups(), Groups()
        self.domains, self.vendors, self.blocklists = Groups(), Groups(), Groups()
        self.authentication, self.tasks, self.unknowns = Groups(), Groups(), Groups()

    def add(self, report: Report) -> None:
        """Count a report."""
        self.message(report.kind, report.vendor or "")
        day = day_of(report.date) or day_of(report.arrival_date)
        for recipient in report.recipients:
            self.recipient(report.kind, report.vendor or "", day, recipient)
            if recipient.advice == "suppress":
                self.stop(Stopped(recipient.address, recipient.reason, recipient.status, day))

    def message(self, kind: Kind, vendor: str) -> None:
        """Count a message."""
        self.messages += 1
        self.kinds.add(kind)
        if kind != "other":
            self.vendors.add(vendor or "(unknown)", kind)

    def recipient(self, kind: Kind, vendor: str, day: str, recipient: Recipient) -> None:
        """Count one recipient of a message."""
        self.recipients += 1
        fate = "complaints" if kind == "feedback" else FATES.get(recipient.action or "", "")
        if not fate:
            return
        self.fates[fate] += 1
        if day:
            self.days.add(day, fate)
        else:
            self.undated += 1
        if fate in NOT_REACHED:
            self._not_reached(vendor, recipient)

    def stop(self, stopped: Stopped) -> None:
        """Note an address that should not be mailed again; of several notes of one the latest counts."""
        before = self.suppress.get(stopped.address)
        if before is None and len(self.suppress) >= ADDRESSES:
            self.more_suppress += 1
        elif stopped.address and (before is None or before.last <= stopped.last):
            self.suppress[stopped.address] = stopped

    def summary(self) -> Summary:
        """Return what was counted."""
        found, outside = periods(self.days.groups)
        return Summary(
            messages=self.messages,
            recipients=self.recipients,
            unread=self.unread,
            **self.fates,
            periods=found,
            undated=self.undated,
            outside=outside,
            kinds=self.kinds.ranking(EVERY),
            reasons=self.reasons.ranking(EVERY),
            faults=self.faults.ranking(EVERY),
            domains=self.domains.ranking(ROWS),
            vendors=self.vendors.ranking(ROWS),
            blocklists=self.blocklists.ranking(ROWS),
            authentication=self.authentication.ranking(ROWS),
            suppress=tuple(self.suppress[address] for address in sorted(self.suppress)),
            more_suppress=self.more_suppress,
            tasks=tasks(self.tasks),
            unknowns=self.unknowns.ranking(ROWS),
        )

    def _not_reached(self, vendor: str, recipient: Recipient) -> None:
        domain = recipient.address.rpartition("@")[2].lower()
        self.reasons.add(recipient.reason or UNKNOWN)
        self.faults.add(recipient.fault)
        self.domains.add(domain or "(no address)", recipient.reason or UNKNOWN)
        if recipient.blocklist:
            self.blocklists.add(recipient.blocklist, domain)
        for check in recipient.facts.auth:
            self.authentication.add(check.domain or "(not said)", f"{check.method} {check.result}")
        if recipient.advice in OURS:
            self.tasks.add(recipient.reason, domain)
        if recipient.reason in ("", UNKNOWN):
            self.unknowns.add(shape(recipient.diagnostic) or NOT_SAID, vendor)
