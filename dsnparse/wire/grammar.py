"""Named pattern fragments, each under the ABNF line it stands for; deviations stand under their reason.

All are patterns over bytes, have bounded or non-overlapping repeats, and end a line at LF (a CR before it is trimmed by the reader).
"""

import re
from typing import Final

# RFC 5322 section 2.2:  field-name = 1*ftext  ;  ftext = %d33-57 / %d59-126
# Quirk: blanks before the colon (RFC 5322 section 4.5.1, obs-optional) are still sent by old gateways.
NAME: Final = rb"[!-9;-~]{1,100}"

# RFC 5322 section 2.2.3:  a line that starts with WSP continues the field
# Quirk: a value may begin on the next line (Exchange writes `Diagnostic-code:` alone).
VALUE: Final = rb"[^\n]*(?:\n[ \t][^\n]*)*"

# All fields of an unfolded header at once: RFC 5322 section 2.2, a value without the blanks around it.
FOLD: Final = re.compile(rb"[ \t]*+\r?\n[ \t]+")
PAIR: Final = re.compile(rb"^(" + NAME + rb")[ \t]*:[ \t]*([^\n]*)", re.MULTILINE)

# An empty line ends the header (RFC 5322 section 2.1).
# Quirk: CRLF doubled to CR CR LF by gateways that convert twice.
END_OF_HEADER: Final = re.compile(rb"\n\r*\n")

# RFC 2045 section 5.1:  content := "Content-Type" ":" type "/" subtype *(";" parameter)
MEDIA: Final = re.compile(rb"[ \t\r\n]*([^;(\s]{1,200})")

# RFC 2046 section 5.1.1:  boundary := 0*69<bchars> bcharsnospace, quoted or not
# Quirk: longer ones, blanks around `=`, and a quote that never closes.
BOUNDARY: Final = re.compile(
    rb"""[; \t\n][Bb][Oo][Uu][Nn][Dd][Aa][Rr][Yy][ \t]*=\s*(?:"([^"\\]*+(?:\\.[^"\\]*+)*)|([^\s";]+))""", re.DOTALL
)

# A delimiter line that nobody declared: used only when the declared boundary never occurs.
# Quirk: gateways rewrite the Content-Type field and forget the body, or the reverse.
UNDECLARED: Final = re.compile(rb"(?:\A|\n)--([^\r\n]{1,200}?)[ \t\r]*\n(?i:content-[a-z-]{1,40}):")

# RFC 3464 section 2.1.2:  a type is an atom, and a ";" follows it
# Quirk: `rfc/822`, and a sentence in place of a type (`Reason 1 (Unable-To-Transfer)`), which is no type at all.
TYPE: Final = re.compile(rb"[ \t\r\n]*([A-Za-z0-9][A-Za-z0-9_./-]{0,40})[ \t]*;[ \t\r\n]*")


def field_pattern(names: tuple[str, ...]) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    r"""Compile what picks the fields `names` out of a header: one pattern for its first line, one for all others and its end.

    `\n` as a literal prefix lets the engine skip from line to line, and names as a tree of letters tell after one letter that
    a line is not wanted; `(?i)^(a|b|c)` would try every name at every byte (9 against 52 us over 5 KB).
    """
    body = b"(" + _tree(tuple(sorted(names))).encode("ascii") + rb")[ \t]*:[ \t]*(" + VALUE + rb")"
    return re.compile(body), re.compile(rb"\n(?:" + body + rb"|\r*+\n)")


def _tree(names: tuple[str, ...]) -> str:
    """Return a pattern for any of `names`, sorted, whatever their letters' case, in which a common beginning stands once."""
    if names == ("",):
        return ""
    letters = dict.fromkeys(name[:1] for name in names)
    branches = []
    for letter in letters:
        rest = tuple(name[1:] for name in names if name[:1] == letter)
        either = f"[{letter.upper()}{letter}]" if letter.isalpha() else letter
        branches.append(either + _tree(rest) if letter else "")
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(sorted(branches, reverse=True))})"
