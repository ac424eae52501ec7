"""The codes: enhanced status codes and reply codes."""

from dsnparse.registry.entries import EnhancedEntry, ReplyEntry
from dsnparse.registry.knowledge import likely, notes
from dsnparse.registry.tables import enhanced_codes, reply_codes
from reference.text import code, items, plain

ENHANCED = """\
# Enhanced status codes

The registered codes (RFC 3463, RFC 5248 and those that joined them). `X` stands for any digit: 2 success, 4 temporary, 5 permanent.
A *vague* code is said of so much that words, and better codes, go before it. `dsnparse explain 5.7.1` tells all of one.

"""
REPLIES = """\
# Reply codes

The three digits of an SMTP reply, and numbers that servers and services use like them. `dsnparse explain 550` tells all of one.

"""


def enhanced() -> str:
    """Return the page of the enhanced status codes."""
    return ENHANCED + "\n".join(map(_enhanced, enhanced_codes().values()))


def replies() -> str:
    """Return the page of the reply codes."""
    return REPLIES + "\n".join(map(_reply, reply_codes().values()))


def _enhanced(entry: EnhancedEntry) -> str:
    told = [f"**{plain(entry.title)}.** {plain(entry.meaning)}", f"Reference: {plain(entry.reference)}."]
    if entry.generic:
        told.insert(1, "Vague.")
    return f"## {entry.code}\n\n{' '.join(told)}\n\n{_means(entry.code, entry.reason)}"


def _reply(entry: ReplyEntry) -> str:
    reference = f"Reference: {plain(entry.reference)}." if entry.reference else "No standard has it."
    told = f"**{plain(entry.title)}.** {plain(entry.meaning)} {reference}"
    return f"## {entry.code}\n\n{told}\n\n{_means(str(entry.code), entry.reason)}"


def _means(name: str, reason: str | None) -> str:
    told = [f"By itself it means {_link(reason)}."] if reason else []
    if others := likely(name):
        told.append(f"In practice: {', '.join(map(_link, others))}.")
    told += [f"{f'{plain(note.vendor)}: ' if note.vendor else ''}{plain(note.text)}" for note in notes(name)]
    return items(told)


def _link(reason: str) -> str:
    return f"[{code(reason)}](reasons.md#{reason})"
