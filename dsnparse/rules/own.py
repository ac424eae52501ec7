"""Rules of the user's own: vendor files in a folder, laid over ours; same format, same checks, errors with path and line."""

import re
from collections.abc import Iterator
from os import PathLike, fspath
from pathlib import Path
from typing import Final, NamedTuple

from dsnparse.errors import RuleError
from dsnparse.rules.catalogue import Catalogue, decode_vendor, our_vendors
from dsnparse.rules.index import ENDING
from dsnparse.rules.layer import ANY
from dsnparse.rules.schema import Vendor

# How a place is told: by tomllib, by msgspec (`$.reasons[3].means`), by a check (`acme.reasons[3]`).
AT_LINE: Final = re.compile(r" ?\(at line ([0-9]+), column [0-9]+\)")
AT_PATH: Final = re.compile(r" - at `\$\.?([^`]*)`")
UNKNOWN: Final = re.compile(r"unknown field `([^`]+)`")
REASON: Final = re.compile(r"reasons\[([0-9]+)\](?:\.([a-z_]+))?")
KEY: Final = re.compile(r"(?:([a-z]+)\.)?([a-z_]+)(?:\[[0-9]+\])?\Z")
# What a check says of a reason's fields other than its pattern.
KEYS: Final = (
    ("no such reason", "means"),
    ("has no detail", "detail"),
    ("is won by", "examples"),
    ("near text", "near"),
)
TABLE: Final = re.compile(r"(?m)^\s*\[\[\s*reasons\s*\]\]")

Folder = str | PathLike[str]


def load_rules(*folders: Folder, vendors: bool = True) -> Catalogue:
    """Return the rules for `parse`: ours, and over them the vendor files (`*.toml`) of the folders, the first folder first.

    `vendors=False` leaves all vendors of ours out but `any`, the rules for any software: so the author of a rule sees what it adds.
    RuleError tells path and line of what is wrong.
    """
    own = [_read(path) for folder in folders for path in _files(Path(fspath(folder)))]
    ours, atoms = our_vendors()
    if faults := list(_faults_together(own, {vendor.name for vendor in ours})):
        raise RuleError("\n".join(faults))
    mine = [each.vendor for each in own]
    if vendors:
        return Catalogue(ours, atoms, mine)
    return Catalogue((vendor for vendor in ours if vendor.name == ANY), None, mine)


def check_rules(folder: Folder) -> list[str]:
    """Return every problem of the vendor files in a folder, each with its path and line; nothing when all is well."""
    problems: list[str] = []
    own: list[Own] = []
    for path in _files(Path(fspath(folder))):
        try:
            own.append(_read(path, slow=True))
        except RuleError as error:
            problems += str(error).split("\n")
    problems = problems or list(_faults_together(own, {vendor.name for vendor in our_vendors()[0]}))
    if not problems:
        try:
            Catalogue(*our_vendors(), [each.vendor for each in own])
        except RuleError as error:  # a circle of `before`: no one line is to blame
            problems.append(f"{folder}: {error}")
    return problems


class Own(NamedTuple):
    """A vendor file of the user's own."""

    path: Path
    text: str
    vendor: Vendor

    def fault(self, where: str, what: str) -> str:
        """Return what is wrong at a place of the file, the line in front."""
        return f"{self.path}:{find_line(self.text, where)}: {where}: {what}"


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        message = f"{folder}: no such folder"
        raise RuleError(message)
    found = sorted(path for path in folder.iterdir() if path.suffix == ENDING)
    if not found:
        message = f"{folder}: no {ENDING} files in it"
        raise RuleError(message)
    return found


def _read(path: Path, *, slow: bool = False) -> Own:
    """Read one vendor file and check it; its slow patterns too, which takes a moment, if `slow`."""
    try:
        text = path.read_bytes().decode("utf-8").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path}: {error.strerror if isinstance(error, OSError) else 'not UTF-8'}"
        raise RuleError(message) from error
    try:
        vendor = decode_vendor(path.stem, text)
    except RuleError as error:
        raise RuleError(_located(path, text, str(error).partition(": ")[2])) from error
    from dsnparse.rules.check import check_form, check_vendor, examples, patterns  # noqa: PLC0415 - only who has such files needs it

    problems = check_vendor(vendor) if slow else check_form(vendor)
    if problems:
        told = dict((*patterns(vendor), *examples(vendor)))
        raise RuleError("\n".join(_placed(path, text, problem, told) for problem in problems))
    return Own(path, text, vendor)


def _located(path: Path, text: str, problem: str) -> str:
    """Return what the decoder says, with the line in front and without its own words for the place."""
    if match := AT_LINE.search(problem):
        return f"{path}:{match[1]}: {AT_LINE.sub('', problem)}"
    match = AT_PATH.search(problem)
    where = match[1] if match else ""
    if field := UNKNOWN.search(problem):
        where = f"{where}.{field[1]}".lstrip(".")
    return f"{path}:{find_line(text, where or 'name')}: {AT_PATH.sub('', problem)}"


def _placed(path: Path, text: str, problem: str, told: dict[str, str]) -> str:
    """Return what a check says, with the line in front."""
    where, _, what = problem.partition(": ")
    where = where.partition(".")[2]
    key = next((key for words, key in KEYS if words in what), "")
    line = find_line(text, f"{where}.{key}") if key else find_line(text, where, told.get(where, ""))
    return f"{path}:{line}: {where}: {what}"


def find_line(text: str, where: str, pattern: str = "") -> int:
    """Return the number of the line in a vendor file that a place such as `reasons[3].means` or `lines[0]` stands in."""
    at = 0
    key = ""
    if match := REASON.match(where):
        tables = list(TABLE.finditer(text))
        at = tables[int(match[1])].end() if int(match[1]) < len(tables) else 0
        key = match[2] or ("match" if pattern else "")
    elif match := KEY.search(where):
        key = match[2]
        if match[1] and (table := re.search(rf"(?m)^\s*\[{match[1]}\]", text)):
            at = table.end()
    if key and (found := re.compile(rf"(?m)^\s*(?:{key}\s*=|\[{key}\])").search(text, at)):
        at = found.end()
    if pattern and (place := text.find(pattern, at)) >= 0:
        at = place
    return text.count("\n", 0, at) + 1


def _faults_together(own: list[Own], ours: set[str]) -> Iterator[str]:
    """Yield what is wrong only beside the other files."""
    names = {each.vendor.name for each in own}
    files: dict[str, Path] = {}
    meanings: dict[str, str] = {}
    for each in own:
        vendor = each.vendor
        if vendor.name in files:
            yield each.fault("name", f"two of the folders have it: {files[vendor.name]}")
        files[vendor.name] = each.path
        if missing := set(vendor.before) - ours - names:
            yield each.fault("before", f"no such vendor: '{min(missing)}'")
        for number, rule in enumerate(vendor.reasons):
            means = meanings.setdefault(rule.own, rule.means) if rule.own else rule.means
            if means != rule.means:
                yield each.fault(
                    f"reasons[{number}].own", f"'{rule.own}' is a '{means}' elsewhere, not a '{rule.means}'"
                )
