"""`dsnparse doctor`: what is wrong with a configuration, in words."""

from argparse import Namespace

from dsnparse.cli.mail_settings import settings_of_mailbox
from dsnparse.cli.stop import Stop
from dsnparse.escape import escape
from dsnparse.sinks.output import Stream
from dsnparse.watch.doctor import examine


def run(options: Namespace, _stop: Stop) -> int:
    """Print one line for each thing that was tried; 1 where one is wrong."""
    output, is_well = Stream(), True
    for finding in examine(settings_of_mailbox(options)):
        is_well = is_well and finding.state != "wrong"
        output.write(f"{finding.state:<8} {escape(finding.about)}: {escape(finding.words)}\n".encode())
    return 0 if is_well else 1
