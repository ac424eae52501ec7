"""What the notices of a server look like, as a list of facts: read from a run, kept in a file, compared with another.

A fact (a line of a shape) came if no notice of the server had it before, and went if no notice has it any more although
a scenario that used to show it brought one. Notices are not compared one by one: which of two delays is told first, and
how far a retry had come, differs between any two runs. What is left of such luck is wordings of temporary failures,
so those are told as uncertain and do not count; a wording that really changes comes and goes in other scenarios too.
`known-formats/SUITE/SERVER.json` holds what is known of a server, from as many runs of one version as were accepted.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .errors import LabError
from .replies import reply_to
from .scenarios import SCENARIOS
from .shape import Shape, shape
from .zone import host_of

STORED = Path(__file__).with_name("known-formats")
# Of a fact that many scenarios show, these many are named; enough to see whether it could have come again.
EXAMPLES = 8
FEW = 3
OWN = ("l-", "v-")  # how scenarios of one server begin, and notices of what it did besides
DELAYED = "status Action: delayed"
CAUSES = ("status Status: ", "status Diagnostic-Code: ")


@dataclass(frozen=True)
class Formats:
    """The facts of a server's notices, each with scenarios that show it."""

    server: str
    suite: str
    version: str
    facts: dict[str, list[str]]
    scenarios: frozenset[str] = field(default_factory=frozenset)

    @property
    def path(self) -> Path:
        """Where they are stored."""
        return STORED / self.suite / f"{self.server}.json"


@dataclass(frozen=True)
class Drift:
    """How the notices of a server have changed, each fact with scenarios that show it."""

    old: Formats
    new: Formats
    came: dict[str, list[str]]
    went: dict[str, list[str]]

    @property
    def certain(self) -> int:
        """How many of the changes cannot be luck."""
        came = sum(not _may_have_come_by_luck(fact, scenarios) for fact, scenarios in self.came.items())
        return came + sum(not _may_have_gone_by_luck(self.old.facts[fact]) for fact in self.went)

    def lines(self) -> Iterator[str]:
        """Print it for a person."""
        versions = " -> ".join(dict.fromkeys((self.old.version, self.new.version)))
        what = f"{self.certain} changes" if self.certain else "no change"
        yield f"{self.new.server} {versions} ({self.new.suite}): {what} in {len(self.old.facts)} facts"
        for fact, scenarios in sorted(self.went.items()):
            yield _line("-", fact, scenarios, luck=_may_have_gone_by_luck(self.old.facts[fact]))
        for fact, scenarios in sorted(self.came.items()):
            yield _line("+", fact, scenarios, luck=_may_have_come_by_luck(fact, scenarios))


def read_run(folder: Path) -> Formats:
    """Read the captures of one run."""
    try:
        rows = [json.loads(line) for line in (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()]
        run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        msg = f"{folder} is not the folder of a run: {error}"
        raise LabError(msg) from None
    facts: defaultdict[str, set[str]] = defaultdict(set)
    notices = [(row["scenario"], shape((folder / row["capture"]).read_bytes())) for row in rows]
    for scenario, notice in _without_causes_of_delay(notices):
        for fact in notice:
            facts[fact].add(scenario)
    shown = {fact: sorted(scenarios)[:EXAMPLES] for fact, scenarios in facts.items()}
    return Formats(run["server"], run["suite"], run["version"], shown, frozenset(row["scenario"] for row in rows))


def read_stored(path: Path) -> Formats:
    """Read a file of formats."""
    try:
        return Formats(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        msg = f"{path} is not a file of formats: {error}"
        raise LabError(msg) from None


def write_stored(formats: Formats) -> None:
    """Store formats; what was known of the same version stays known."""
    facts = dict(formats.facts)
    if formats.path.exists() and (known := read_stored(formats.path)).version == formats.version:
        facts = known.facts | facts
    formats.path.parent.mkdir(parents=True, exist_ok=True)
    row = {"server": formats.server, "suite": formats.suite, "version": formats.version, "facts": facts}
    text = json.dumps(row, indent=0, ensure_ascii=False, sort_keys=True)
    formats.path.write_text(_one_line_a_fact(text), encoding="utf-8")


def compare(old: Formats, new: Formats) -> Drift:
    """Tell what a new run shows and the old one does not, and the other way round."""
    came = {fact: scenarios for fact, scenarios in new.facts.items() if fact not in old.facts}
    went = {
        fact: again
        for fact, scenarios in old.facts.items()
        if fact not in new.facts and (again := [name for name in scenarios if name in new.scenarios])
    }
    return Drift(old, new, came, went)


def find_runs(folder: Path) -> dict[Path, Formats]:
    """Read every run below a folder, by its place there."""
    found = {path.parent.relative_to(folder): read_run(path.parent) for path in sorted(folder.rglob("run.json"))}
    if not found:
        msg = f"no run below {folder}"
        raise LabError(msg)
    return found


def _line(sign: str, fact: str, scenarios: list[str], *, luck: bool) -> str:
    return f"  {'?' if luck else ' '}{sign} {fact}    [{', '.join(scenarios)}]"


def _without_causes_of_delay(notices: list[tuple[str, Shape]]) -> Iterator[tuple[str, Shape]]:
    """Drop from delay notices what only some of them say: it tells what happened to be the matter at that moment."""
    delays = [notice for _, notice in notices if DELAYED in notice]
    common = Counter(fact for notice in delays for fact in notice)
    for scenario, notice in notices:
        if DELAYED in notice:
            form = (fact for fact in notice if not _is_wording(fact) or common[fact] * 2 > len(delays))
            yield scenario, frozenset(fact for fact in form if not fact.startswith(CAUSES))
        else:
            yield scenario, notice


def _may_have_come_by_luck(fact: str, scenarios: list[str]) -> bool:
    return (_is_wording(fact) or len(scenarios) < FEW) and all(_hangs_on_timing(name) for name in scenarios)


def _may_have_gone_by_luck(scenarios: list[str]) -> bool:
    # What really changes has also come; what changes in many notices is told here too.
    return len(scenarios) < FEW


def _is_wording(fact: str) -> bool:
    return fact.startswith(("text: ", "status "))


def _hangs_on_timing(name: str) -> bool:
    """Tell whether the server goes on trying in this scenario, with whatever comes of the next attempt.

    An address that gets the notices of many mails is no scenario: which of them come first, and are kept, is luck as well.
    """
    if name not in SCENARIOS:
        return not name.startswith(OWN)
    addresses = [recipient.address for recipient in SCENARIOS[name].recipients]
    replies = [reply_to(address) for address in addresses]
    hosts = [host_of(address.rpartition("@")[2]) for address in addresses]
    return any(reply and reply.temporary for reply in replies) or any(host and host.trouble for host in hosts)


def _one_line_a_fact(text: str) -> str:
    return text.replace('[\n"', '["').replace('",\n"', '", "').replace('"\n]', '"]')
