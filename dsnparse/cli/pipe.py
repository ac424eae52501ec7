"""`dsnparse pipe`: one message on standard input, for a mail server that delivers into a command.

The exit status is 0 or 75 (EX_TEMPFAIL) and nothing else, whatever goes wrong: any other would make the server bounce a bounce, which
is to lose it. `dsnparse.cli.main` sees to that for what goes wrong before or beyond this file, too.
"""

import sys
from argparse import Namespace

from dsnparse.cli.mail_settings import settings_of
from dsnparse.cli.stop import Stop
from dsnparse.errors import SourceError
from dsnparse.mailbox import Caps
from dsnparse.sources.files import read_some, read_up_to
from dsnparse.watch.service import open_handover

STDIN = 0


def run(options: Namespace, stop: Stop) -> int:
    """Store the message, or say why not."""
    if sys.stdin is None:
        reason = "standard input is closed"
        raise SourceError(reason)
    raw = read_up_to(STDIN, Caps().max_message_bytes + 1)
    while read_some(STDIN, 1 << 20):  # or the server would take the closed pipe for a failure
        pass
    if not raw:
        reason = "there is no message on standard input"
        raise SourceError(reason)
    with open_handover(settings_of(options)) as handover, stop.shield():
        handover.take(raw, options.recipient or ())
    return 0
