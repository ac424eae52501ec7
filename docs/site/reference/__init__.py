"""The pages of the reference, each made from what the program itself goes by."""

from collections.abc import Callable
from typing import Final

from reference import codes, commands, limits, reasons, structs, vendors, vocabularies

PAGES: Final[dict[str, Callable[[], str]]] = {
    "reference/commands.md": commands.page,
    "reference/report.md": structs.report,
    "reference/explanation.md": structs.explanation,
    "reference/reasons.md": reasons.page,
    "reference/enhanced.md": codes.enhanced,
    "reference/replies.md": codes.replies,
    "reference/vendors.md": vendors.page,
    "reference/vocabularies.md": vocabularies.page,
    "reference/limits.md": limits.page,
}
