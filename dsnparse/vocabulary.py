"""The reasons of a report in the words of other products, for those who have stored these words until now."""

from collections.abc import Iterable

from msgspec.structs import replace

from dsnparse.registry import vocabularies as entries
from dsnparse.report import Report


def vocabularies() -> tuple[str, ...]:
    """Return the names of the vocabularies there are, such as sisimai, ses and postmark."""
    return tuple(entries())


def with_labels(report: Report, names: Iterable[str]) -> Report:
    """Return the report with `labels` for each recipient; KeyError: no vocabulary has such a name."""
    wanted = tuple(names)
    people = tuple(
        replace(item, labels={name: text for name in wanted if (text := item.label(name))})
        for item in report.recipients
    )
    return replace(report, recipients=people)
