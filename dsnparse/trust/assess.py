"""assess: how far a report is believed about each of its recipients, by the strongest thing that speaks for it.

1. A token of ours for this recipient: `verified`. It may stand anywhere in the message, since who shows it has seen our mail.
2. The sent log knows the message and the recipient: `matched`.
3. A proof against it: `forged`. Never because of what is missing, and never because another recipient is named, which every
   forwarder does; but a message that went to this very recipient does not have the Message-ID of another one.
4. It looks like an answer to mail of ours: `plausible`.
"""

import re
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from dsnparse.report import Recipient, Report
from dsnparse.tokens.code import Opened, binds, normal, open_token
from dsnparse.tokens.keys import Keys
from dsnparse.tokens.verify import find_tokens
from dsnparse.trust.level import Level, Trust
from dsnparse.trust.plausible import signs
from dsnparse.trust.rules import NO_RULES, TrustRules
from dsnparse.wire.header import all_fields, end_of_header

SCANNED: Final = 1 << 20
FIELDS: Final = 200
ADDRESS: Final = re.compile(r"[^\s<>,;:\"()]{1,64}@[^\s<>,;:\"()]{1,255}")
# The fields of a returned message that say to whom it went.
TO_WHOM: Final = frozenset(("to", "cc", "x-original-to", "delivered-to", "envelope-to", "x-envelope-to"))
NAMED_AT_MOST: Final = 50
# A report has one token of ours, or two; each is tried for each recipient.
TRIED: Final = 10


class Tokens(Struct, frozen=True):
    """The tokens of one message, taken apart."""

    keys: Keys
    good: tuple[Opened, ...]
    false: tuple[str, ...]
    message_id: Opened | None

    def binding(self, names: Iterable[str]) -> tuple[Opened, str] | None:
        """Return the first token that was signed for one of `names`, and that name."""
        return next(((each, name) for name in names for each in self.good if binds(self.keys, each, name)), None)


def assess(
    report: Report,
    raw: bytes,
    rules: TrustRules = NO_RULES,
    *,
    received: float,
    envelope_to: Iterable[str] = (),
) -> tuple[Trust, ...]:
    """Return how far the report is believed, one entry a recipient.

    `raw` are the bytes it was parsed from, `received` is when it arrived, `envelope_to` whom it was delivered to, where that is known.
    """
    tokens = read_tokens(report, raw, rules.keys, received, envelope_to) if rules.keys else None
    plausible: tuple[str, ...] = ()
    if rules.domains:
        plausible = signs(report, all_fields(raw, 0, end_of_header(raw, 0, len(raw))[0], FIELDS), rules)
    case = Case(report, rules, received, tokens, plausible)
    return tuple(case.trust(recipient) for recipient in report.recipients)


class Case(Struct, frozen=True):
    """One report, and what is known of it as a whole."""

    report: Report
    rules: TrustRules
    received: float
    tokens: Tokens | None
    plausible: tuple[str, ...]

    def trust(self, recipient: Recipient) -> Trust:
        """Return how far the report is believed about this recipient."""
        names = _names(recipient)
        if found := self.verified(recipient, names) or self.matched(recipient, names) or self.forged(names):
            return found
        evidence = ("not-bound",) if self.tokens is not None and self.tokens.good else ()
        if self.plausible:
            return Trust(level="plausible", evidence=(*evidence, *self.plausible))
        return Trust(evidence=evidence)

    def verified(self, recipient: Recipient, names: tuple[str, ...]) -> Trust | None:
        """Return that a token was signed for this recipient, if one was."""
        if self.tokens is None:
            return None
        if bound := self.tokens.binding(names):
            return _about(recipient, bound[1], "verified", ("token",), bound[0].text)
        if self.forwarded and (bound := self.tokens.binding(_went_to(self.report))):
            return _about(recipient, bound[1], "verified", ("token", "forwarded"), bound[0].text)
        return None

    def matched(self, recipient: Recipient, names: tuple[str, ...]) -> Trust | None:
        """Return that the sent log knows of it, if it does."""
        message_id = self.report.original.message_id.strip("<>").lower()
        if self.rules.was_sent is None or not message_id:
            return None
        asked: list[tuple[str, tuple[str, ...]]] = [(name, ("sent-log",)) for name in names]
        if self.forwarded:
            asked += [(name, ("sent-log", "forwarded")) for name in _went_to(self.report)]
        for name, evidence in asked:
            if self.rules.was_sent(message_id, normal(name), self.received):
                return _about(recipient, name, "matched", evidence, message_id)
        return None

    def forged(self, names: tuple[str, ...]) -> Trust | None:
        """Return that the report is proven false, if it is."""
        if self.tokens is None:
            return None
        if self.tokens.false and not self.tokens.good:
            return Trust(level="forged", evidence=self.tokens.false)
        own = {normal(name) for name in names}
        if self.tokens.message_id is not None and own & {normal(name) for name in _addresses(self.report.original.to)}:
            return Trust(level="forged", evidence=("other-recipient",))
        return None

    @property
    def forwarded(self) -> bool:
        """Tell whether the report may be about a forwarded message: one address failed, and ours went to another one.

        Then it is our own subscriber who cannot be reached.
        """
        return len(self.report.recipients) == 1


def _about(recipient: Recipient, name: str, level: Level, evidence: tuple[str, ...], proof: str) -> Trust:
    other = normal(name) != normal(recipient.address)
    return Trust(level=level, evidence=evidence, proof=proof, address=name if other else "")


def _names(recipient: Recipient) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(name for name in (recipient.address, recipient.original_recipient, *recipient.aliases) if name)
    )


def _went_to(report: Report) -> tuple[str, ...]:
    texts = (report.original.to, *(value for name, value in report.original.headers if name.lower() in TO_WHOM))
    return tuple(dict.fromkeys(name for text in texts for name in _addresses(text)))[:NAMED_AT_MOST]


def _addresses(text: str) -> list[str]:
    return ADDRESS.findall(text)[:NAMED_AT_MOST]


def read_tokens(report: Report, raw: bytes, keys: Keys, received: float, envelope_to: Iterable[str] = ()) -> Tokens:
    """Return the tokens that stand in a message, as sent or in the decoded fields of the message it returns."""
    decoded = "\n".join(
        (*envelope_to, report.original.message_id + "@", *(value for _, value in report.original.headers))
    )
    texts = dict.fromkeys((*find_tokens(decoded), *find_tokens(raw[:SCANNED])))
    opened = [open_token(keys, text, received) for text in texts]
    own_id = next(iter(find_tokens(report.original.message_id)), "")
    return Tokens(
        keys,
        good=tuple(each for each in opened if each.state == "good")[:TRIED],
        false=tuple(dict.fromkeys(f"{each.state}-token" for each in opened if each.state in {"bad", "expired"})),
        message_id=next((each for each in opened if each.state == "good" and each.text == own_id), None),
    )
