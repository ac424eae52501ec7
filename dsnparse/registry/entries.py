"""The rows of the registry: these Structs ARE the JSON files beside this module, one record a line."""

from typing import Literal

from msgspec import Struct

from dsnparse.explanation import Actor
from dsnparse.report import Advice, Fault, Permanence

Group = Literal[
    "recipient",
    "domain",
    "network",
    "system",
    "content",
    "security",
    "sender",
    "reputation",
    "rate",
    "policy",
    "service",
    "unknown",
    "outcome",
]
Suppress = Literal["yes", "no", "after_repeats", "by_permanence", "on_unsubscribe", "already"]
UsualClass = Literal["success", "temporary", "permanent", "either", "any"]


class ReasonEntry(Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """One reason for a failure, or one outcome that is none.

    `rank`: of several reasons that fit one text the lowest wins. `core_reason`: the coarser reason it folds into.
    `default_permanence`: for a reply without a class, `None` where both are usual. `fault`: whose turn it is to act.
    `suppress`: what to do with the address; `by_permanence` is `yes` when permanent and `after_repeats` when temporary.
    """

    name: str
    rank: int
    group: Group
    core_reason: str
    title: str
    definition: str
    default_permanence: Permanence | None
    default_advice: Advice
    suppress: Suppress
    fault: Fault
    details: tuple[str, ...]


class EnhancedEntry(Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """A registered enhanced status code (RFC 3463, 5248): a class `5.X.X`, a subject `X.1.X` or a detail `X.1.1`.

    `generic`: so vague or so overloaded that words and better codes go before it. `reason`, with its `detail`, is what
    the code means when nothing else is known.
    """

    code: str
    title: str
    meaning: str
    reason: str | None
    detail: str = ""
    usual_class: UsualClass | None
    generic: bool = False
    reference: str


class ReplyEntry(Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """A three-digit reply code of SMTP, or a number that servers and services use like one.

    `standard`: an RFC gives it a meaning. `reason`: what it means by itself; `after` tells where it means something else
    in answer to a command (`""`: command unknown; null: nothing at all). `refusal`: it says no and not to what, so that
    only the command tells what was refused.
    """

    code: int
    title: str
    meaning: str
    permanence: Permanence | None
    standard: bool
    reference: str = ""
    reason: str | None
    refusal: bool = False
    after: dict[str, str | None] = {}


class Special(Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """A label for one detail or one permanence of a reason."""

    reason: str
    detail: str = ""
    permanence: Permanence | None = None
    label: str


class VocabularyEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The words of another product: `labels` by our reasons, `special` where a detail or the permanence has a word of its own."""

    name: str
    title: str
    reference: str
    labels: dict[str, str]
    special: tuple[Special, ...] = ()


class BlocklistEntry(Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """A block list that servers ask by DNS: `zone` is the one most of them ask, `zones` are its other zones and its sites.

    `of`: what it lists. `names`: how texts call it, in lower case; a name that several lists share is their publisher's.
    `lookup`: the page that tells of an entry and takes requests to remove it, `{}` where it takes the address or the domain;
    empty where the list is closed.
    """

    zone: str
    name: str
    of: Literal["ip", "domain"] = "ip"
    zones: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    lookup: str


class RemedyEntry(Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """What to say of a reason: `happened` is a sentence with `{places}` for the names at hand, `actors` are those who can mend it."""

    reason: str
    happened: str
    actors: tuple[Actor, ...]


class CauseEntry(Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """A likely cause of the reason before the dot of its `id`, the more usual first.

    It fits a case that has one of the facts of `given` (a detail, `vendor:gmail`, `code:503`, `auth:spf:none`, `tls:dane`), or whose
    diagnostic has `words` (RE2, case does not count).
    """

    id: str
    text: str
    given: tuple[str, ...] = ()
    words: str = ""
    sources: tuple[str, ...]


class FixEntry(Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """What helps with the reason before the dot of its `id`, and who has to do it; `given` as for a cause."""

    id: str
    actor: Actor
    text: str
    given: tuple[str, ...] = ()
    sources: tuple[str, ...]


class CheckEntry(Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """How to verify: the words of a command, or a page, with `{places}` to fill in."""

    id: str
    purpose: str
    command: tuple[str, ...] = ()
    page: str = ""


class NoteEntry(Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """What is known of the code before the last dot of its `id` beyond its meaning: a cause, a fix, or a note; of one `vendor` only or of all."""

    id: str
    kind: Literal["cause", "fix", "note"]
    text: str
    actor: Actor | None = None
    vendor: str = ""
    sources: tuple[str, ...]


class LikelyEntry(Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """Which reasons a code stands for in practice, the most frequent first; none for a code that reports no failure."""

    code: str
    reasons: tuple[str, ...]
