"""Passwords and tokens: from a file or from a command, asked for at each login, never shown, never in an argument."""

import shlex
import subprocess
from collections.abc import Callable
from typing import Final

from dsnparse.errors import LoginError, UsageError
from dsnparse.secretfile import read_secret

TOKEN_SECONDS: Final = 30


class Credentials:
    """How to log in; the secret is read anew each time, so that a rotated one is used at the next session."""

    def __init__(self, password: Callable[[], str] | None = None, token: Callable[[], str] | None = None) -> None:
        self._password = password
        self._token = token

    @property
    def by_token(self) -> bool:
        """Whether a token is given, for XOAUTH2, and not a password."""
        return self._token is not None

    def secret(self) -> str:
        """Return the password or token."""
        source = self._token or self._password
        if source is None:
            message = "no password: give --password-file, DSNPARSE_PASSWORD_FILE, DSNPARSE_PASSWORD or --token-command"
            raise UsageError(message)
        secret = source()
        if any(char in secret for char in "\r\n\0"):
            message = "the password or token holds a line break or a NUL"
            raise LoginError(message)
        return secret


def from_file(path: str) -> str:
    """Return the first line of a file."""
    return read_secret(path, LoginError).partition("\n")[0].rstrip("\r")


def from_command(command: str) -> str:
    """Return what a command prints, such as an access token; its words are split as a shell would, but no shell runs."""
    try:
        done = subprocess.run(  # noqa: S603 - the command is the owner's own, from the configuration
            shlex.split(command), stdin=subprocess.DEVNULL, capture_output=True, timeout=TOKEN_SECONDS, check=False
        )
        token = done.stdout.decode("ascii").strip()
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        message = f"the token command did not give a token: {type(error).__name__}"
        raise LoginError(message) from None
    if done.returncode or not token:
        message = f"the token command ended with status {done.returncode} and {'a' if token else 'no'} token"
        raise LoginError(message)
    return token
