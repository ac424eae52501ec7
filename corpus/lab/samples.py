"""Make samples of captures: `python -m corpus.lab.samples CAPTURES` adds those that the tables name and the corpus lacks.

CAPTURES is the folder that the runs fill, with a folder a run in it. chosen.toml names captures of the shared scenarios,
judged.toml those of one server alone.
"""

import argparse
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from . import judged, own, truth
from .expected import expect
from .judged import Judged
from .notice import read
from .runs import RUNS, Run
from .scenarios import SCENARIOS, Scenario
from .truth import Truth

LAB = Path(__file__).parent
CORPUS = LAB.parent
# Domains that a server tries again until it gives up, though no reply tells it to.
RETRIED_DOMAINS = "banner421 refused hang drop servfail dnstimeout mail451 garbage http"
GROUPS = {"replies": "r-", "domains": "d-", "scenarios": ""}
RETRIED = frozenset(f"d-{key}" for key in RETRIED_DOMAINS.split())


@dataclass(frozen=True)
class Sample:
    """A capture that is a sample: where it comes from, where it goes, and what it shows."""

    run: str
    capture: str
    name: str
    judged: Judged | None = None

    @property
    def server(self) -> Run:
        """Return the run that gave the capture."""
        return RUNS[self.run]

    @property
    def stem(self) -> str:
        """Return the scenario in the name of the capture, which ends in a number if there were several notices."""
        return re.sub(r"\.\d$", "", self.capture)

    @property
    def path(self) -> Path:
        """Return where the message of the sample lies."""
        folder = self.judged.folder if self.judged and self.judged.folder else self.server.folder
        return CORPUS / folder / f"{self.name}.eml"

    def truth(self, raw: bytes) -> Truth:
        """Compose the truth from the tables and the message."""
        notice = read(raw)
        if self.judged:
            return judged.compose(self.judged, self.stem, self.server, notice)
        return truth.compose(scenario_of(self.stem), self.server, notice)

    def entry(self, raw: bytes) -> dict[str, str]:
        """Return the row of the manifest."""
        system = self.server.system
        return {"origin": "captured", "server": self.software, "system": system, "scenario": self.shows(raw)}

    @property
    def software(self) -> str:
        """Return the software that took part: what a delivery program makes fail is reported by the Postfix before it."""
        behind = self.path.parent.name == "postfix" and self.server.folder != "postfix"
        return f"{RUNS['postfix'].server} with {self.server.server}" if behind else self.server.server

    def shows(self, raw: bytes) -> str:
        """Say what was provoked, and which notice of several this is."""
        if self.judged:
            return self.judged.shows
        one = scenario_of(self.stem)
        return titles()[one.name][1] + _ending(one, truth.kind_of(self.server, read(raw)))


def samples() -> Iterator[Sample]:
    """Yield all samples that the tables name."""
    for run, names in _table("chosen.toml").items():
        for capture, name in names.items():
            yield Sample(run, capture, name)
    for place, row in _table("judged.toml").items():
        run, _, capture = place.rpartition("/")
        yield Sample(run, capture, row["name"], Judged(**row))


def scenario_of(stem: str) -> Scenario:
    """Return the scenario that a capture is named after; in older runs its name is that of the sender."""
    return _scenarios()[stem]


@cache
def titles() -> dict[str, tuple[str, str]]:
    """Return how the names of samples of each scenario begin, and what it provokes."""
    groups = _table("titles.toml").items()
    rows = {GROUPS[group] + key: (row[0], row[1]) for group, table in groups for key, row in table.items()}
    return rows | {name: rows[like] for name, like in own.LIKE.items()}


def add(sample: Sample, captures: Path) -> bool:
    """Write message, truth and entry of a sample, unless it is there."""
    if sample.path.exists():
        return False
    raw = (captures / sample.run / f"{sample.capture}.eml").read_bytes()
    said = sample.truth(raw)
    sample.path.parent.mkdir(exist_ok=True)
    sample.path.write_bytes(raw)
    sample.path.with_suffix(".json").write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n", "utf-8")
    rows = [f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in sample.entry(raw).items()]
    with sample.path.with_name("manifest.toml").open("a", encoding="utf-8") as manifest:
        manifest.write(f'\n["{sample.name}"]\n' + "".join(rows))
    return True


def main() -> int:
    """Add the samples that are missing, and say how many."""
    parser = argparse.ArgumentParser(prog="python -m corpus.lab.samples", description=__doc__)
    parser.add_argument("captures", type=Path, help="the folder with one folder a run")
    captures = parser.parse_args().captures
    if not captures.is_dir():
        parser.error(f"no such folder: {captures}")
    try:
        added = sum(add(sample, captures) for sample in samples())
    except (OSError, truth.UnclearError) as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    sys.stdout.write(f"{added} samples added\n")
    return 0


def _ending(one: Scenario, kind: str) -> str:
    expected = expect(one.recipients[0], one)
    again = bool(expected.replies) and expected.replies[0].temporary
    if kind == "delay":
        return "; delay warning"
    if kind == "failure" and len(one.recipients) == 1 and (again or one.name in RETRIED):
        return ", until the server gave up"
    return ""


@cache
def _scenarios() -> dict[str, Scenario]:
    return {_file_name(one.sender): one for one in SCENARIOS.values()} | SCENARIOS | own.SCENARIOS


def _file_name(sender: str) -> str:
    return re.sub(r"[^\w.+=-]", "_", sender.rpartition("@")[0])


def _table(name: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads((LAB / name).read_text("utf-8"))


if __name__ == "__main__":
    sys.exit(main())
