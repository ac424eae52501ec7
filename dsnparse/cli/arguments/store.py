"""The arguments of the commands about the store, the addresses it suppresses, and tokens."""

from argparse import ArgumentParser
from functools import partial
from typing import Final

from dsnparse.cli.arguments.command import Commands, Parser, add_command, commands_of
from dsnparse.cli.arguments.common import add_store

NAMES: Final = ("suppressions", "store", "tokens")
FORMATS: Final = ("table", "jsonl", "csv")
AT_STORE: Final = """\
The store is the one of --store, or of the environment (DSNPARSE_STORE, or
DSNPARSE_STORE_FILE for a file with its URL), or else the one among the state
of the user. A password belongs into the environment, or into ~/.pgpass.
"""
SUPPRESSIONS: Final = f"""\
Look after the addresses that are not to be mailed any more, because of what
was proven of them or because somebody said so. `held` are those that the flood
breaker kept from being suppressed: release suppresses them after all, remove
lets them go.

{AT_STORE}"""
SUPPRESSIONS_EXAMPLES: Final = """\
examples:
  dsnparse suppressions list
  dsnparse suppressions check ines@dest.example
  dsnparse suppressions add ines@dest.example --because "asked by telephone"
  dsnparse suppressions remove ines@dest.example --because "new mailbox"
  dsnparse suppressions list --held | jq -r .address > held.txt
  dsnparse suppressions release - < held.txt
  dsnparse suppressions export --format csv --output suppressed.csv
"""
CHECK: Final = """\
Tell of each address whether it may be mailed, and what has happened to it. The
exit status is 1 if one of them is suppressed.
"""
STORE: Final = f"""\
Look after what `watch` remembers: print its events, forget what is old, bring
it up to what this version needs.

{AT_STORE}"""
STORE_EXAMPLES: Final = """\
examples:
  dsnparse store export > events.jsonl
  dsnparse store export --after 1200 --format csv --output events.csv
  dsnparse store retain --days 180
  dsnparse store migrate --store postgresql://mail.example.com/dsnparse
"""
RETAIN: Final = """\
Forget reports, recipients, events and history older than --days, and
suppressions that have ended. What an output still waits for stays, and so does
what keeps a message from counting twice.
"""
TOKENS: Final = """\
Make and verify the tokens that prove a bounce: signed return paths and
Message-IDs. Keys come from the file of --keys, or from the environment
(DSNPARSE_KEYS_FILE, DSNPARSE_KEYS), never from the command line. The file has
one key a line: the first one signs, a second one is still believed.
"""
TOKENS_EXAMPLES: Final = """\
examples:
  dsnparse tokens new-key > keys; chmod 600 keys
  export DSNPARSE_KEYS_FILE=$PWD/keys
  dsnparse tokens make --mailbox bounces@example.com ines@dest.example
  dsnparse tokens make --domain example.com ines@dest.example
  dsnparse tokens verify bounces+abat...@example.com ines@dest.example
"""
VERIFY: Final = """\
Tell what is to be said of a token: verified (of us, for this recipient, in
time), other-recipient, expired, bad (made up) or unknown (no token, or of
another key). The exit status is 1 unless it is verified.
"""


def add(commands: Commands) -> None:
    """Add the commands."""
    _add_suppressions(
        add_command(commands, "suppressions", "addresses not to be mailed", SUPPRESSIONS, SUPPRESSIONS_EXAMPLES)
    )
    _add_kept(add_command(commands, "store", "what the store remembers", STORE, STORE_EXAMPLES))
    _add_tokens(add_command(commands, "tokens", "make and verify signed tokens", TOKENS, TOKENS_EXAMPLES))


def _add_below(
    below: Commands, examples: str, name: str, line: str, text: str = "", *, module: str, stored: bool = True
) -> Parser:
    """Add a command below one of these; `action` is the function of the file `module` that runs it."""
    text = text or f"{line[0].upper()}{line[1:]}."
    made = add_command(below, name, line, text, examples, module=module, action=name.replace("-", "_"))
    if stored:
        add_store(made)
    return made


def _add_suppressions(parser: Parser) -> None:
    command = partial(_add_below, commands_of(parser), SUPPRESSIONS_EXAMPLES, module="suppressions")
    _add_held(command("list", "print the addresses"))
    export = command("export", "write the addresses into a file")
    _add_held(export)
    _add_output(export)
    check = command("check", "tell whether addresses may be mailed", CHECK)
    _add_format(check)
    check.add_argument("addresses", nargs="+", metavar="ADDRESS", help="or - to read addresses, one a line")
    for name, line in (
        ("add", "suppress addresses by hand"),
        ("remove", "let addresses be mailed again, and forget their score"),
        ("release", "suppress addresses that are held"),
    ):
        made = command(name, line)
        made.add_argument("addresses", nargs="+", metavar="ADDRESS", help="or - to read addresses, one a line")
        made.add_argument("--because", default="by hand", metavar="TEXT", help="the reason, for the history")
        if name == "add":
            made.add_argument("--days", type=days, metavar="N", help="only for so long")


def _add_kept(parser: Parser) -> None:
    command = partial(_add_below, commands_of(parser), STORE_EXAMPLES, module="store")
    export = command("export", "print the events, one a recipient of each message")
    export.add_argument("--after", type=int, default=0, metavar="OFFSET", help="only events after this one")
    _add_format(export)
    _add_output(export)
    retain = command("retain", "forget what is old", RETAIN)
    retain.add_argument("--days", type=days, required=True, metavar="N", help="how many days to keep")
    command("migrate", "bring an older store up to this version; make a copy of it first")


def _add_tokens(parser: Parser) -> None:
    command = partial(_add_below, commands_of(parser), TOKENS_EXAMPLES, module="tokens", stored=False)
    made = command("make", "print a signed return path or Message-ID for each recipient")
    _add_keys(made)
    where = made.add_mutually_exclusive_group(required=True)
    where.add_argument("--mailbox", metavar="ADDRESS", help="a return path that is delivered to this mailbox")
    where.add_argument("--domain", metavar="DOMAIN", help="a Message-ID of this domain")
    made.add_argument(
        "--delimiter", default="+", choices="+-=_", help="what your server takes extensions by; default: +"
    )
    made.add_argument("--id", default="", metavar="ID", help="a name of yours for the message: up to 26 of a-z, 0-9")
    made.add_argument("addresses", nargs="+", metavar="RECIPIENT", help="or - to read addresses, one a line")
    verify = command("verify", "tell whether a token is of us, and for whom", VERIFY)
    _add_keys(verify)
    _add_format(verify)
    verify.add_argument("token", metavar="TOKEN", help="a token, or an address or a Message-ID with one")
    verify.add_argument("addresses", nargs="+", metavar="RECIPIENT", help="whom the report names")
    command("new-key", "print a new key, a line for the file of keys")


def _add_keys(parser: ArgumentParser) -> None:
    parser.add_argument("--keys", default="", metavar="FILE", help="the file of keys")


def _add_held(parser: ArgumentParser) -> None:
    parser.add_argument("--held", action="store_true", help="those that wait for a decision")
    _add_format(parser)


def _add_format(parser: ArgumentParser) -> None:
    parser.add_argument("--format", choices=FORMATS, help="default: table on a terminal, else jsonl")


def _add_output(parser: ArgumentParser) -> None:
    parser.add_argument("--output", default="-", metavar="FILE", help="write FILE, whole or not at all")


def days(text: str) -> float:
    """Return a number of days."""
    number = float(text)
    if not 0 < number < 100_000:  # noqa: PLR2004 - no calendar goes further
        raise ValueError
    return number
