"""Before every answer: is the request meant for us, and may it ask; after it: the headers of every answer, and the counters.

The name in Host is checked, since a page of a stranger may have a name of its own point at this machine, and its scripts would then
be of the same origin as we are.
"""

import binascii
import time
from base64 import b64decode
from hmac import compare_digest
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dsnparse.web.metrics import Metrics
from dsnparse.web.problems import answer
from dsnparse.web.settings import Settings

if TYPE_CHECKING:
    from starlette.responses import Response

OPEN: Final = frozenset(("/health", "/static/style.css", "/static/page.js"))
NOTHING: Final = "default-src 'none'; frame-ancestors 'none'"
ALWAYS: Final = {
    "Content-Security-Policy": NOTHING,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="dsnparse", Basic realm="dsnparse", charset="UTF-8"'}


class Guard:
    """Stands around the application."""

    def __init__(self, app: ASGIApp, settings: Settings, metrics: Metrics) -> None:
        self.app = app
        self.settings = settings
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status, start = 500, time.perf_counter()

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in ALWAYS.items():
                    headers.setdefault(name, value)
            await send(message)

        self.metrics.running += 1
        try:
            await (self._refusal(scope) or self.app)(scope, receive, watched)
        finally:
            self.metrics.running -= 1
            route = getattr(scope.get("endpoint"), "__name__", "none")
            self.metrics.answered(route, status, time.perf_counter() - start)

    def _refusal(self, scope: Scope) -> "Response | None":
        headers, path = Headers(scope=scope), scope["path"]
        if self.settings.hosts and _name(headers.get("host", "")) not in self.settings.hosts:
            return answer(path, 421, "this service has another name", {})
        if self.settings.token and path not in OPEN and not self._may(headers.get("authorization", "")):
            return answer(path, 401, "this service asks for a token", CHALLENGE)
        return None

    def _may(self, given: str) -> bool:
        """Tell whether the token was given: as such, or as the password of a browser."""
        scheme, _, value = given.partition(" ")
        if scheme.lower() == "basic":
            try:
                value = b64decode(value, validate=True).decode().partition(":")[2]
            except (binascii.Error, UnicodeDecodeError):
                return False
        elif scheme.lower() != "bearer":
            return False
        return compare_digest(value.strip().encode(), self.settings.token.encode())


def _name(host: str) -> str:
    """Return the name in a Host header, without the port."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()
