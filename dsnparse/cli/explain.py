"""`dsnparse explain`: what happened, why, what helps and what to do with the address, of messages, replies, log lines, codes and markers."""

import os
import sys
from argparse import Namespace
from typing import Final

from msgspec import json

from dsnparse.cli.arguments.common import chosen_rules
from dsnparse.cli.say import say
from dsnparse.cli.show import show
from dsnparse.cli.stop import Stop
from dsnparse.errors import SinkError
from dsnparse.explain import explain, explain_input
from dsnparse.explanation import Explanation
from dsnparse.limits import Limits
from dsnparse.rules.catalogue import Catalogue
from dsnparse.sinks import record
from dsnparse.sinks.output import Stream
from dsnparse.sources import STDIN, Item, Message, messages

UNKNOWN: Final = "no message, and no code, reply, log line or marker that is known"


def run(options: Namespace, stop: Stop) -> int:
    """Explain each message of the files, or the words as they stand; 1 if one of them could not be read or is not known."""
    if sys.stdout is None:
        reason = "standard output is closed"
        raise SinkError(reason)
    limits, rules, output, failed = Limits(), chosen_rules(options), Stream(), 0
    if explanation := _typed(options.what, rules):
        with stop.shield():
            output.write(_block(explanation, options))
        return 0
    for item in messages(options.what, limits.max_message_bytes):
        explanation = _explained(item, limits, rules)
        if explanation is None:
            failed = 1
            block = _unread(item, options)
        else:
            block = _block(explanation, options)
        with stop.shield():
            output.write(block)
    return failed


def _typed(words: list[str], rules: Catalogue | None) -> Explanation | None:
    """Return what the words on the command line mean, unless one of them is a file or nothing in them is known."""
    if any(word == STDIN or os.path.lexists(word) for word in words):
        return None
    explanation = explain(" ".join(words), rules=rules)
    return explanation if explanation.findings else None


def _explained(item: Item, limits: Limits, rules: Catalogue | None) -> Explanation | None:
    """Return the explanation of an input; `None` where it could not be read, or nothing in it is known."""
    if not isinstance(item, Message):
        return None
    explanation = explain_input(item.raw, limits=limits, rules=rules, source=item.source)
    unknown = explanation.kind == "other" and b":" not in item.raw.strip().partition(b"\n")[0]
    return None if unknown else explanation


def _unread(item: Item, options: Namespace) -> bytes:
    reason = getattr(item, "error", "") or getattr(item, "reason", "") or UNKNOWN
    say(f"{item.source}: {reason}")
    return record.unread(item.source, reason) + b"\n" if options.json else b""


def _block(explanation: Explanation, options: Namespace) -> bytes:
    if options.json:
        return json.encode(explanation) + b"\n"
    return show(explanation, why=options.why).encode()
