"""What many reports say together: one pass over them, in bounded memory, with no clock and no I/O."""

from dsnparse.summary.shape import Summary
from dsnparse.summary.tally import Tally

__all__ = ["Summary", "Tally"]
