"""A case: one recipient of a report, the facts that tell one cause from another, and the rule that gave the reason."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from dsnparse.explain.places import Places, places
from dsnparse.explain.voices import Voices
from dsnparse.explanation import Rival
from dsnparse.report import NO_FACTS, Recipient, Report
from dsnparse.rules.catalogue import OWN, Catalogue
from dsnparse.rules.layer import Phrase

# As the report names a rule: `yahoo.reasons[3]`, `own/acme.reasons[0]`.
RULE: Final = re.compile(rf"(?P<mark>{re.escape(OWN)})?(?P<vendor>[a-z0-9_]+)\.reasons\[(?P<number>[0-9]+)\]", re.ASCII)


class Case:
    """What there is to explain."""

    def __init__(
        self,
        recipient: Recipient,
        catalogue: Catalogue,
        report: Report | None = None,
        *,
        writer: str = "",
        voices: Voices | None = None,
    ) -> None:
        self.recipient = recipient
        self.catalogue = catalogue
        self.report = report
        self.said = voices
        self.writer = writer or (report.vendor if report and report.vendor else "")

    @cached_property
    def speaker(self) -> str:
        """The vendor of the host that spoke, or nothing."""
        host = self.recipient.remote_mta
        owner = self.catalogue.owner(host) if host else None
        return owner or self.catalogue.tagged(self.recipient.diagnostic) or ""

    @cached_property
    def known(self) -> Places:
        """The names at hand."""
        return places(self.recipient, self.report)

    @cached_property
    def spoken(self) -> Places:
        """The names for a sentence: an address that no command could take is told as it stands."""
        named = self.recipient.address or self.recipient.original_recipient
        return self.known | {"recipient": named} if named else self.known

    @cached_property
    def facts(self) -> frozenset[str]:
        """What `given` of a cause may ask for."""
        recipient, facts = self.recipient, self.recipient.facts or NO_FACTS
        told = {recipient.detail, f"code:{recipient.reply_code}", f"vendor:{self.speaker}", f"vendor:{self.writer}"}
        told |= {f"auth:{check.method}:{check.result}" for check in facts.auth}
        return frozenset(told | {f"tls:{facts.tls}"} if facts.tls else told) - {""}

    def voices(self) -> Iterator[Rival]:
        """Yield what other parts of the message say of the recipient, where the message is at hand."""
        alone = self.report is not None and len(self.report.recipients) == 1
        return self.said.against(self.recipient, alone=alone) if self.said else iter(())

    @cached_property
    def chosen(self) -> str:
        """The name of the rule, or the code, that gave the reason."""
        evidence = self.recipient.evidence.get("reason")
        return evidence.rule if evidence else ""

    @cached_property
    def phrase(self) -> Phrase | None:
        """The rule whose phrase gave the reason; `None` where a code did."""
        return self.catalogue.rule(self.chosen) if RULE.fullmatch(self.chosen) else None
