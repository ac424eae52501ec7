"""dsnparse: any bounced e-mail in, a correct, explained, actionable record out."""

from dsnparse.encode import schema, to_json
from dsnparse.errors import DsnparseError, RuleError, SinkError, SourceError
from dsnparse.explain import explain
from dsnparse.explanation import Explanation, Finding
from dsnparse.inputs import read
from dsnparse.limits import Limits
from dsnparse.parse import parse, part_text
from dsnparse.report import (
    AuthCheck,
    Defect,
    DiagnosticFacts,
    Disposition,
    Evidence,
    Feedback,
    Original,
    Recipient,
    Report,
)
from dsnparse.rules.own import load_rules
from dsnparse.vocabulary import vocabularies, with_labels

__version__ = "0.1.0"

__all__ = [
    "AuthCheck",
    "Defect",
    "DiagnosticFacts",
    "Disposition",
    "DsnparseError",
    "Evidence",
    "Explanation",
    "Feedback",
    "Finding",
    "Limits",
    "Original",
    "Recipient",
    "Report",
    "RuleError",
    "SinkError",
    "SourceError",
    "explain",
    "load_rules",
    "parse",
    "part_text",
    "read",
    "schema",
    "to_json",
    "vocabularies",
    "with_labels",
]
