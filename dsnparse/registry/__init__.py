"""What the codes and reasons mean: the registered status codes, the SMTP reply codes and our own list of reasons."""

from dsnparse.registry.codes import enhanced_code, enhanced_reason, is_generic, reply_code, reply_reason
from dsnparse.registry.entries import EnhancedEntry, ReasonEntry, ReplyEntry, VocabularyEntry
from dsnparse.registry.labels import label
from dsnparse.registry.tables import reason, reasons, vocabularies

__all__ = [
    "EnhancedEntry",
    "ReasonEntry",
    "ReplyEntry",
    "VocabularyEntry",
    "enhanced_code",
    "enhanced_reason",
    "is_generic",
    "label",
    "reason",
    "reasons",
    "reply_code",
    "reply_reason",
    "vocabularies",
]
