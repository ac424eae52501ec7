"""Which character sets exist: labels of the WHATWG Encoding Standard and the names mail adds, on Python's text codecs.

A name read from a message is only ever looked up in this table, never given to `bytes.decode`: Python also has codecs
that unzip, evaluate escapes or take quadratic time.
"""

import re
from typing import Final

# Canonical name -> the Python codecs to try in turn, each a superset or a later variant of the one before.
CODECS: Final[dict[str, tuple[str, ...]]] = {
    "utf-8": ("utf-8",),
    "utf-7": ("utf-7",),
    "utf-16le": ("utf-16-le",),
    "utf-16be": ("utf-16-be",),
    "windows-1252": ("cp1252",),
    "iso-8859-2": ("iso8859-2",),
    "iso-8859-3": ("iso8859-3",),
    "iso-8859-4": ("iso8859-4",),
    "iso-8859-5": ("iso8859-5",),
    "iso-8859-6": ("iso8859-6",),
    "iso-8859-7": ("iso8859-7", "cp1253"),
    "iso-8859-8": ("iso8859-8", "cp1255"),
    "iso-8859-10": ("iso8859-10",),
    "iso-8859-13": ("iso8859-13",),
    "iso-8859-14": ("iso8859-14",),
    "iso-8859-15": ("iso8859-15",),
    "iso-8859-16": ("iso8859-16",),
    "windows-874": ("cp874",),
    "windows-1250": ("cp1250",),
    "windows-1251": ("cp1251",),
    "windows-1253": ("cp1253",),
    "windows-1254": ("cp1254",),
    "windows-1255": ("cp1255",),
    "windows-1256": ("cp1256",),
    "windows-1257": ("cp1257",),
    "windows-1258": ("cp1258",),
    "koi8-r": ("koi8-r",),
    "koi8-u": ("koi8-u",),
    "macintosh": ("mac-roman",),
    "x-mac-cyrillic": ("mac-cyrillic",),
    "ibm437": ("cp437",),
    "ibm850": ("cp850",),
    "ibm852": ("cp852",),
    "ibm855": ("cp855",),
    "ibm858": ("cp858",),
    "ibm866": ("cp866",),
    "shift_jis": ("cp932", "shift_jis_2004"),
    "euc-jp": ("euc_jp", "euc_jis_2004"),
    "iso-2022-jp": ("iso2022_jp", "iso2022_jp_ext", "iso2022_jp_2", "iso2022_jp_2004"),
    "gb18030": ("gb18030",),
    "hz-gb-2312": ("hz",),
    "big5": ("cp950", "big5hkscs"),
    "euc-kr": ("cp949",),
    "iso-2022-kr": ("iso2022_kr",),
    "johab": ("johab",),
}

