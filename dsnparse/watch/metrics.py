"""Counters, and the text in which Prometheus reads them."""

import threading
from collections import Counter
from typing import Final

from dsnparse.watch.intake import Look

HELP: Final = {
    "dsnparse_messages_total": "Messages committed to the store, by kind.",
    "dsnparse_events_total": "Events committed: one a recipient.",
    "dsnparse_actions_total": "Messages moved, flagged or deleted.",
    "dsnparse_unreadable_total": "Messages put into quarantine or not handed out by the server.",
    "dsnparse_looks_total": "Folders looked into, by whether that went well.",
}


class Metrics:
    """Counters by name and label."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self.lock = threading.Lock()

    def add(self, look: Look) -> None:
        """Count what a look did."""
        with self.lock:
            for kind, count in look.kinds.items():
                self.counts["dsnparse_messages_total", f'kind="{kind}"'] += count
            self.counts["dsnparse_events_total", ""] += look.events
            self.counts["dsnparse_actions_total", ""] += look.acted
            self.counts["dsnparse_unreadable_total", ""] += look.unreadable
            self.counts["dsnparse_looks_total", 'result="ok"'] += 1

    def failed(self) -> None:
        """Count a look that failed."""
        with self.lock:
            self.counts["dsnparse_looks_total", 'result="failed"'] += 1

    def text(self) -> bytes:
        """Return all counters as Prometheus reads them."""
        with self.lock:
            counts = sorted(self.counts.items())
        lines = []
        for name, words in HELP.items():
            lines += [f"# HELP {name} {words}", f"# TYPE {name} counter"]
            lines += [
                f"{name}{{{label}}} {count}" if label else f"{name} {count}"
                for (of, label), count in counts
                if of == name
            ]
        return ("\n".join(lines) + "\n").encode()
