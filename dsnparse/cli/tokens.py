"""`dsnparse tokens`: signed return paths and Message-IDs, made and verified."""

import time
from argparse import Namespace
from collections.abc import Callable
from typing import Final

from dsnparse.cli.records import chosen_addresses, put, write
from dsnparse.cli.stop import Stop
from dsnparse.tokens import load_keys, make_message_id, make_return_path, new_key, verify

COLUMNS: Final = ("outcome", "recipient", "id")


def run(options: Namespace, stop: Stop) -> int:
    """Do what was asked for."""
    return ACTIONS[options.action](options, stop)


def _make(options: Namespace, stop: Stop) -> int:
    keys = load_keys(options.keys or None)

    def made(recipient: str) -> str:
        if options.domain:
            return make_message_id(keys, recipient, domain=options.domain, id=options.id)
        return make_return_path(keys, recipient, mailbox=options.mailbox, delimiter=options.delimiter, id=options.id)

    put((f"{made(recipient)}\n".encode() for recipient in chosen_addresses(options)), options, stop)
    return 0


def _verify(options: Namespace, stop: Stop) -> int:
    verdict = verify(load_keys(options.keys or None), options.token, chosen_addresses(options), at=time.time())
    write([{name: getattr(verdict, name) for name in COLUMNS}], COLUMNS, options, stop)
    return 0 if verdict.outcome == "verified" else 1


def _new_key(options: Namespace, stop: Stop) -> int:
    put([f"{new_key()}\n".encode()], options, stop)
    return 0


ACTIONS: Final[dict[str, Callable[[Namespace, Stop], int]]] = {"make": _make, "verify": _verify, "new_key": _new_key}
