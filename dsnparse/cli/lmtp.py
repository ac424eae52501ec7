"""`dsnparse lmtp`: a server that other mail servers deliver to."""

from argparse import Namespace

from dsnparse.cli.mail_settings import settings_of
from dsnparse.cli.stop import Stop
from dsnparse.watch.lmtp import serve
from dsnparse.watch.log import Log
from dsnparse.watch.service import open_handover


def run(options: Namespace, _stop: Stop) -> int:
    """Serve until a signal comes."""
    settings = settings_of(options)
    with open_handover(settings) as handover:
        return serve(handover, Log(as_json=settings.log == "json"), options.listen, options.rate)
