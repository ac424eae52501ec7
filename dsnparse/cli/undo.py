"""`dsnparse undo`: messages back to where they were before a run."""

from argparse import Namespace

from dsnparse.cli.mail_settings import settings_of_mailbox
from dsnparse.cli.stop import Stop
from dsnparse.watch.service import Service


def run(options: Namespace, stop: Stop) -> int:
    """Undo the run; 1 where some messages could not come back."""
    return Service(settings_of_mailbox(options), stop.shield).undo(options.run)
