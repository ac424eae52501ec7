r"""The one place where text becomes safe to show: on a terminal, in a log line, as a file name in JSON.

What Python does not call printable is written as an escape: controls, bidirectional marks, line separators, surrogates.
A byte of a file name that is no UTF-8 (a surrogate of `os.fsdecode`) becomes `\xff`, a character becomes `\u202e`,
so the two never look alike.
"""

import os


def escape(text: str) -> str:
    """Return `text` on one line, without a character that a terminal would act upon."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _shown(ord(char)) for char in text)


def file_name(path: str) -> str:
    """Return a path as text which can be turned back: escaped, and its own backslashes doubled."""
    # Where backslash is the separator of paths it stays: such systems have no file names outside Unicode.
    return escape(path.replace("\\", "\\\\") if os.sep == "/" else path)


def _shown(code: int) -> str:
    if code < 0x80:  # noqa: PLR2004 - the end of ASCII
        return f"\\x{code:02x}"
    if 0xDC80 <= code <= 0xDCFF:  # noqa: PLR2004 - what surrogateescape makes of the bytes 80 to FF
        return f"\\x{code - 0xDC00:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - the end of the four-digit form
