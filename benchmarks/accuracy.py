"""How often dsnparse is right, field by field, over labelled messages.

DIR holds labels.jsonl and the messages under messages/, or it is laid out like corpus/: x.eml beside its truth x.json.
Labels name what else would be fair: `also_kind`, `also_address`, `also_status` and `also` or `also_reason`.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import dsnparse

Truth = dict[str, Any]
FIELDS: Final = (
    "kind: bounces",
    "kind: others",
    "recipient found",
    "no extra recipient",
    "no false failure",
    "action",
    "status",
    "reply_code",
    "reason: exact",
    "reason: fair",
    "permanence",
)
BOUNCES: Final = frozenset(("failure", "delay", "success"))
HERE: Final = Path(__file__).resolve().parent.parent


class Score:
    """Right answers and questions, by field."""

    def __init__(self) -> None:
        self.right: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.misses: list[tuple[str, str, object, object]] = []

    def tell(self, field: str, name: str, fair: object, got: object, *, ok: bool) -> None:
        """Count one answer; `fair` and `got` are for whoever lists the misses."""
        self.asked[field] += 1
        self.right[field] += ok
        if not ok:
            self.misses.append((field, name, fair, got))

    def choose(self, field: str, name: str, fair: list[Any], got: object) -> None:
        """Count one answer that must be one of `fair`."""
        self.tell(field, name, fair, got, ok=got in fair)

    def table(self) -> Iterator[str]:
        """Yield one line a field: right / asked = share."""
        for field in FIELDS:
            right, asked = self.right[field], self.asked[field]
            yield f"{field:20} {right:5} / {asked:5} = {f'{right / asked:.3f}' if asked else ''}"


def main() -> int:
    """Score a folder and print the table, or what was missed."""
    options = read_arguments()
    truths = dict(labels(options.corpus))
    answer = saved(options.results, options.corpus) if options.results else parsed
    score = Score()
    answered = 0
    for path, truth in sorted(truths.items()):
        report = answer(path)
        answered += report is not None
        judge(score, path.name, truth, report or {"kind": None})
    if options.misses:
        for field, name, fair, got in score.misses:
            if options.misses in field:
                print(f"{field}\t{name}\twant {fair}\tgot {got}")
        return 0
    print(f"{len(truths)} labelled messages, {answered} answered", *score.table(), sep="\n")
    return 0


def read_arguments() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=HERE / "corpus", metavar="DIR")
    parser.add_argument("--results", type=Path, metavar="FILE", help="score these JSON Lines instead of parsing")
    parser.add_argument("--misses", metavar="FIELD", help="list what is wrong in fields of this name instead")
    return parser.parse_args()


def labels(folder: Path) -> Iterator[tuple[Path, Truth]]:
    """Yield each message with its truth."""
    listed = folder / "labels.jsonl"
    if listed.exists():
        for truth in json_lines(listed):
            yield folder / "messages" / truth["file"], truth
        return
    for path in folder.rglob("*.eml"):
        yield path, json.loads(path.with_suffix(".json").read_bytes())


def json_lines(path: Path) -> Iterator[Truth]:
    """Yield the objects of a JSON Lines file."""
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def parsed(path: Path) -> Truth | None:
    """Return what dsnparse says of a message."""
    answer: Truth = json.loads(dsnparse.to_json(dsnparse.parse(path.read_bytes())))
    return answer


def saved(results: Path, folder: Path) -> Callable[[Path], Truth | None]:
    """Return a look-up of answers that were written to a file earlier, by the path in `source`."""
    root = folder / "messages" if (folder / "messages").is_dir() else folder
    rows = {row["source"].split(f"{root.name}/", 1)[-1]: row for row in json_lines(results)}
    return lambda path: rows.get(str(path.relative_to(root)))


def judge(score: Score, name: str, truth: Truth, report: Truth) -> None:
    """Score one message."""
    bounce = truth["kind"] in BOUNCES
    score.choose(
        "kind: bounces" if bounce else "kind: others",
        name,
        [truth["kind"], *several(truth, "also_kind")],
        report["kind"],
    )
    got = list(report.get("recipients", ()))
    if not bounce:
        wrong = [each.get("address") for each in got if each.get("action") == "failed"]
        score.tell("no false failure", name, [], wrong, ok=not wrong)
        return
    for wanted in truth["recipients"]:
        if wanted.get("address"):
            judge_recipient(score, name, wanted, got)
    wants = [wanted.get("address") for wanted in truth["recipients"]]
    score.tell("no extra recipient", name, wants, [each.get("address") for each in got], ok=not got)


def judge_recipient(score: Score, name: str, wanted: Truth, got: list[Truth]) -> None:
    """Score one recipient, and take it out of `got`."""
    names = [wanted["address"], *several(wanted, "also_address")]
    hit = next((each for each in got if any(is_same(label, each.get("address")) for label in names)), None)
    score.tell("recipient found", name, names, [each.get("address") for each in got], ok=hit is not None)
    if hit is None:
        return
    got.remove(hit)
    score.choose("action", name, [wanted.get("action")], hit.get("action"))
    score.choose("status", name, [wanted.get("status"), *several(wanted, "also_status")], hit.get("status"))
    score.choose("reply_code", name, [str(wanted.get("reply_code") or "")], str(hit.get("reply_code") or ""))
    if wanted.get("reason"):
        score.choose("reason: exact", name, [wanted["reason"]], hit.get("reason"))
        fair = [wanted["reason"], *several(wanted, "also"), *several(wanted, "also_reason")]
        score.choose("reason: fair", name, fair, hit.get("reason"))
    if wanted.get("permanence"):
        score.choose("permanence", name, [wanted["permanence"]], hit.get("permanence"))


def several(truth: Truth, key: str) -> list[Any]:
    """Return what a label names under `key`: one value, several or none."""
    value = truth.get(key) or []
    return value if isinstance(value, list) else [value]


def is_same(label: str, address: str | None) -> bool:
    """Whether an address is the labelled one; a label without a domain is a local part."""
    wanted, got = bare(label), bare(address)
    return wanted == got or ("@" not in wanted and wanted == got.split("@", maxsplit=1)[0])


def bare(address: str | None) -> str:
    """Return an address as it is compared."""
    return (address or "").strip().strip("<>").lower()


if __name__ == "__main__":
    sys.exit(main())
