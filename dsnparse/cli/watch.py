"""`dsnparse watch`: a mailbox, for as long as the process lives."""

from argparse import Namespace

from dsnparse.cli.mail_settings import settings_of_mailbox
from dsnparse.cli.stop import Stop
from dsnparse.watch.notify import notify
from dsnparse.watch.service import Service


def run(options: Namespace, stop: Stop) -> int:
    """Watch until a signal comes."""
    service = Service(settings_of_mailbox(options), stop.shield)
    try:
        return service.watch()
    finally:
        notify("STOPPING=1")
