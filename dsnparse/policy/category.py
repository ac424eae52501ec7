"""What a report says about an address, in five words: the registry knows it of each reason, a user may know better.

Failures that the sender, the content, the network or the reputation is to blame for say nothing about the address: they never lead to
its suppression, and no setting makes them.
"""

from collections.abc import Mapping
from typing import Final, Literal, get_args

from dsnparse.errors import RuleError
from dsnparse.registry import reason, reasons
from dsnparse.report import Recipient, Report

# `hard`: there is no such mailbox. `soft`: not now, perhaps never. `complaint`: the person does not want it. `success`: it arrived.
Category = Literal["hard", "soft", "complaint", "success", "none"]
CATEGORIES: Final[tuple[Category, ...]] = get_args(Category)
# Whose faults may be an address's own.
ABOUT_THE_ADDRESS: Final = frozenset(("recipient", "domain", "network", "system", "service", "unknown"))
CHOICES: Final = frozenset(("hard", "soft", "none"))
# Types of feedback that a person sends, by a button; the others are by programs, or say the opposite.
COMPLAINTS: Final = frozenset(("", "abuse", "fraud", "opt-out", "opt-out-list"))


def category(report: Report, recipient: Recipient, own: Mapping[str, Category], confidence: float) -> Category:
    """Return what a report says about one recipient.

    `own` are the categories that a user has for some reasons. A failure that the report is less sure of than `confidence` is soft.
    """
    if report.kind == "feedback":
        complained = (report.feedback.type if report.feedback else "").lower() in COMPLAINTS
        return "complaint" if complained else "none"
    if recipient.action == "delivered":
        return "success"
    if recipient.action != "failed" or not recipient.reason:
        return "none"
    if recipient.reason in own:
        return own[recipient.reason]
    found = _by_registry(recipient)
    return "soft" if found == "hard" and recipient.confidence < confidence else found


def check_own(own: Mapping[str, str]) -> None:
    """Raise RuleError for what is no category of a reason."""
    for name, value in own.items():
        if name not in reasons():
            message = f"policy: there is no reason {name!r}"
            raise RuleError(message)
        if value not in CHOICES:
            message = f"policy: {name}: {value!r} is none of {', '.join(sorted(CHOICES))}"
            raise RuleError(message)
        if value != "none" and reason(name).group not in ABOUT_THE_ADDRESS:
            message = f"policy: {name} says nothing about the address: it never suppresses"
            raise RuleError(message)


def _by_registry(recipient: Recipient) -> Category:
    suppress = reason(recipient.reason).suppress
    if suppress in {"yes", "already"}:
        return "soft" if recipient.permanence == "temporary" else "hard"
    if suppress == "by_permanence":
        return "hard" if recipient.permanence == "permanent" else "soft"
    return "soft" if suppress == "after_repeats" else "none"
