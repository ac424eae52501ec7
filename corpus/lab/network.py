"""The network around the server under test, as one process inside its namespaces: DNS, the scripted hosts, syslog.

`python -m corpus.lab.network SPOOL DEVLOG` prints "ready" when everything listens.
"""

import asyncio
import logging
import socket
import sys
from pathlib import Path

from . import dns
from .hop import Hop, LmtpHop
from .hosts import HOSTS, LMTP_PORT, PORT, Host
from .spool import Spool


class Syslog(asyncio.DatagramProtocol):
    """What servers send to /dev/log, one line a message; no log daemon has to be installed."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=0)

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002 (the protocol's signature)
        """Write a line down."""
        self._file.write(data.rstrip(b"\0\n") + b"\n")


async def serve(folder: Path, device: Path) -> None:
    """Start everything and stay."""
    loop = asyncio.get_running_loop()
    spool = Spool(folder / "spool")
    await dns.serve()
    for host in HOSTS:
        if host.listens:
            await loop.create_server(lambda host=host: Hop(host, spool), host.address, PORT)  # type: ignore[misc]
    await loop.create_server(lambda: LmtpHop(lmtp_host(), spool), lmtp_host().address, LMTP_PORT)
    await loop.create_datagram_endpoint(lambda: Syslog(folder / "syslog"), sock=log_socket(device))
    print("ready", flush=True)
    await asyncio.Event().wait()


def log_socket(path: Path) -> socket.socket:
    """Make the socket that syslog(3) writes to; everybody may."""
    path.unlink(missing_ok=True)
    device = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    device.bind(str(path))
    path.chmod(0o666)
    return device


def lmtp_host() -> Host:
    """Return the host that also speaks LMTP."""
    return HOSTS[0]


if __name__ == "__main__":
    place = Path(sys.argv[1])
    logging.basicConfig(filename=place / "dialogue.log", level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    asyncio.run(serve(place, Path(sys.argv[2])))
