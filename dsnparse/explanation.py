"""What `explain` returns: Explanation and its kin, all frozen and ready for JSON."""

from typing import Any, Literal

from msgspec import Struct

from dsnparse.report import Action, Advice, Fault, Kind, Permanence

Actor = Literal["author", "list_owner", "sender_admin", "recipient", "recipient_admin", "developer", "nobody"]
Handling = Literal["stop", "keep_for_now", "keep"]
Asked = Literal["message", "reply", "code", "marker"]


class Statement(Struct, frozen=True, omit_defaults=True):
    """One sentence of knowledge, and where it comes from.

    `id` is its entry in the registry or the rule of a vendor file; `sources` are documents. `quote` are the words of the
    diagnostic that speak for it, `actor` is who has to do it, `vendor` whose habit it is.
    """

    id: str
    text: str
    actor: Actor | None = None
    vendor: str = ""
    quote: str = ""
    sources: tuple[str, ...] = ()


class Code(Struct, frozen=True, omit_defaults=True):
    """A code, and what its standard says of it; `title` may be that of its subject or class where it is not registered."""

    code: str
    title: str
    meaning: str
    registered: bool = True
    reference: str = ""


class Check(Struct, frozen=True, omit_defaults=True):
    """A command, quoted for a POSIX shell, or a page, that verifies a cause; `unknown` are the words in capitals to fill in."""

    id: str
    purpose: str
    command: str = ""
    page: str = ""
    unknown: tuple[str, ...] = ()


class Value(Struct, frozen=True, omit_defaults=True):
    """A value of a report, and the bytes it was read from amid `before` and `after` on the same line."""

    field: str
    value: Any
    source: str = ""
    rule: str = ""
    part: int = 0
    start: int = 0
    end: int = 0
    before: str = ""
    text: str = ""
    after: str = ""


class Rival(Struct, frozen=True, omit_defaults=True):
    """A reading that lost: what it would have meant, who read it so, and why it yielded."""

    reading: str
    by: str
    why: str


class Finding(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One recipient, code or marker: what happened, why, what helps, and what to do with the address.

    `subject` is the address, the code or the marker; `vendor` is who must have said it for the finding to hold, where nobody knows
    who spoke. `causes` and `fixes` are in the order in which they fit this case.
    """

    subject: str
    vendor: str = ""
    reason: str = ""
    detail: str = ""
    title: str
    happened: str
    particulars: tuple[str, ...] = ()
    action: Action | None = None
    permanence: Permanence | None = None
    fault: Fault = "none"
    advice: Advice = "none"
    actors: tuple[Actor, ...] = ()
    again: str = ""
    handling: Handling = "keep"
    address_advice: str = ""
    codes: tuple[Code, ...] = ()
    causes: tuple[Statement, ...] = ()
    fixes: tuple[Statement, ...] = ()
    notes: tuple[Statement, ...] = ()
    checks: tuple[Check, ...] = ()
    values: tuple[Value, ...] = ()
    rivals: tuple[Rival, ...] = ()


class Explanation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was asked, and a finding for each recipient, reply, code or marker in it; none where nothing in it is known."""

    source: str | None = None
    asked: Asked
    kind: Kind | None = None
    vendor: str | None = None
    findings: tuple[Finding, ...] = ()
    defects: tuple[str, ...] = ()
