"""parse: the bytes of one message to one Report. The whole story on one screen; every step has a file of its own.

The readers run in the order of their authority. What a delivery-status part says needs no second opinion unless it leaves a
recipient undiagnosed or names one that the words for people do not: only then is the notice read line by line.
"""

from functools import cache
from hashlib import sha256
from typing import Any, Final

from dsnparse.consult import consult
from dsnparse.judge.facts import Facts, is_of_all, merge
from dsnparse.judge.kind import kind_by_actions, kind_by_codes, kind_of_other, kind_without_status
from dsnparse.judge.recipient import complaint, judge_recipient
from dsnparse.judge.verdict import Context
from dsnparse.limits import DEFAULT_LIMITS, Limits
from dsnparse.message import Message, open_message
from dsnparse.readers.readings import FAILED
from dsnparse.report import Action, Defect, Kind, Recipient, Report
from dsnparse.rules.catalogue import Catalogue
from dsnparse.wire.date import iso_date

BYTES: Final = (bytes, bytearray, memoryview)
# What nothing in a message should ever raise. Tests take this net away, so that a fault shows.
UNEXPECTED: tuple[type[Exception], ...] = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
# What became of whoever a notice of this kind names.
ACTIONS: Final[dict[Kind, Action]] = {"failure": "failed", "delay": "delayed", "success": "delivered"}
PER_MESSAGE: Final = ("reporting_mta", "original_envelope_id", "arrival_date")


def parse(
    raw: bytes | bytearray | memoryview,
    *,
    limits: Limits = DEFAULT_LIMITS,
    rules: Catalogue | None = None,
    source: str | None = None,
) -> Report:
    """Return the report of one message; nothing in the message can make it raise.

    `raw` is the message as received (RFC 5322, any line ends); `rules` are those of `load_rules`, or else ours; `source` is kept as
    a label. TypeError when `raw` is not bytes.
    """
    if not isinstance(raw, BYTES):
        message = f"a message is bytes, not {type(raw).__name__}"
        raise TypeError(message)
    data = bytes(raw)
    digest = sha256(data).hexdigest()
    if not data:  # archives hold thousands of them, and no rule has anything to look at
        return Report(source=source, id=digest, kind="other")
    try:
        return read_report(open_message(data, limits, rules), source=source, id_=digest)
    except UNEXPECTED as error:  # a fault of ours: one message never costs the others
        defect = Defect("internal-error", detail=type(error).__name__)
        return Report(source=source, id=digest, kind="other", defects=(defect,), complete=False)


def part_text(raw: bytes, number: int, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Return the bytes that evidence with `part` = `number` counts in: the raw message for 0, else the UTF-8 text of that part."""
    message = open_message(raw, limits)
    if number == 0:
        return message.tree.data
    return message.tree.view(message.tree.parts[number - 1]).data


def read_report(message: Message, *, source: str | None, id_: str) -> Report:
    """Judge what the readers found."""
    kind, recipients = _fates(message)
    values: dict[str, Any] = dict(message.top)
    told = message.status.message if message.status else {}
    values |= {field: told[field].value for field in PER_MESSAGE if field in told}
    if (event := message.notification) and event.date:
        values.setdefault("date", event.date)
    if "date" in values:
        values["date"] = iso_date(values["date"]) or values["date"]
    original = message.original
    defects = (*message.tree.defects, *message.odd_values())  # all readers have spoken
    return Report(
        source=source,
        id=id_,
        kind=kind,
        vendor=message.writer.name if message.writer and kind != "other" else None,
        standard=message.standard,
        original=original,
        recipients=recipients,
        feedback=message.complaint[0] if message.complaint else None,
        disposition=message.disposition,
        defects=defects,
        complete=not defects or not any(defect.kind.startswith("limit:") for defect in defects),
        **values,
    )


def _fates(message: Message) -> tuple[Kind, tuple[Recipient, ...]]:
    """Return the kind of the message and what became of each recipient."""
    if message.complaint:
        complainants = message.complaint[1]
        if not complainants and message.returned and (marked := message.returned.complainant()):
            complainants = [marked]
        return "feedback", tuple(complaint(item) for item in complainants)
    if message.is_receipt:
        return "disposition", ()
    if (event := message.notification) and event.kind:
        return event.kind, ()
    if complainant := message.forwarded_complaint:
        return "feedback", (complaint(complainant),)
    if message.status is None and (message.letter or not message.signs.open):
        return message.letter or kind_of_other(message.signs, lambda: message.other_kind), ()
    return _of_delivery(message)


def _of_delivery(message: Message) -> tuple[Kind, tuple[Recipient, ...]]:
    """Return the same of a message that may be a notice about mail."""
    facts = merge(consult(message))
    if message.status and message.status.recipients and not _lacks_action(facts):
        recipients = _judged(message, facts, None)
        return kind_by_actions([item.action for item in recipients]), recipients
    message.signs.named = bool(facts)
    kind = kind_without_status(message.signs, message.notice, lambda: message.other_kind)
    if kind not in ACTIONS and message.status and not (message.signs.responder or message.other_kind):
        kind = kind_by_codes([item.reading for item in facts]) or kind
    if kind == "other" and message.signs.posts and not message.other_kind and _is_refusal(message, facts):
        kind = "failure"
    if kind == "failure" and _is_of_reader(message, facts):
        kind = kind_of_other(message.signs, lambda: message.other_kind)
    if kind not in ACTIONS:
        return kind, ()
    action = "relayed" if kind == "success" and message.notice.relays else ACTIONS[kind]
    if message.notice.mixed:
        kind = "failure"
    return kind, _judged(message, facts, action)


def _is_refusal(message: Message, facts: list[Facts]) -> bool:
    """Tell whether the words say of somebody why mail cannot reach him, though not that it failed.

    What was wrong with a message may be told to whom it was for: a virus was kept away from him.
    """
    copies = [
        item._replace(reading=dict(item.reading)) for item in facts
    ]  # a verdict notes its evidence in what it reads
    faults = {item.fault for item in _judged(message, copies, "failed")}
    return not faults.isdisjoint(("recipient", "system")) and "content" not in faults


def _is_of_reader(message: Message, facts: list[Facts]) -> bool:
    """Tell whether words name nobody but whom they were written to, and neither quote a reply nor return mail.

    Somebody is warned of the state of his own mailbox, or is to believe so. A bounce goes to who wrote the mail.
    """
    reader = message.marks.written_to
    if not facts or message.status or any(item.reading["address"].value.lower() != reader for item in facts):
        return False
    said = [str(item.reading["diagnostic"].value) for item in facts if "diagnostic" in item.reading]
    return not any(map(FAILED.search, said)) and message.returned is None


def _no_words() -> None:
    return None


def _lacks_action(facts: list[Facts]) -> bool:
    """Tell whether the status part leaves open what became of everybody: then the words for people decide."""
    return all("action" not in item.reading for item in facts)


def _judged(message: Message, facts: list[Facts], action: Action | None) -> tuple[Recipient, ...]:
    is_final = cache(lambda: message.notice.is_final)  # asked for each recipient
    # Words that speak of several people, of each what befell him, tell nothing of one of whom they are silent.
    words = (lambda: message.words) if is_of_all(facts) else _no_words
    context = Context(message.catalogue, message.writer, action, words, is_final, lambda: message.is_whole)
    return tuple([judge_recipient(item, context) for item in facts])
