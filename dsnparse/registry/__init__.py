"""What the codes and reasons mean: the registered status codes, the SMTP reply codes, our own list of reasons, the block lists."""

from dsnparse.registry.blocklists import list_of_zone, lists_named, lookup_page
from dsnparse.registry.codes import enhanced_code, enhanced_reason, is_generic, reply_code, reply_reason
from dsnparse.registry.entries import BlocklistEntry, EnhancedEntry, ReasonEntry, ReplyEntry, VocabularyEntry
from dsnparse.registry.labels import label
from dsnparse.registry.tables import reason, reasons, vocabularies

__all__ = [
    "BlocklistEntry",
    "EnhancedEntry",
    "ReasonEntry",
    "ReplyEntry",
    "VocabularyEntry",
    "enhanced_code",
    "enhanced_reason",
    "is_generic",
    "label",
    "list_of_zone",
    "lists_named",
    "lookup_page",
    "reason",
    "reasons",
    "reply_code",
    "reply_reason",
    "vocabularies",
]
