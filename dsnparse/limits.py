"""Every cap of the parser: its name, its default, and so its name in a defect (`limit:<name>`).

Limits count bytes, lines and parts, never seconds, so that one message has one answer on every machine.
"""

from typing import Final

from msgspec import Struct


class Limits(Struct, frozen=True, kw_only=True):
    """The caps of one `parse` call; a cap that bites leaves a defect `limit:<name>` and `complete=False`."""

    max_message_bytes: int = 32 << 20
    max_header_bytes: int = 1 << 20
    max_header_fields: int = 2_000
    max_field_bytes: int = 64 << 10
    max_depth: int = 20
    max_parts: int = 1_000
    max_boundary_bytes: int = 1_024
    max_line_bytes: int = 64 << 10
    max_recipients: int = 10_000
    max_ds_fields: int = 200
    max_text_scan_bytes: int = 256 << 10
    max_notice_lines: int = 10_000
    max_address_tokens: int = 10_240
    max_encoded_words: int = 200
    max_params: int = 50


DEFAULT_LIMITS: Final = Limits()

# How long one value may be in a report (bytes of UTF-8); longer ones are cut, with a defect `truncated:<field>`.
LOCAL_PART: Final = 64
DOMAIN: Final = 255
ADDRESS: Final = LOCAL_PART + 1 + DOMAIN
# RFC 5321 section 4.5.3.1 says what servers must take. In a field of its own an address may have so much in front of the "@", if it is
# within its cap as a whole: names that Exchange has for its own people (IMCEAEX-...), bounce addresses that hold another one.
LONG_LOCAL_PART: Final = 256
HOST: Final = 255
DIAGNOSTIC: Final = 8 << 10
LINE: Final = 1 << 10
