"""`dsnparse serve`: the API and the pages, for this machine unless told otherwise."""

import gc
import logging
import os
import socket
from argparse import Namespace
from contextlib import nullcontext
from typing import Final

from dsnparse.cli.arguments.common import chosen_rules
from dsnparse.cli.extra import need
from dsnparse.cli.records import chosen_store
from dsnparse.cli.say import say
from dsnparse.cli.stop import Stop
from dsnparse.errors import SourceError, UsageError

# Connections beyond it are told to come back.
CONNECTIONS: Final = 512
GRACE: Final = 5


def run(options: Namespace, _: Stop) -> int:
    """Serve until a signal comes, which then ends the process as it ends every command."""
    need("jinja2", "starlette", "uvicorn", "python_multipart")
    import uvicorn  # noqa: PLC0415 - an extra

    from dsnparse.web.app import application  # noqa: PLC0415 - needs the extra
    from dsnparse.web.settings import LOCAL, Settings, is_local, read_token  # noqa: PLC0415 - the same
    from dsnparse.web.warm import warm_up  # noqa: PLC0415 - the same

    token = read_token(options.token_file)
    if not token and not is_local(options.host):
        message = f"{options.host}: others could reach the service there, so that it needs a token: --token-file FILE"
        raise UsageError(message)
    hosts = LOCAL | {options.host, *options.name} if is_local(options.host) or options.name else frozenset[str]()
    with (
        chosen_store(options) if options.store else nullcontext() as store,
        _listen(options.host, options.port) as sock,
    ):
        settings = Settings(token=token, hosts=hosts, rules=chosen_rules(options), store=store)
        config = uvicorn.Config(
            application(settings),
            log_config=None,
            access_log=False,
            server_header=False,
            limit_concurrency=CONNECTIONS,
            timeout_graceful_shutdown=GRACE,
        )
        # It would print tracebacks, which may quote mail; the application logs a line of its own.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        warm_up(settings)
        gc.collect()
        gc.freeze()  # what lives as long as the process need not be walked again and again
        say(f"listening on {_url(sock)} (Ctrl-C ends it)")
        uvicorn.Server(config).run(sockets=[sock])
    return 0


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, reuse_port=False)
    except (OSError, OverflowError) as error:
        reason = (
            os.strerror(error.errno) if isinstance(error, OSError) and error.errno and error.errno > 0 else str(error)
        )
        message = f"cannot listen on {host} port {port}: {reason}"
        raise SourceError(message) from None


def _url(sock: socket.socket) -> str:
    host, port = sock.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
