"""The caps of the parser."""

from msgspec.structs import fields

from dsnparse import Limits, limits
from reference.text import code, table

HEAD = """\
# Limits

The caps of one `dsnparse.parse(raw, limits=Limits(...))`. One that bites leaves a defect `limit:NAME`, and `complete` is false. They count
bytes, lines and parts, never seconds, so that one message has one answer on every machine.

"""
VALUES = """
A value that is longer than this is cut, with a defect `truncated:FIELD`:

"""


def page() -> str:
    """Return the page."""
    caps = table(("name", "default"), ((code(each.name), f"{each.default:,}") for each in fields(Limits)))
    lengths = {
        "local part": limits.LOCAL_PART,
        "domain": limits.DOMAIN,
        "address": limits.ADDRESS,
        "host": limits.HOST,
        "diagnostic": limits.DIAGNOSTIC,
        "any other value": limits.LINE,
    }
    return HEAD + caps + VALUES + table(("value", "bytes"), ((name, f"{most:,}") for name, most in lengths.items()))
