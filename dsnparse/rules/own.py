"""Rules of the user's own: vendor files in a folder, laid over ours; same format, same checks, errors with path and line."""

import re
from collections.abc import Iterator
from os import PathLike, fspath
from pathlib import Path
from typing import Final

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
    own = [vendor for folder in folders for _, vendor in _read(Path(fspath(folder)), slow=False)]
    known: dict[str, Vendor] = {}
    for vendor in own:
        if vendor.name in known:
            message = f"{vendor.name}{ENDING}: two of the folders have it"
            raise RuleError(message)
        known[vendor.name] = vendor
    _check_names(own)
    ours, atoms = our_vendors()
    if vendors:
        return Catalogue(ours, atoms, known.values())
    return Catalogue((vendor for vendor in ours if vendor.name == ANY), None, known.values())


def check_rules(folder: Folder) -> list[str]:
    """Return every problem of the vendor files in a folder, each with its path and line; nothing when all is well."""
    problems: list[str] = []
    own: list[Vendor] = []
    for path in _files(Path(fspath(folder))):
        try:
            own += [vendor for _, vendor in _read(path, slow=True)]
        except RuleError as error:
            problems += str(error).split("\n")
    if not problems:
        try:
            _check_names(own)
            Catalogue(*our_vendors(), own)
        except RuleError as error:
            problems.append(str(error))
    return problems


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        message = f"{folder}: no such folder"
        raise RuleError(message)
    found = sorted(path for path in folder.iterdir() if path.suffix == ENDING)
    if not found:
        message = f"{folder}: no {ENDING} files in it"
        raise RuleError(message)
    return found


def _read(path: Path, *, slow: bool) -> Iterator[tuple[Path, Vendor]]:
    """Yield the vendors of one file, or of each file of a folder."""
    if path.suffix != ENDING:
        for each in _files(path):
            yield from _read(each, slow=slow)
        return
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
    yield path, vendor


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


def _check_names(own: list[Vendor]) -> None:
    """Raise RuleError where one name of the user's own stands for two reasons."""
    known: dict[str, str] = {}
    for vendor in own:
        for number, rule in enumerate(vendor.reasons):
            if rule.own and known.setdefault(rule.own, rule.means) != rule.means:
                message = f"{vendor.name}.reasons[{number}]: '{rule.own}' is a '{known[rule.own]}' elsewhere, not a '{rule.means}'"
                raise RuleError(message)
