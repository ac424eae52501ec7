"""The outputs that the settings name; what needs a package more is imported when it is named."""

from collections.abc import Callable
from typing import Final

from dsnparse.errors import LoginError, SinkError
from dsnparse.watch.event_file import EventFile
from dsnparse.watch.outputs import Sink
from dsnparse.watch.settings import Settings, secret
from dsnparse.watch.webhook import Webhook


def sinks(settings: Settings) -> list[Sink]:
    """Return the outputs that are configured."""
    return [make(settings) for name, make in MAKERS.items() if getattr(settings, name)]


def _jsonl(settings: Settings) -> Sink:
    return EventFile(settings.jsonl)


def _webhook(settings: Settings) -> Sink:
    return Webhook(settings.webhook, _secret("WEBHOOK_SECRET", settings.webhook_secret_file))


def _redis(settings: Settings) -> Sink:
    from dsnparse.watch.redis_stream import RedisStream  # noqa: PLC0415 - an extra

    password = _secret("REDIS_PASSWORD", settings.redis_password_file)
    return RedisStream(settings.redis, settings.redis_stream, settings.redis_maxlen, password)


def _nats(settings: Settings) -> Sink:
    from dsnparse.watch.jetstream import JetStream  # noqa: PLC0415 - an extra

    password = _secret("NATS_PASSWORD", settings.nats_password_file)
    return JetStream(settings.nats, settings.nats_subject, password, settings.nats_credentials_file)


def _syslog(settings: Settings) -> Sink:
    from dsnparse.watch.syslog import Syslog  # noqa: PLC0415 - ssl takes long to import

    return Syslog(settings.syslog)


def _secret(name: str, path: str) -> Callable[[], str] | None:
    """Return what gives the secret of an output; that it cannot be read is the fault of this output alone."""
    source = secret(name, path)
    if source is None:
        return None

    def read() -> str:
        try:
            return source()
        except LoginError as error:
            raise SinkError(str(error)) from None

    return read


# Each by the setting that says where it is.
MAKERS: Final[dict[str, Callable[[Settings], Sink]]] = {
    "jsonl": _jsonl,
    "webhook": _webhook,
    "redis": _redis,
    "nats": _nats,
    "syslog": _syslog,
}
