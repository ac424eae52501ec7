"""The settings of a watched mailbox: a TOML file, over it the environment, over that the options of the command.

Secrets are in none of them but by the name of a file (`password_file`), or in the environment (DSNPARSE_PASSWORD,
DSNPARSE_WEBHOOK_SECRET, DSNPARSE_REDIS_PASSWORD, DSNPARSE_NATS_PASSWORD), where other users cannot read them.
"""

import os
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct

from dsnparse.errors import UsageError
from dsnparse.mailbox import Caps
from dsnparse.mailbox.secret import Credentials, from_command, from_file
from dsnparse.policy import Policy
from dsnparse.store import believe, default_url
from dsnparse.store.url import state_folder
from dsnparse.trust import TrustRules

PREFIX: Final = "DSNPARSE_"
LISTS: Final = ("folders", "rules")
TABLES: Final = ("actions",)
OF_THE_FILE: Final = frozenset(("trust", "policy"))


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings; each has the same name in the file, in the environment (DSNPARSE_NAME) and as an option (--name)."""

    url: str = ""
    folders: tuple[str, ...] = ()
    store: str = ""
    quarantine: str = ""
    password_file: str = ""
    token_command: str = ""
    actions: dict[str, str] = {}
    interval: float = 60.0
    timeout: float = 60.0
    rules: tuple[str, ...] = ()
    isolate: bool = False
    jsonl: str = ""
    webhook: str = ""
    webhook_secret_file: str = ""
    redis: str = ""
    redis_stream: Annotated[str, Meta(min_length=1)] = "dsnparse"
    redis_maxlen: Annotated[int, Meta(ge=0)] = 0
    redis_password_file: str = ""
    nats: str = ""
    nats_subject: str = "dsnparse.events"
    nats_password_file: str = ""
    nats_credentials_file: str = ""
    syslog: str = ""
    metrics: str = ""
    log: Literal["text", "json"] = "text"
    # Tables of the file alone: what proves a report, and what follows for addresses (docs/trust.md).
    trust: dict[str, Any] = {}
    policy: dict[str, Any] = {}

    def belief(self) -> tuple[TrustRules, Policy]:
        """Return what is believed of reports, and what follows from them; UsageError tells what is wrong with a table."""
        return believe(self.trust, self.policy)

    def store_url(self) -> str:
        """Return the URL of the store, by default a file of SQLite among the state of the user or the service."""
        return self.store or default_url()

    def quarantine_folder(self) -> Path:
        """Return where messages go that cannot be read."""
        return Path(self.quarantine) if self.quarantine else state_folder() / "quarantine"

    def caps(self) -> Caps:
        """Return what a server may cost us; `timeout` is how many seconds it may be silent."""
        return Caps(connect_seconds=min(10.0, self.timeout), silence_seconds=self.timeout)

    def secret_files(self) -> list[str]:
        """Return the files that hold secrets."""
        names = (
            name
            for name in self.__struct_fields__
            if name.endswith(("password_file", "secret_file", "credentials_file"))
        )
        return [path for path in (getattr(self, name) for name in names) if path]

    def credentials(self) -> Credentials:
        """Return how to log in."""
        if self.token_command:
            return Credentials(token=lambda: from_command(self.token_command))
        return Credentials(password=secret("PASSWORD", self.password_file))


def secret(name: str, path: str) -> Callable[[], str] | None:
    """Return what gives a secret, from a file or from the environment; None where it is in neither."""
    if path:
        return lambda: from_file(path)
    value = os.environ.get(PREFIX + name)
    return None if value is None else lambda: value


def read_settings(path: str, environment: Mapping[str, str], options: Mapping[str, Any]) -> Settings:
    """Put the three together; UsageError names the setting that is wrong and where it stands."""
    settings: dict[str, Any] = {}
    places = {"file": path or "the file", "environment": "the environment", "options": "the options"}
    for place, found in (
        ("file", _file(path)),
        ("environment", _environment(environment)),
        ("options", {name: value for name, value in options.items() if value not in (None, [], {}, "")}),
    ):
        settings |= found
        try:
            msgspec.convert(settings, Settings, strict=False)
        except msgspec.ValidationError as error:
            message = f"{places[place]}: {error}"
            raise UsageError(message) from None
    return msgspec.convert(settings, Settings, strict=False)


def pairs(text: str) -> dict[str, str]:
    """Read `failure=move:Done,delay=keep`."""
    found = {}
    for item in filter(None, (each.strip() for each in text.split(","))):
        name, equals, value = item.partition("=")
        if not equals:
            message = f"{item!r} is not CATEGORY=ACTION"
            raise UsageError(message)
        found[name.strip()] = value.strip()
    return found


def _file(path: str) -> dict[str, Any]:
    if not path:
        return {}
    try:
        return tomllib.loads(Path(path).read_text("utf-8"))
    except OSError as error:
        message = f"{path}: {(error.strerror or 'cannot be read').lower()}"
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{path}: {error}"
    raise UsageError(message)


def _environment(environment: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in Settings.__struct_fields__:
        text = environment.get(PREFIX + name.upper())
        if text is None or name in OF_THE_FILE:
            continue
        if name in LISTS:
            found[name] = [each.strip() for each in text.split(",") if each.strip()]
        else:
            found[name] = pairs(text) if name in TABLES else text
    return found
