"""The files of Apple Mail: the length of a message on a line, the message, and a property list about it."""

import re
from typing import Final

# The length is padded with spaces; below it stands a header, or a From line.
LENGTH: Final = re.compile(rb"([0-9]{1,10})[ \t]{0,20}\r?\n(?=[!-9;-~]{1,100}:|From |[\r\n])")
PROPERTIES: Final = re.compile(rb"\s*(?:<\?xml|<!DOCTYPE plist|<plist|bplist|\Z)")


def begins(head: bytes) -> bool:
    """Tell whether a file which begins with `head` is an .emlx."""
    return LENGTH.match(head) is not None


def message(raw: bytes) -> bytes:
    """Return the message. Where no property list follows it the length is wrong, and all of the rest is the message."""
    length = LENGTH.match(raw)
    if length is None:
        return raw
    end = length.end() + int(length[1])
    return raw[length.end() : end if PROPERTIES.match(raw, end) else len(raw)]
