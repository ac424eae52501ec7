"""The patterns of what is looked for in a text: each is bounded, and begins only where what it stands for can begin."""

import re
from typing import Final

# An "@" may be spelt for a URL, for HTML, for xtext (RFC 3461) or in undone quoted-printable.
AT: Final = r"(?:@|%40|&\#64;|&\#[xX]40;|\+40(?=[A-Za-z0-9])|=40(?=[A-Za-z0-9]))"
# RFC 5322 atext, without what bounds an address in a URL, and letters of two bytes.
LOCAL: Final = (
    r"(?:[A-Za-z0-9!#$*^_`{|}~.'\-\x80-\u07ff]|\+(?!40[A-Za-z0-9])|=(?!40[A-Za-z0-9])"
    r"|%(?!40|2[0-9A-Fa-f]|3[A-Fa-f]|5[B-Db-d]))"
)
LABEL: Final = r"[A-Za-z0-9_\u00c0-\u07ff-]{1,63}+"
# RFC 6531: letters of any script, where a bracket shows that the address begins there and no sentence ends.
ANY_LOCAL: Final = LOCAL.replace(r"\u07ff", r"\U0010ffff")
# Words joined as in host names and identifiers. Scripts that know no blanks stand apart from ASCII.
CHUNK: Final = r"[^\W_\u0800-\U0010ffff]+(?:(?:[-_.]|--)[^\W_\u0800-\U0010ffff]+)*|[^\W_\x00-\u07ff]+"
_TOKEN: Final = rf"""
    (?P<local>(?<=<){ANY_LOCAL}{{1,250}}(?=@)|(?:(?<![A-Za-z0-9!#$*^_`{{|}}~.'=\-\x80-\u07ff])|(?<=%[0-9A-Fa-f]{{2}})){LOCAL}{{1,250}}|"[^"\r\n]{{1,64}}")
        {AT}(?P<domain>{LABEL}(?:\.{LABEL}){{0,126}})?
    |(?P<x400>(?<![A-Za-z0-9])(?i:[opsgi]|ou[1-4]?|cn|prmd|admd)=[^;/=@\s][^;/=@\r\n]{{0,63}}(?=[;/]))
    |(?P<escape>%[0-9A-Fa-f]{{2}})
    |(?P<entity>&(?:[A-Za-z]{{2,8}}|\#[0-9]{{1,6}}|\#[xX][0-9A-Fa-f]{{1,5}});)
    |(?P<ipv6>(?<![0-9A-Za-z.])(?:[0-9A-Fa-f]{{0,4}}:){{2,7}}[0-9A-Fa-f]{{0,4}}(?![0-9A-Za-z:]|\.[0-9]))
    |(?P<phone>(?<![\w.+])\+[1-9][0-9]{{0,2}}[ ()/.0-9-]{{6,18}}[0-9])
    |(?P<chunk>{CHUNK})
    """
# A Windows account:  domain "\" name
ACCOUNT: Final = r"(?P<account>(?<![\w\\.-])[A-Za-z0-9][A-Za-z0-9.-]{1,30}\\[A-Za-z][\w.-]{1,63})"
TOKEN: Final = re.compile(f"{ACCOUNT}|{_TOKEN}", re.VERBOSE)
# In JSON, and JSON within JSON, a letter behind a backslash is no letter of a word.
JSON_ESCAPE: Final = re.compile(r"\\{1,4}(?:u[0-9A-Fa-f]{4}|[bfnrt])")
IS_JSON: Final = re.compile(r"\s{0,99}[\[{]\s{0,99}[\"{]")
PIECE: Final = re.compile(CHUNK)
# A reply code of a line that others follow may stand next to the address.
CODE: Final = re.compile(r"[245][0-5][0-9]-(?=[A-Za-z])")
IPV4: Final = re.compile(r"(?<![0-9.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9.])")
CAMEL: Final = re.compile(r"[a-z][A-Z]|[A-Z][a-z]")
