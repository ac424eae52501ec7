"""`dsnparse report`: what many messages, or the events of a store, say together; as a page or as Markdown."""

import sys
from argparse import Namespace
from collections.abc import Callable
from typing import Final

import dsnparse
from dsnparse.cli.arguments.common import chosen_rules
from dsnparse.cli.extra import need
from dsnparse.cli.records import chosen_store
from dsnparse.cli.say import say
from dsnparse.cli.stop import Stop
from dsnparse.errors import SinkError, UsageError
from dsnparse.limits import Limits
from dsnparse.pages.markdown import markdown
from dsnparse.sinks.output import identity, open_output
from dsnparse.sources import Message, Unread, messages
from dsnparse.summary import Summary, Tally
from dsnparse.summary.events import add_store

STORES: Final = ("sqlite://", "postgresql://", "postgresql+psycopg://")


def run(options: Namespace, stop: Stop) -> int:
    """Write the report; 1 if an input could not be read."""
    if options.output == "-" and sys.stdout is None:
        reason = "standard output is closed"
        raise SinkError(reason)
    render = RENDER[options.format]()
    output = open_output(options.output)
    try:
        summary, failed = _summary(options)
        with stop.shield():
            output.write(render(summary))
        output.commit()
    except BaseException:
        output.abandon()
        raise
    return failed


def _summary(options: Namespace) -> tuple[Summary, int]:
    stores = [path for path in options.paths if path.startswith(STORES)]
    if not stores:
        return _of_messages(options)
    if len(options.paths) > 1:
        message = "a report is of one store, or of paths"
        raise UsageError(message)
    tally = Tally()
    options.store = stores[0]
    with chosen_store(options) as store:
        add_store(tally, store)
    return tally.summary(), 0


def _of_messages(options: Namespace) -> tuple[Summary, int]:
    tally, limits, rules, failed = Tally(), Limits(), chosen_rules(options), 0
    for item in messages(options.paths, limits.max_message_bytes, identity(options.output)):
        match item:
            case Message(source, raw):
                try:
                    tally.add(dsnparse.parse(raw, limits=limits, rules=rules, source=source))
                except MemoryError:  # one message too big for this machine must not cost the others
                    failed |= _unread(tally, source, "not enough memory")
            case Unread(source, error, did_fail):
                failed |= _unread(tally, source, error, failed=did_fail)
    return tally.summary(), int(failed)


def _unread(tally: Tally, source: str, error: str, *, failed: bool = True) -> bool:
    say(f"{source}: {error}")
    tally.unread += 1
    return failed


def _html() -> Callable[[Summary], bytes]:
    need("jinja2")
    from dsnparse.pages.report import html  # noqa: PLC0415 - needs the extra

    return html


RENDER: Final[dict[str, Callable[[], Callable[[Summary], bytes]]]] = {"html": _html, "md": lambda: markdown}
