"""`dsnparse fetch`: a mailbox, once."""

from argparse import Namespace

from dsnparse.cli.mail_settings import settings_of_mailbox
from dsnparse.cli.stop import Stop
from dsnparse.watch.service import Service


def run(options: Namespace, stop: Stop) -> int:
    """Look once; with --dry-run print what would be done."""
    settings = settings_of_mailbox(options)
    if options.dry_run:
        from dsnparse.sinks.output import Stream  # noqa: PLC0415 - only a rehearsal prints
        from dsnparse.watch.rehearse import rehearse  # noqa: PLC0415 - few ask for one

        return rehearse(settings, Stream().write)
    return Service(settings, stop.shield).fetch()
