"""What the codes and reasons mean: the registered status codes, the SMTP reply codes and our own list of reasons."""

from dsnparse.registry.codes import enhanced_code, enhanced_reason, is_generic, reply_code, reply_reason
from dsnparse.registry.entries import EnhancedEntry, ReasonEntry, ReplyEntry
from dsnparse.registry.tables import reason, reasons

__all__ = [
    "EnhancedEntry",
    "ReasonEntry",
    "ReplyEntry",
    "enhanced_code",
    "enhanced_reason",
    "is_generic",
    "reason",
    "reasons",
    "reply_code",
    "reply_reason",
]
