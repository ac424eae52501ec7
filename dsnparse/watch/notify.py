"""What systemd wants to know of a service (sd_notify): ready, alive, stopping. Elsewhere nothing happens."""

import os
import socket
from contextlib import suppress


def notify(state: str) -> None:
    """Send one state, such as READY=1, where somebody asked for it."""
    path = os.environ.get("NOTIFY_SOCKET", "")
    if not path.startswith(("/", "@")):
        return
    address = "\0" + path[1:] if path.startswith("@") else path
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.sendto(state.encode(), address)
