"""Events posted to a URL, one a request, signed as Standard Webhooks says; each at least once, under one Idempotency-Key.

The signature is HMAC-SHA-256 over `id.timestamp.body` in the header `webhook-signature`; a secret may have the prefix `whsec_`, and is
then base64. A receiver that has seen the key answers 2xx and does nothing. Redirects are not followed: they lead elsewhere.
"""

import hmac
import http.client
import time
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Final
from urllib.parse import SplitResult, urlsplit

import msgspec

from dsnparse import __version__
from dsnparse.errors import SinkError, UsageError
from dsnparse.mailbox.address import is_loopback
from dsnparse.store import Event
from dsnparse.watch.outputs import Mark
from dsnparse.watch.target import words

PATIENCE: Final = 30
ENCODED: Final = "whsec_"
FINE: Final = range(200, 300)
LONGEST_ANSWER: Final = 64 << 10


class Webhook:
    """One URL."""

    def __init__(self, url: str, secret: Callable[[], str] | None) -> None:
        self.url = _checked(url)
        self.name = f"webhook:{self.url.scheme}://{self.url.netloc}{self.url.path}"
        self.secret = secret
        self.connection: http.client.HTTPConnection | None = None

    def check(self) -> str:
        """Read the secret and connect, without a request."""
        signed = "signed" if self.secret and _key(self.secret()) else "not signed: there is no secret"
        connection = self._connect()
        try:
            connection.connect()
        except OSError as error:
            raise SinkError(words(error)) from None
        finally:
            connection.close()
        return f"answers; requests are {signed}"

    def recover(self) -> Mark | None:
        """Return None: how far the receiver is, only the store knows."""
        return None

    def write(self, events: Sequence[Event]) -> None:
        """Post the events in their order; the first that is not taken ends it."""
        key = _key(self.secret()) if self.secret else b""
        for event in events:
            self._post(event, key)

    def _post(self, event: Event, key: bytes) -> None:
        body = msgspec.json.encode(event)
        headers = _headers(event.event_id, body, key)
        status = 0
        for is_last in (False, True):  # a connection that was kept may have been closed in the meantime
            try:
                status = self._send(body, headers)
                break
            except (OSError, http.client.HTTPException) as error:
                self.close()
                if is_last:
                    raise SinkError(words(error)) from None
        if status not in FINE:
            self.close()
            reason = f"the receiver answered {status}"
            raise SinkError(reason)

    def _send(self, body: bytes, headers: dict[str, str]) -> int:
        if self.connection is None:
            self.connection = self._connect()
        target = (self.url.path or "/") + (f"?{self.url.query}" if self.url.query else "")
        self.connection.request("POST", target, body, headers)
        answer = self.connection.getresponse()
        if len(answer.read(LONGEST_ANSWER)) == LONGEST_ANSWER:
            self.close()
        return answer.status

    def _connect(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self.url.scheme == "https" else http.client.HTTPConnection
        return kind(self.url.netloc, timeout=PATIENCE)

    def close(self) -> None:
        """Close the connection that was kept."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def signature(key: bytes, identifier: str, moment: int, body: bytes) -> str:
    """Return the value of the header `webhook-signature`."""
    signed = f"{identifier}.{moment}.".encode() + body
    return f"v1,{b64encode(hmac.digest(key, signed, sha256)).decode()}"


def _headers(identifier: str, body: bytes, key: bytes) -> dict[str, str]:
    moment = int(time.time())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"dsnparse/{__version__}",
        "Idempotency-Key": identifier,
        "webhook-id": identifier,
        "webhook-timestamp": str(moment),
    }
    if key:
        headers["webhook-signature"] = signature(key, identifier, moment, body)
    return headers


def _key(secret: str) -> bytes:
    if not secret.startswith(ENCODED):
        return secret.encode()
    try:
        return b64decode(secret.removeprefix(ENCODED), validate=True)
    except Base64Error:
        reason = f"the secret begins with {ENCODED} and is not base64"
        raise SinkError(reason) from None


def _checked(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host or parts.scheme not in {"https", "http"} or parts.username is not None:
        message = f"{url!r} is no address of a webhook: https://HOST/PATH"
        raise UsageError(message)
    if parts.scheme == "http" and not is_loopback(host):
        message = "a webhook without TLS is possible with this machine only: use https://"
        raise UsageError(message)
    return parts
