"""The counters at http://HOST:PORT/metrics."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from dsnparse.errors import UsageError
from dsnparse.watch.metrics import Metrics

TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"


def serve(metrics: Metrics, place: str) -> ThreadingHTTPServer:
    """Answer at HOST:PORT from a thread of its own until the server is shut down."""
    host, _, port = place.rpartition(":")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = metrics.text() if self.path == "/metrics" else b""
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", TEXT)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:  # noqa: ANN401 - as http.server has it
            pass

    try:
        server = ThreadingHTTPServer((host or "127.0.0.1", int(port)), Handler)
    except (OSError, ValueError, OverflowError) as error:
        message = f"metrics at {place!r}: {error}"
        raise UsageError(message) from None
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
