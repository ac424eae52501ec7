"""Whether a message still says the same: what the parser reads of two messages, save for the values that were replaced."""

from typing import Final

from dsnparse.report import Recipient, Report

OF_MESSAGE: Final = ("kind", "vendor", "standard")
OF_RECIPIENT: Final = ("action", "status", "reply_code", "reason", "permanence")


def differences(before: Report, after: Report) -> list[str]:
    """Return what the second report says otherwise, one line each."""
    found = [_told(name, before, after) for name in OF_MESSAGE]
    if len(before.recipients) != len(after.recipients):
        found.append(f"recipients: {len(before.recipients)}, now {len(after.recipients)}")
    for number, (old, new) in enumerate(zip(before.recipients, after.recipients, strict=False), 1):
        found += [_told(name, old, new, f"recipient {number}: ") for name in OF_RECIPIENT]
        found.append(_form(number, old, new))
    return [line for line in found if line]


def _told(name: str, old: Report | Recipient, new: Report | Recipient, where: str = "") -> str:
    before, after = getattr(old, name), getattr(new, name)
    return "" if before == after else f"{where}{name}: {_shown(before)}, now {_shown(after)}"


def _form(number: int, old: Recipient, new: Recipient) -> str:
    """Compare whether there is an address at all, and with a domain."""
    if (bool(old.address), "@" in old.address) == (bool(new.address), "@" in new.address):
        return ""
    return f"recipient {number}: address: {_shown(old.address)}, now {_shown(new.address)}"


def _shown(value: object) -> str:
    return "none" if value in (None, "") else str(value)
