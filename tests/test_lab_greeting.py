"""When a server is believed to take mail: it must welcome a client, and answer the goodbye."""

import contextlib
import socket
import subprocess
import threading
from collections.abc import Iterator

import pytest

from corpus.lab.machine import PROBE

HOST = "127.0.0.1"


@contextlib.contextmanager
def speaking(greeting: bytes, heard: list[bytes]) -> Iterator[int]:
    """A server for one client that says this, hears a line, and says goodbye."""

    def serve() -> None:
        client, _ = listener.accept()
        with client, client.makefile("rwb", 0) as lines:
            lines.write(greeting)
            heard.append(lines.readline())
            with contextlib.suppress(OSError):
                lines.write(b"221 2.0.0 Bye\r\n")

    with socket.create_server((HOST, 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


@pytest.mark.parametrize(
    ("greeting", "welcome"),
    [
        (b"220 mail.lab.example ESMTP\r\n", True),
        (b"+OK ready\r\n", True),
        (b"421 No free process to handle connection\r\n", False),
        (b"-ERR not now\r\n", False),
    ],
)
def test_greeting(greeting: bytes, welcome: bool) -> None:
    heard: list[bytes] = []
    with speaking(greeting, heard) as port:
        done = subprocess.run(["bash", "-c", PROBE.format(host=HOST, port=port)], timeout=20, check=False)
    assert (done.returncode == 0) is welcome
    assert heard == [b"QUIT\r\n" if welcome else b""]


def test_nobody_listens() -> None:
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]
    command = ["bash", "-c", PROBE.format(host=HOST, port=port)]
    assert subprocess.run(command, timeout=20, check=False, stderr=subprocess.DEVNULL).returncode != 0
