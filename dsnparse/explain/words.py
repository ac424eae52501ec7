"""What to do with the address, whether another attempt helps, and what the reply states beyond its reason: sentences for people."""

from typing import Final

from dsnparse.explanation import Handling
from dsnparse.registry.entries import ReasonEntry
from dsnparse.report import Advice, DiagnosticFacts, Permanence, Recipient

STOP: Final = "Stop mailing this address: take it off your lists."
ADDRESS: Final[dict[Handling, str]] = {
    "stop": STOP,
    "keep_for_now": "Keep it for now; look at it again if mail goes on failing for some weeks.",
    "keep": "Keep the address: the fault is not its own.",
}
# Where the general sentence would be wrong.
ADDRESS_OF: Final = {
    "suppressed": "Leave it on the service's list, and take it off your own.",
    "mailbox_moved": "Stop mailing the old address.",
    "recipient_filtered": "Stop mailing it: they do not want this mail.",
    "feedback": "Stop mailing this person at once: it counts as an unsubscribe.",
    "recipient_restricted": "Keep the address: it is good, but not open to this sender.",
    "list_expansion": "Keep the address: the list has to be mended.",
    "mailer_error": "Keep the address: its owner has to mend a rule.",
    "list_request": "Take the person off the list if they ask to leave it.",
    "undetermined": "Keep the address until the cause is known.",
    "delivered": "Keep the address: it works.",
    "auto_reply": "Keep the address: it works.",
    "challenge_response": "Keep the address.",
    "not_a_bounce": "Keep the address: nothing was said of it.",
}  # fmt: skip
KB: Final = 1024


def handling(entry: ReasonEntry, advice: Advice) -> Handling:
    """Tell what to do with the address: only what is the address's own fault for good ends it."""
    if advice == "suppress":
        return "stop"
    return "keep_for_now" if entry.suppress in ("yes", "by_permanence", "after_repeats") else "keep"


def address_advice(reason: str, handled: Handling) -> str:
    """Return the same as a sentence."""
    special = ADDRESS_OF.get(reason)
    return ADDRESS[handled] if handled == "keep_for_now" or not special else special


def again(recipient: Recipient) -> str:
    """Return whether another attempt helps."""
    wait = f" It asks to wait {span(recipient.retry_after)}." if recipient.retry_after else ""
    if recipient.action in ("delivered", "relayed", "expanded") or not recipient.permanence:
        return ""
    if recipient.action == "delayed":
        return f"The sending server goes on trying by itself; do not send the message again.{wait}"
    return attempt(recipient.advice, recipient.permanence) + wait


def attempt(advice: Advice, permanence: Permanence) -> str:
    """Return the same for a refusal."""
    if advice in ("fix_sender", "fix_content"):
        return "Send it again only after the cause is mended."
    if permanence == "temporary" or advice == "retry":
        return "It may pass: a later attempt can succeed."
    return "Sending the same message again will not help."


def particulars(recipient: Recipient) -> tuple[str, ...]:
    """Return what the reply states beyond its reason."""
    facts: DiagnosticFacts = recipient.facts
    told = (
        facts.new_address and f"The new address: {facts.new_address}.",
        facts.size_limit and f"The limit: {size(facts.size_limit)}.",
        facts.message_size and f"The message: {size(facts.message_size)}.",
        facts.mailbox_limit and f"The mailbox holds {size(facts.mailbox_limit)}.",
        facts.mailbox_used and f"Used: {size(facts.mailbox_used)}.",
        facts.queue_left and f"The sending server tries for another {span(facts.queue_left)}.",
        recipient.action == "delayed"
        and recipient.will_retry_until
        and f"The sending server tries until {recipient.will_retry_until}.",
        recipient.blocklist and f"The list: {recipient.blocklist}.",
        *(
            f"{check.method.upper()}: {check.result}{f' for {check.domain}' if check.domain else ''}."
            for check in facts.auth
        ),
    )
    return tuple(line for line in told if line)


def size(count: int) -> str:
    """Return a number of bytes as people read it."""
    for unit in ("bytes", "KB", "MB"):
        if count < KB:
            return f"{count} {unit}"
        count = round(count / KB)
    return f"{count} GB"


def span(seconds: int) -> str:
    """Return a time as people read it."""
    for length, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= length and seconds % length == 0:
            count = seconds // length
            return f"{count} {name}{'s' * (count != 1)}"
    return f"{seconds} second{'s' * (seconds != 1)}"
