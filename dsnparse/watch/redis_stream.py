"""Events added to a stream of Redis, or of what speaks its protocol: each at least once, its id in the field `event_id`.

A batch is one transaction: all of it is there, or nothing. After a crash between its answer and our note of it, it is there twice.
"""

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from dsnparse.errors import SinkError, UsageError
from dsnparse.store import Event
from dsnparse.watch.outputs import Mark
from dsnparse.watch.target import UNIX, read_target, words

try:
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.exceptions import NoPermissionError, RedisError, ResponseError
    from redis.retry import Retry
except ImportError as error:
    needed = "a Redis stream needs a package that is not installed: pip install 'dsnparse[redis]'"
    raise UsageError(needed) from error

PORTS: Final = {"redis": 6379, "rediss": 6379}
FORM: Final = "rediss://[USER@]HOST[:PORT][/DATABASE], redis:// on this machine, or unix:PATH"
PATIENCE: Final = 30
CONNECT: Final = 10


class RedisStream:
    """One stream; `maxlen` is about how many entries it keeps, 0 for all."""

    def __init__(self, url: str, stream: str, maxlen: int, password: Callable[[], str] | None) -> None:
        self.target = read_target(url, PORTS, FORM)
        in_path = "" if self.target.scheme == UNIX else self.target.path
        if in_path and not (in_path.isascii() and in_path.isdigit()):
            message = f"{in_path}: is no number of a database of Redis"
            raise UsageError(message)
        self.database = int(in_path or 0)
        self.stream = stream
        self.maxlen = maxlen
        self.password = password
        self.name = f"redis:{self.target}#{stream}"
        self.client: Redis | None = None

    def check(self) -> str:
        """Connect, and see that the name is free for a stream, or is that of one."""
        try:
            client = self._connected()
            kind = client.type(self.stream)
            if kind not in {b"none", b"stream"}:
                reason = f"{self.stream} is there, and is no stream"
                raise SinkError(reason)
            return f"answers{_durability(client)}"
        except (RedisError, OSError) as error:
            raise SinkError(words(error)) from None
        finally:
            self.close()

    def recover(self) -> Mark | None:
        """Return None: others may write to the stream, so that only the store knows how far we are."""
        return None

    def write(self, events: Sequence[Event]) -> None:
        """Add the events in their order, all or none."""
        try:
            with self._connected().pipeline(transaction=True) as batch:
                for event in events:
                    entry = {"event_id": event.event_id, "event": msgspec.json.encode(event)}
                    batch.xadd(self.stream, entry, maxlen=self.maxlen or None, approximate=True)  # type: ignore[arg-type]
                batch.execute()
        except (RedisError, OSError) as error:
            self.close()
            raise SinkError(words(error)) from None

    def close(self) -> None:
        """Close the connection that was kept."""
        client, self.client = self.client, None
        if client is not None:
            client.close()

    def _connected(self) -> Redis:
        if self.client is None:
            where = self.target
            place = (
                {"unix_socket_path": where.path} if where.scheme == UNIX else {"host": where.host, "port": where.port}
            )
            self.client = Redis(
                **place,
                db=self.database,
                username=where.user or None,
                password=self.password() if self.password else None,
                ssl=where.secure,
                socket_timeout=PATIENCE,
                socket_connect_timeout=CONNECT,
                retry=Retry(NoBackoff(), 0),  # when to try again, we know ourselves
            )
        return self.client


def _durability(client: Redis) -> str:
    """Say where the server would lose what it has taken."""
    try:
        kept = client.info("persistence").get("aof_enabled", 1)
    except (NoPermissionError, ResponseError):
        return ""
    return "" if kept else "; it keeps no append-only file, so that it loses what is new when it ends"
