"""`dsnparse corpus add`: makes a sample of a bounce, with nobody in it.

The message is written only when nothing recognisable was left in it and the parser still reads the same of it.
"""

import os
import re
import tomllib
from argparse import Namespace
from pathlib import Path
from typing import Final

import dsnparse
from dsnparse.anonymise.check import Leftover
from dsnparse.anonymise.compare import differences
from dsnparse.anonymise.message import Anonymous, anonymise, with_crlf
from dsnparse.anonymise.skeleton import entry, truth
from dsnparse.cli.arguments.common import chosen_rules
from dsnparse.cli.say import say
from dsnparse.cli.stop import Stop
from dsnparse.errors import SinkError, SourceError
from dsnparse.limits import DEFAULT_LIMITS
from dsnparse.report import Report
from dsnparse.sinks.new_files import make_folder, write_new
from dsnparse.sinks.output import Stream
from dsnparse.sources import Message, PassedOver, Unread, messages

NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,99}")
VENDOR: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")
MANIFEST: Final = "manifest.toml"
KEY_BYTES: Final = 32
SHOWN: Final = 40
MAX_BYTES: Final = DEFAULT_LIMITS.max_message_bytes


def run(options: Namespace, stop: Stop) -> int:
    """Add one message; 1 if it was refused."""
    _check_usage(options)
    raw = read_one(options.file)
    rules = chosen_rules(options)
    key = os.urandom(KEY_BYTES) if options.seed is None else options.seed.encode("utf-8", "surrogateescape")
    made = anonymise(raw, key, frozenset(options.keep))
    before, after = (dsnparse.parse(data, rules=rules) for data in (with_crlf(raw), made.raw))
    changes = differences(before, after)
    _tell(made, changes)
    if made.leftovers or (changes and not options.force):
        say("refused, nothing was written")
        return 1
    if options.dry_run:
        with stop.shield():
            Stream().write(made.raw)
        return 0
    with stop.shield():
        path = add(options, made.raw, before, after)
    say(f"{path}: added; read it, then fill in the blanks of {path.stem}.json and {MANIFEST}")
    return 0


def _check_usage(options: Namespace) -> None:
    for option, pattern, value in (("--vendor", VENDOR, options.vendor), ("--name", NAME, options.name)):
        if value is not None and not pattern.fullmatch(value):
            options.parser.error(f"{option}: '{value}' must be made of small letters, digits and hyphens")
    if not options.dry_run and not Path(options.corpus).is_dir():
        options.parser.error(f"--corpus: no such folder: {options.corpus}")


def read_one(path: str) -> bytes:
    """Read the one message of a file."""
    found = []
    for item in messages([path], MAX_BYTES):
        match item:
            case Message(_, raw):
                found.append(raw)
            case Unread(source, reason) | PassedOver(source, reason):
                message = f"{source}: {reason}"
                raise SourceError(message)
        if len(found) > 1:
            break
    if len(found) != 1 or not found[0].strip():
        message = f"{path}: {'more than one message' if found[1:] else 'no message'}"
        raise SourceError(message)
    if len(found[0]) > MAX_BYTES:
        message = f"{path}: longer than {MAX_BYTES} bytes"
        raise SourceError(message)
    return found[0]


def _tell(made: Anonymous, changes: list[str]) -> None:
    for leftover in made.leftovers[:SHOWN]:
        say(_shown(leftover))
    if len(made.leftovers) > SHOWN:
        say(f"and {len(made.leftovers) - SHOWN} more")
    for change in changes:
        say(f"reads otherwise: {change}")
    if not changes:
        say("reads the same as the original")
    elif not made.leftovers:
        say("--keep WORD keeps a word that the reading needs, --force writes all the same")
    if made.common:
        say(f"names that are words of replies too, and stay in those: {', '.join(made.common)}")


def _shown(leftover: Leftover) -> str:
    return f"left: {leftover.what} {leftover.value} in {leftover.where}"


def add(options: Namespace, raw: bytes, before: Report, after: Report) -> Path:
    """Write the sample, its truth to be judged, and its entry in the manifest."""
    folder = Path(options.corpus) / options.vendor
    manifest = folder / MANIFEST
    known = _read_manifest(manifest)
    name = options.name or _free_name(folder, known, before)
    path: Path = folder / f"{name}.eml"
    if name in tomllib.loads(known):
        message = f"{manifest}: has '{name}' already"
        raise SinkError(message)
    make_folder(folder)
    table = entry(name, server=options.server, system=options.system, scenario=options.scenario)
    text = (known.rstrip("\n") + "\n\n" if known.strip() else "").encode() + table
    # Path.with_suffix would take "5.7.1" in a name for a suffix.
    write_new({path: raw, folder / f"{name}.json": truth(after)}, (manifest, text))
    return path


def _read_manifest(path: Path) -> str:
    try:
        text = path.read_text("utf-8")
        tomllib.loads(text)
    except FileNotFoundError:
        return ""
    except (OSError, ValueError) as error:
        message = f"{path}: cannot be added to: {error}"
        raise SinkError(message) from None
    return text


def _free_name(folder: Path, known: str, report: Report) -> str:
    """Return a name after what happened, with a number where it is taken."""
    reason = report.recipients[0].reason if report.recipients else report.kind
    stem = reason.replace("_", "-") or report.kind
    taken = tomllib.loads(known).keys() | {path.stem for path in folder.glob("*.*")}
    number = 1
    while (name := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return name
