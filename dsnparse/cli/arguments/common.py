"""Arguments that several commands have, and the values that they take."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from typing import get_args

from dsnparse import load_rules, vocabularies
from dsnparse.report import Kind
from dsnparse.rules.catalogue import Catalogue


def add_records(parser: ArgumentParser) -> None:
    """Which messages are wanted, and what stands in their records."""
    parser.add_argument(
        "--kind",
        action="append",
        choices=get_args(Kind),
        metavar="KIND",
        help="only messages of this kind; may be given several times: " + ", ".join(get_args(Kind)),
    )
    parser.add_argument("--all-fields", action="store_true", help="also empty fields (json, jsonl), all columns (csv)")
    parser.add_argument(
        "--csv-raw", action="store_true", help="leave cells that a spreadsheet would run as formulas as they are"
    )
    parser.add_argument(
        "--vocabulary",
        action="append",
        default=[],
        choices=vocabularies(),
        metavar="NAME",
        help="add what another product calls each reason; may be given several times: " + ", ".join(vocabularies()),
    )
    add_rules(parser)


def add_rules(parser: ArgumentParser) -> None:
    """By which rules messages are read; see `chosen_rules`."""
    parser.add_argument(
        "--rules",
        action="append",
        default=[],
        metavar="DIR",
        help="vendor files (*.toml) of your own, laid over ours; may be given several times",
    )
    parser.add_argument(
        "--no-vendors",
        action="store_true",
        help="only the rules for any software and those of --rules: shows what a vendor file adds",
    )


def chosen_rules(options: Namespace) -> Catalogue | None:
    """Return the rules that --rules and --no-vendors ask for, None for ours as they are."""
    if not options.rules and not options.no_vendors:
        return None
    return load_rules(*options.rules, vendors=not options.no_vendors)


def add_store(parser: ArgumentParser) -> None:
    """Which store."""
    parser.add_argument("--store", default="", metavar="URL", help="sqlite:///PATH or postgresql://HOST/DATABASE")


def add_quiet(parser: ArgumentParser) -> None:
    """Whether only errors are told."""
    parser.add_argument("--quiet", action="store_true", help="neither progress nor summary; errors are still shown")


def number(text: str) -> int:
    """Return a number of things, from 1 on."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:10]) < 10**9:
        reason = f"not a number above 0: {text}"
        raise ArgumentTypeError(reason)
    return int(text)
