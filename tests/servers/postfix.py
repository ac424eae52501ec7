"""A Postfix of our own for as long as a test needs it, which delivers into our command as the example says.

It has a folder of its own for its configuration, queue and log, and listens on loopback only. It runs in a mount namespace in which
Python and this package are to be seen below that folder, too: pipe(8) runs commands as a user who is not root, and who cannot reach
them where they are below somebody's home.
"""

import json
import os
import re
import shutil
import site
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from dovecot import free_ports

import dsnparse

PACKAGE = Path(dsnparse.__file__).parent
EXAMPLE = (PACKAGE / "examples" / "postfix.md").read_text()
SBIN = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
PROGRAM = shutil.which("postfix", path=SBIN)
PATIENCE = 120.0
USER = "nobody"
MAIN = """\
compatibility_level = 3.6
queue_directory = @DIR@/queue
data_directory = @DIR@/data
maillog_file = @DIR@/log
maillog_file_prefixes = @DIR@
myhostname = mail.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
local_recipient_maps =
alias_maps =
transport_maps = texthash:@DIR@/transport
# Sooner, it meets a message that the last try still has in hand, and forgets it in the active queue.
minimal_backoff_time = 4s
maximal_backoff_time = 5s
queue_run_delay = 1s
"""
MASTER = """\
127.0.0.1:@PORT@ inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
showq unix n - n - - showq
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
# A Python with a shared library looks for it where it was installed, and would take another one's.
COMMAND = """\
#!/bin/sh
LD_LIBRARY_PATH=@DIR@/python/lib PYTHONPATH=@DIR@/code:@DIR@/packages PYTHONDONTWRITEBYTECODE=1 exec @DIR@/python/bin/@PYTHON@ -m dsnparse "$@"
"""


class Postfix:
    """A running server; its pipe has a store in `state`, and its LMTP client looks for a server at `socket`."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.state = folder / "state"
        self.events = self.state / "events"
        self.socket = folder / "lmtp"

    def queue(self) -> list[str]:
        """Return why each message in the queue is still there."""
        command = [shutil.which("postqueue", path=SBIN) or "", "-c", self.folder / "conf", "-j"]
        done = subprocess.run(command, capture_output=True, check=True)
        return [
            recipient.get("delay_reason", "")
            for line in done.stdout.split(b"\n")
            if line
            for recipient in json.loads(line)["recipients"]
        ]

    def wait(self, condition: Callable[[list[str]], bool]) -> None:
        """Wait until the queue is so."""
        ends = time.monotonic() + PATIENCE
        while not condition(queue := self.queue()):
            assert time.monotonic() < ends, (queue, self.log())
            time.sleep(0.2)

    def log(self) -> str:
        return (self.folder / "log").read_text()


@contextmanager
def postfix(folder: Path) -> Iterator[Postfix]:
    """Start a server with everything under `folder`."""
    (port,) = free_ports(1)
    server = Postfix(folder, port)
    _configure(folder, port)
    _refuse_what_cannot_run(folder)
    _in_namespace(folder, [PROGRAM or "", "-c", folder / "conf", "start"])
    try:
        _wait_for_greeting(server)
        yield server
    finally:
        subprocess.run([PROGRAM or "", "-c", folder / "conf", "stop"], check=False, capture_output=True)


def _configure(folder: Path, port: int) -> None:
    folder.chmod(0o755)
    for name in ("conf", "queue", "data", "state", "python", "code", "packages"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    shutil.chown(folder / "state", USER)
    texts = {"conf/main.cf": MAIN, "conf/master.cf": MASTER + _pipe(), "transport": _transports(), "dsnparse": COMMAND}
    texts["pipe.toml"] = 'store = "sqlite:///@DIR@/state/store.db"\njsonl = "@DIR@/state/events"\n'
    values = {"DIR": str(folder), "PORT": str(port), "PYTHON": f"python3.{sys.version_info.minor}"}
    for name, text in texts.items():
        (folder / name).write_text(re.sub("@([A-Z]+)@", lambda match: values[match[1]], text))
    (folder / "dsnparse").chmod(0o755)


def _pipe() -> str:
    """Return the service of the example, with our command, configuration and user."""
    (text,) = re.findall(r"^    (dsnparse unix .*\n      argv=.*\n)", EXAMPLE, re.MULTILINE)
    text = text.replace("/usr/bin/dsnparse", "@DIR@/dsnparse").replace("/etc/dsnparse/pipe.toml", "@DIR@/pipe.toml")
    return text.replace("user=dsnparse", f"user={USER}")


def _transports() -> str:
    """Return the transport of the example, with our socket, and one to the pipe."""
    (text,) = re.findall(r"^    bounces\.example\.com +(lmtp:unix:)/\S+$", EXAMPLE, re.MULTILINE)
    return f"lmtp.example {text}@DIR@/lmtp\npipe.example dsnparse:\n"


def _refuse_what_cannot_run(folder: Path) -> None:
    done = _in_namespace(
        folder, ["setpriv", "--reuid", USER, "--clear-groups", folder / "dsnparse", "--help"], check=False
    )
    if done.returncode:
        pytest.skip(f"no other user can run this Python, even in a mount namespace: {done.stderr.decode()[-300:]}")


def _in_namespace(
    folder: Path, command: list[str | Path], *, check: bool = True
) -> "subprocess.CompletedProcess[bytes]":
    seen = {"python": sys.base_prefix, "code": PACKAGE.parent, "packages": site.getsitepackages()[0]}
    mounts = "".join(f"mount --bind '{source}' '{folder / name}' && " for name, source in seen.items())
    # What a daemon holds open must not be a pipe to us, which would never end.
    with (folder / "started").open("w+b") as said:
        argv = ["unshare", "--mount", "sh", "-c", f'{mounts} exec "$@"', "sh", *command]
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False)
        said.seek(0)
        done.stderr = said.read()
    assert done.returncode == 0 or not check, done.stderr.decode()
    return done


def _wait_for_greeting(server: Postfix) -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        with socket.socket() as sock:
            sock.settimeout(5)
            if sock.connect_ex(("127.0.0.1", server.port)) == 0 and sock.recv(3) == b"220":
                return
        time.sleep(0.1)
    raise AssertionError(server.log())
