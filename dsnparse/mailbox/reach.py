"""A TCP connection, under TLS where it is due, and one clear sentence for each way in which it fails."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from dsnparse.errors import UnreachableError
from dsnparse.escape import escape
from dsnparse.mailbox import Caps
from dsnparse.mailbox.address import Address

LONGEST_WORDS = 300


def connect(address: Address, caps: Caps) -> socket.socket:
    """Connect, under TLS at once for imaps and pop3s."""
    sock = socket.create_connection((address.host, address.port), caps.connect_seconds)
    try:
        if address.scheme.endswith("s"):
            sock = secure(sock, address)
        sock.settimeout(caps.silence_seconds)
    except BaseException:
        sock.close()
        raise
    return sock


def secure(sock: socket.socket, address: Address) -> ssl.SSLSocket:
    """Begin TLS; the certificate is verified against the authorities of the system, or of SSL_CERT_FILE."""
    return ssl.create_default_context().wrap_socket(sock, server_hostname=address.host)


@contextmanager
def plainly(address: Address, faults: tuple[type[Exception], ...], secrets: tuple[str, ...] = ()) -> Iterator[None]:
    """Turn what a session can raise into UnreachableError with a sentence that holds no secret."""
    try:
        yield
    except UnreachableError as error:
        raise type(error)(_safe(address, str(error), secrets)) from None
    except faults as error:
        raise UnreachableError(_safe(address, _words(error), secrets)) from None


def _words(error: Exception) -> str:
    match error:
        case ssl.SSLCertVerificationError():
            return f"the certificate does not hold: {error.verify_message}"
        case ssl.SSLError():
            return f"TLS failed: {error.reason or 'broken'}".replace("_", " ").lower()
        case socket.gaierror():
            return "no such host"
        case TimeoutError():
            return "no answer in time"
        case OSError():
            return (error.strerror or str(error) or "connection lost").lower()
    return f"the server does not keep to the protocol: {type(error).__name__}: {error}"


def _safe(address: Address, words: str, secrets: tuple[str, ...]) -> str:
    place = f"{address.host}:{address.port}"
    for secret in secrets:
        if secret:
            words = words.replace(secret, "***")
    words = escape(words)[:LONGEST_WORDS]
    return words if words.startswith(place) else f"{place}: {words}"
