"""Whether a report may be believed: each recipient gets a level of trust, with the evidence for it. Nothing here does I/O."""

from dsnparse.trust.level import FORGED, LEVELS, UNVERIFIED, Level, Trust

__all__ = ["FORGED", "LEVELS", "UNVERIFIED", "Level", "Trust"]
