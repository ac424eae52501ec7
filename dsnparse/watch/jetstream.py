"""Events published to a stream of NATS JetStream: each at least once, its id in the header Nats-Msg-Id.

The stream drops what it has seen under the same id within its window; a consumer has to do so for what comes later. The stream is
its owner's to make, with the subject among its subjects.

The client is one of asyncio and lives in a thread of its own, so that it can be used from where another loop runs, and answers the
server between two batches. What it does by itself that would hide trouble from us, such as to connect anew, is turned off.
"""

import asyncio
import ssl
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from threading import Thread
from typing import Any, Final, TypeVar

import msgspec

from dsnparse.errors import SinkError, UsageError
from dsnparse.store import Event
from dsnparse.watch.outputs import Mark
from dsnparse.watch.target import Target, read_target, words

try:
    from nats.aio.client import Client
    from nats.errors import Error as NatsError
    from nats.js.errors import APIError, NoStreamResponseError, NotFoundError
except ImportError as error:
    needed = "NATS needs a package that is not installed: pip install 'dsnparse[nats]'"
    raise UsageError(needed) from error

T = TypeVar("T")

PORTS: Final = {"nats": 4222, "tls": 4222}
FORM: Final = "tls://[USER@]HOST[:PORT], or nats:// on this machine"
PATIENCE: Final = 30
CONNECT: Final = 10
FAREWELL: Final = 1.0
MESSAGE_ID: Final = "Nats-Msg-Id"
FAULTS: Final = (NatsError, OSError, ValueError)


class JetStream:
    """One subject; the secret is the password of the user in the URL, or a token where there is none."""

    def __init__(self, url: str, subject: str, secret: Callable[[], str] | None, credentials_file: str) -> None:
        self.target = read_target(url, PORTS, FORM)
        self.subject = _checked(subject)
        self.secret = secret
        self.credentials_file = credentials_file
        self.name = f"nats:{self.target}#{subject}"
        self.loop: asyncio.AbstractEventLoop | None = None
        self.client: Client | None = None

    def check(self) -> str:
        """Connect, and ask for the stream that takes the subject."""
        try:
            return self._done(self._check())
        finally:
            self.close()

    def recover(self) -> Mark | None:
        """Return None: others may publish into the stream, so that only the store knows how far we are."""
        return None

    def write(self, events: Sequence[Event]) -> None:
        """Publish the events; all have been acknowledged when it returns."""
        try:
            self._done(self._publish([(each.event_id, msgspec.json.encode(each)) for each in events]))
        except SinkError:
            self.close()
            raise

    def close(self) -> None:
        """Close the connection that was kept, and end the thread."""
        loop, self.loop = self.loop, None
        if loop is None:
            return
        with suppress(TimeoutError, *FAULTS):
            asyncio.run_coroutine_threadsafe(self._leave(), loop).result(2 * FAREWELL)
        loop.call_soon_threadsafe(loop.stop)

    def _done(self, step: Coroutine[Any, Any, T]) -> T:
        """Return what a step returns that runs in the thread of the client."""
        if self.loop is None:
            self.loop = asyncio.new_event_loop()
            Thread(target=_run, args=(self.loop,), daemon=True).start()
        try:
            return asyncio.run_coroutine_threadsafe(step, self.loop).result(CONNECT + PATIENCE)
        except NoStreamResponseError:
            raise SinkError(self._no_stream()) from None
        except FAULTS as error:
            raise SinkError(words(error)) from None

    async def _publish(self, batch: list[tuple[str, bytes]]) -> None:
        stream = (await self._connected()).jetstream(timeout=PATIENCE)
        steps = [stream.publish(self.subject, body, headers={MESSAGE_ID: name}) for name, body in batch]
        await asyncio.gather(*steps)

    async def _check(self) -> str:
        stream = (await self._connected()).jetstream(timeout=CONNECT)
        try:
            name = await stream.find_stream_name_by_subject(self.subject)
            window = (await stream.stream_info(name)).config.duplicate_window or 0
        except NotFoundError:
            raise SinkError(self._no_stream()) from None
        except (TimeoutError, APIError):
            return f"answers; whether a stream takes {self.subject}, it does not tell us"
        return f"answers; stream {name} drops what comes twice within {window:.0f} seconds"

    async def _connected(self) -> Client:
        if self.client is None or not self.client.is_connected:
            await self._leave()
            self.client = await _connect(self.target, self.secret, self.credentials_file)
        return self.client

    async def _leave(self) -> None:
        client, self.client = self.client, None
        if client is not None and not client.is_closed:
            await _leave(client)

    def _no_stream(self) -> str:
        return f"no stream takes {self.subject}"


async def _connect(target: Target, secret: Callable[[], str] | None, credentials_file: str) -> Client:
    client = Client()
    attempts = [client]

    async def told_of(error: Exception) -> None:
        # To raise it here ends the attempt, which would be made again and again otherwise. Later each answer tells by itself.
        if attempts:
            raise error

    try:
        await client.connect(
            f"{target.scheme}://{_host(target)}",
            name="dsnparse",
            allow_reconnect=False,
            connect_timeout=CONNECT,
            error_cb=told_of,
            **_login(client, target, secret() if secret else "", credentials_file),
        )
        attempts.clear()
        _refuse_plain(client, target)
    except BaseException:
        attempts.clear()
        await _leave(client)
        raise
    return client


def _login(client: Client, target: Target, secret: str, credentials_file: str) -> dict[str, Any]:
    def told() -> str:
        _refuse_plain(client, target)
        return secret

    login: dict[str, Any] = {}
    if target.user:
        login = {"user": target.user, "password": told}
    elif secret:
        login = {"token": told}
    if credentials_file:
        login["user_credentials"] = credentials_file
    if target.secure:
        login["tls"] = ssl.create_default_context()
    return login


async def _leave(client: Client) -> None:
    """Close a connection; one whose TLS never came about would be waited for in vain."""
    with suppress(TimeoutError):
        await asyncio.wait_for(client.close(), FAREWELL)


def _refuse_plain(client: Client, target: Target) -> None:
    """Refuse to go on without TLS where there has to be TLS: the client itself would, if the server or somebody between says so."""
    if target.secure and not client._server_info.get("tls_required"):  # noqa: SLF001 - nothing public tells
        reason = "the server does without TLS"
        raise SinkError(reason)


def _run(loop: asyncio.AbstractEventLoop) -> None:
    try:
        loop.run_forever()
    finally:
        loop.close()


def _host(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    return f"{host}:{target.port}"


def _checked(subject: str) -> str:
    if all(token and not set(token) & set("*> \t\r\n") for token in subject.split(".")):
        return subject
    message = f"{subject!r} is no subject of NATS that one can publish to"
    raise UsageError(message)