# Canonical name -> its other labels. Latin-1 is read as windows-1252, as every mail client does: the extra characters
# sit where Latin-1 has controls only. ASCII has no row: what is not ASCII in it was labelled wrongly.
_LABELS: Final = {
    "utf-8": "utf8 utf_8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8 utf-8-mac utf8mb4 cp65001",
    "utf-7": "utf7 utf_7 unicode-1-1-utf-7 x-unicode20utf7 unicode-2-0-utf-7 cp65000",
    "utf-16le": "utf-16 utf16 utf16le ucs-2 iso-10646-ucs-2 unicode csunicode unicodefeff utf-16-le",
    "utf-16be": "utf16be unicodefffe utf-16-be",
    "windows-1252": (
        "cp1252 x-cp1252 cp-1252 win-1252 windows1252 ansi iso-8859-1 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 "
        "iso-ir-100 latin1 latin-1 l1 cp819 ibm819 csisolatin1 8859-1 8859_1 iso-8859-1-windows-3.1-latin-1"
    ),
    "iso-8859-2": "iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 iso-ir-101 latin2 latin-2 l2 csisolatin2",
    "iso-8859-3": "iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 iso-ir-109 latin3 l3 csisolatin3",
    "iso-8859-4": "iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 iso-ir-110 latin4 l4 csisolatin4",
    "iso-8859-5": "iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988 iso-ir-144 cyrillic csisolatincyrillic",
    "iso-8859-6": (
        "iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987 iso-ir-127 arabic asmo-708 ecma-114 csisolatinarabic "
        "iso-8859-6-e iso-8859-6-i csiso88596e csiso88596i"
    ),
    "iso-8859-7": (
        "iso8859-7 iso88597 iso_8859-7 iso_8859-7:1987 iso-ir-126 greek greek8 ecma-118 elot_928 sun_eu_greek "
        "csisolatingreek"
    ),
    "iso-8859-8": (
        "iso8859-8 iso88598 iso_8859-8 iso_8859-8:1988 iso-ir-138 hebrew visual csisolatinhebrew iso-8859-8-e "
        "iso-8859-8-i logical csiso88598e csiso88598i"
    ),
    "iso-8859-10": "iso8859-10 iso885910 iso_8859-10 iso-ir-157 latin6 l6 csisolatin6",
    "iso-8859-13": "iso8859-13 iso885913 iso_8859-13 latin7",
    "iso-8859-14": "iso8859-14 iso885914 iso_8859-14 latin8",
    "iso-8859-15": "iso8859-15 iso885915 iso_8859-15 latin9 latin-9 l9 csisolatin9",
    "iso-8859-16": "iso8859-16 iso_8859-16 latin10",
    "windows-874": "cp874 dos-874 tis-620 tis620 iso-8859-11 iso8859-11 iso885911 iso_8859-11",
    "windows-1250": "cp1250 x-cp1250 win-1250 windows1250",
    "windows-1251": "cp1251 x-cp1251 win-1251 windows1251 cp-1251",
    "windows-1253": "cp1253 x-cp1253 win-1253",
    "windows-1254": (
        "cp1254 x-cp1254 win-1254 iso-8859-9 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 iso-ir-148 latin5 latin-5 "
        "l5 csisolatin5"
    ),
    "windows-1255": "cp1255 x-cp1255 win-1255",
    "windows-1256": "cp1256 x-cp1256 win-1256",
    "windows-1257": "cp1257 x-cp1257 win-1257",
    "windows-1258": "cp1258 x-cp1258 win-1258",
    "koi8-r": "koi koi8 koi8_r koi8r cskoi8r cp20866",
    "koi8-u": "koi8-ru koi8_u koi8u cp21866",
    "macintosh": "mac x-mac-roman macroman mac-roman csmacintosh",
    "x-mac-cyrillic": "x-mac-ukrainian mac-cyrillic maccyrillic",
    "ibm437": "cp437 437 cspc8codepage437",
    "ibm850": "cp850 850 cp-850 cspc850multilingual",
    "ibm852": "cp852 852",
    "ibm855": "cp855 855",
    "ibm858": "cp858 cp00858 ibm00858",
    "ibm866": "cp866 866 cp-866 csibm866",
    "shift_jis": "shift-jis sjis s-jis x-sjis shiftjis ms_kanji windows-31j cp932 ms932 ms-kanji csshiftjis",
    "euc-jp": "eucjp euc_jp x-euc-jp x-euc ujis cseucpkdfmtjapanese",
    "iso-2022-jp": (
        "iso2022jp iso2022-jp iso2022_jp csiso2022jp jis iso-2022-jp-1 iso-2022-jp-2 iso-2022-jp-3 iso-2022-jp-2004 "
        "iso-2022-jp-ms cp50220 cp50221 cp50222"
    ),
    "gb18030": (
        "gb2312 gbk gb-2312 gb_2312 gb_2312-80 chinese csgb2312 csiso58gb231280 iso-ir-58 x-gbk cp936 ms936 euc-cn "
        "gb-18030 windows-936 x-euc-cn"
    ),
    "hz-gb-2312": "hz hz-gb",
    "big5": "big-5 big5-hkscs big5hkscs cn-big5 csbig5 x-x-big5 cp950 ms950 big5-eten windows-950",
    "euc-kr": (
        "euckr euc_kr cseuckr ks_c_5601-1987 ks_c_5601-1989 ks_c_5601 ksc5601 ksc_5601 korean iso-ir-149 "
        "csksc56011987 cp949 ms949 uhc windows-949 windows-949-2000"
    ),
    "iso-2022-kr": "iso2022-kr iso2022kr csiso2022kr",
}

_NAMES: Final = {name: name for name in CODECS} | {
    label: name for name, labels in _LABELS.items() for label in labels.split()
}
ASCII: Final = "us-ascii"
_ASCII_LABELS: Final = frozenset(
    (
        "us-ascii",
        "ascii",
        "us",
        "us_ascii",
        "usascii",
        "ansi_x3.4-1968",
        "iso646-us",
        "iso-ir-6",
        "7bit",
        "csascii",
        "646",
    )
)
_LABEL: Final = re.compile(r"[\s\"']*([A-Za-z0-9][A-Za-z0-9_.:()+-]{0,59})[\s\"';,]*", re.ASCII)


def find_charset(label: str) -> str:
    """Look up the canonical name of a character set; empty if there is no such one."""
    match = _LABEL.fullmatch(label)
    if match is None:
        return ""
    name = match[1].lower()
    return ASCII if name in _ASCII_LABELS else _NAMES.get(name, "")
