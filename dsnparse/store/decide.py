"""The policy at work, inside the transaction that keeps the message: what an event does to an address happens with it or not at all."""

from typing import Final

from msgspec import Struct, json

from dsnparse.policy import Category, Fact, Policy, State, Verdict, allowance, category, judge
from dsnparse.policy.score import NOTHING, PROVEN
from dsnparse.report import Recipient
from dsnparse.store.database import Transaction, Values
from dsnparse.store.event import Processed, event_id
from dsnparse.tokens.code import normal
from dsnparse.trust.level import UNVERIFIED, Trust

HOUR: Final = 3600
PROVE: Final = """
INSERT INTO proofs (proof, address, category, at) VALUES (:proof, :address, :category, :at)
ON CONFLICT (proof, address, category) DO NOTHING RETURNING proof"""
SUPPRESSION: Final = "SELECT held, category, expires FROM suppressions WHERE address = :address"
STATE: Final = "SELECT state FROM scores WHERE address = :address"
KEEP_STATE: Final = """
INSERT INTO scores (address, state, changed) VALUES (:address, :state, :at)
ON CONFLICT (address) DO UPDATE SET state = :state, changed = :at"""
DROP_STATE: Final = "DELETE FROM scores WHERE address = :address"
SUPPRESS: Final = """
INSERT INTO suppressions (address, held, category, since, expires, because, event_id)
VALUES (:address, :held, :category, :since, :expires, :because, :event_id)
ON CONFLICT (address) DO UPDATE SET held = :held, category = :category, since = :since, expires = :expires, because = :because,
  event_id = :event_id"""
REMEMBER: Final = """
INSERT INTO history (address, at, verb, because, event_id) VALUES (:address, :at, :verb, :because, :event_id)"""
ADD_TO_FLOOD: Final = "INSERT INTO flood (event_id, at, reporter) VALUES (:event_id, :at, :reporter)"
FLOOD: Final = """
SELECT COUNT(*) FROM (SELECT 1 FROM flood WHERE at > :start AND at <= :at LIMIT :most) AS hour"""
FLOOD_OF_ONE: Final = """
SELECT COUNT(*) FROM (SELECT 1 FROM flood WHERE reporter = :reporter AND at > :start AND at <= :at LIMIT :most) AS hour"""

_states: Final = json.Decoder(State)


class Case(Struct, frozen=True):
    """One fact about one address."""

    address: str
    fact: Fact
    event_id: str
    reporter: str

    def values(self, **more: str | float | None) -> Values:
        """Return the values of a statement about it."""
        return {"address": self.address, "event_id": self.event_id, **more}


class Decision:
    """The policy in one transaction, and what came of it."""

    def __init__(self, transaction: Transaction, policy: Policy) -> None:
        self.transaction = transaction
        self.policy = policy
        self.allowance = allowance(policy)
        self.suppressed: list[str] = []
        self.held: list[str] = []

    def of(self, message: Processed, at: float) -> list[Verdict]:
        """Return what follows from a message for each of its recipients, and keep it."""
        people = message.report.recipients
        levels = message.trust or (UNVERIFIED,) * len(people)
        return [
            self._of_one(message, number, trust, at)
            for number, (_, trust) in enumerate(zip(people, levels, strict=True))
        ]

    def _of_one(self, message: Processed, number: int, trust: Trust, at: float) -> Verdict:
        recipient = message.report.recipients[number]
        address = subject(recipient, trust)
        found = category(message.report, recipient, self.policy.categories, self.policy.confidence)
        original = message.report.original.message_id.strip("<>").lower()
        fact = Fact(category=found, level=trust.level, at=at, message_id=original, reason=recipient.reason)
        if found == "none":
            return judge(self.policy, NOTHING, fact)[1]
        if not address:
            return Verdict("ignore", "the report names no address")
        case = Case(address, fact, event_id(message.digest, number), message.report.reporting_mta.lower())
        verdict = self._counted_before(case, trust) or self._judged(case)
        self.transaction.run(REMEMBER, case.values(verb=verdict.verb, because=verdict.because, at=at))
        return verdict

    def _counted_before(self, case: Case, trust: Trust) -> Verdict | None:
        """Return that the fact changes nothing, if its token has counted already or the address is suppressed as it is."""
        if trust.proof and trust.level in PROVEN:
            values = case.values(proof=trust.proof, category=case.fact.category, at=case.fact.at)
            if not self.transaction.run(PROVE, values):
                return Verdict("ignore", f"{case.fact.category}, but its proof has counted already")
        for held, kind, expires in self.transaction.run(SUPPRESSION, case.values()):
            if held:
                return Verdict("ignore", "held already, until somebody decides")
            if (expires is None or expires > case.fact.at) and not _stronger(case.fact.category, kind):
                return Verdict("ignore", "suppressed already")
        return None

    def _judged(self, case: Case) -> Verdict:
        kept = self.transaction.run(STATE, case.values())
        before = _states.decode(kept[0][0]) if kept else NOTHING
        after, verdict = judge(self.policy, before, case.fact)
        if after != before:
            self._keep(case, after)
        if verdict.verb == "suppress":
            return self._suppress(case, verdict)
        return verdict

    def _keep(self, case: Case, state: State) -> None:
        if state == NOTHING:
            self.transaction.run(DROP_STATE, case.values())
        else:
            self.transaction.run(KEEP_STATE, case.values(state=json.encode(state).decode(), at=case.fact.at))

    def _suppress(self, case: Case, verdict: Verdict) -> Verdict:
        if flood := self._flood(case):
            verdict = Verdict("hold", f"{verdict.because}; held, since there would be {flood}", verdict.expires)
        held = verdict.verb == "hold"
        (self.held if held else self.suppressed).append(case.address)
        self.transaction.run(
            SUPPRESS,
            case.values(
                held=int(held),
                category=case.fact.category,
                since=case.fact.at,
                expires=verdict.expires,
                because=verdict.because,
            ),
        )
        return verdict

    def _flood(self, case: Case) -> str:
        """Count one more suppression, and return why it is one too many within an hour, if it is."""
        at, most = case.fact.at, self.allowance
        self.transaction.run(ADD_TO_FLOOD, case.values(at=at, reporter=case.reporter))
        hour: Values = {"start": at - HOUR, "at": at}
        by_all = self.transaction.run(FLOOD, {**hour, "most": most.all + 1})[0][0]
        if not case.reporter:
            return most.tripped(by_all, 0)
        values: Values = {**hour, "reporter": case.reporter, "most": most.one_reporter + 1}
        return most.tripped(by_all, self.transaction.run(FLOOD_OF_ONE, values)[0][0])


def subject(recipient: Recipient, trust: Trust) -> str:
    """Return the address that a fact is about, as it is known in our list: the one that is proven, or else the one we wrote to.

    A proof is about one address. Whatever else the report says of that recipient is as good as its author: somebody's own token
    with another's Original-Recipient must not hit the other one.
    """
    if trust.level in PROVEN:
        return normal(trust.address or recipient.address)
    original = recipient.original_recipient
    return normal(original if "@" in original else recipient.address)


def _stronger(new: Category, old: str) -> bool:
    return old == "soft" and new in {"hard", "complaint"}
