"""One isolated machine: a root of its own and namespaces in which nothing but loopback exists.

`unshare` makes network, mount, UTS, IPC and PID namespaces at once; PID 1 in them is a shell that lays a tmpfs over the
read-only root and then waits for the end of its standard input. Every command enters these namespaces with `nsenter`.
When the machine is closed, or this process dies in whatever way, the pipe breaks, PID 1 ends, and the kernel ends
every process and mount of the machine with it. No name is left behind: `ip netns` would keep one in /run, and a copy
of the root would have to be cleaned of queues and databases after each run.
"""

import contextlib
import io
import os
import shlex
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO

from .ending import ended_on_interrupt
from .errors import LabError
from .roots import Root

HOSTNAME = "mail.lab.example"
# Ask as a client does, to the end: ZoneMTA dies of a connection that is cut, and says 421 while it is not ready.
PROBE = r"""
exec 3<>/dev/tcp/{host}/{port}
read -r -u 3 greeting
[[ $greeting == [2+]* ]] && printf "QUIT\r\n" >&3 && read -r -u 3
"""
BOOT = r"""
set -e
mount -t tmpfs -o mode=755 lab "$SCRATCH"
mkdir "$SCRATCH/upper" "$SCRATCH/work" "$SCRATCH/root"
mount -t overlay lab -o "lowerdir=$LOWER,upperdir=$SCRATCH/upper,workdir=$SCRATCH/work" "$SCRATCH/root"
cd "$SCRATCH/root"
mount -t proc proc proc
mkdir -p dev/shm
mount -t tmpfs -o mode=1777 shm dev/shm
mount -t tmpfs -o mode=755 run run
mkdir -m 1777 run/lock
rm -f etc/resolv.conf
printf 'nameserver 127.0.0.1\noptions timeout:2 attempts:1\n' > etc/resolv.conf
printf '127.0.0.1 %s mail localhost\n' "$NAME" > etc/hosts
echo "$NAME" | tee etc/hostname > etc/mailname
ip link set lo up
# AI_ADDRCONFIG of some resolvers (OpenSMTPD's) does not count 127.0.0.1 as an address of this machine.
ip address add 127.0.1.1/8 dev lo
hostname "$NAME"
echo ready
read -r _ || true
"""
ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LC_ALL": "C.UTF-8",
}
COMMAND_LIMIT = 120.0


class Machine(contextlib.AbstractContextManager["Machine"]):
    """A running machine; a context manager that ends all of it."""

    def __init__(self, root: Root) -> None:
        with contextlib.ExitStack() as ending:
            self.folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="dsnparse-lab-")))
            self._scratch = self.folder / "scratch"
            self._scratch.mkdir()
            self.root = self._scratch / "root"
            self._log = ending.enter_context((self.folder / "output.log").open("ab"))
            self._children: list[subprocess.Popen[bytes]] = []
            self._first = self._start_first(root)
            ending.callback(self._end_and_wait)
            ending.enter_context(ended_on_interrupt(self.end))
            self._pid = self._wait_for_first()
            self._ending = ending.pop_all()

    def __exit__(self, *_: object) -> None:
        """End it, also after an error."""
        self.close()

    @property
    def alive(self) -> bool:
        """Whether PID 1 of the machine still runs."""
        return self._first.poll() is None

    @property
    def log(self) -> str:
        """What the daemons have printed, and what was sent to syslog."""
        syslog = self.folder / "syslog"
        logged = syslog.read_text(errors="replace") if syslog.exists() else ""
        return (self.folder / "output.log").read_text(errors="replace") + logged

    def end(self) -> None:
        """End every process of the machine; whoever waits for it gets a LabError. Safe from another thread."""
        with contextlib.suppress(ProcessLookupError):
            self._first.kill()

    def close(self) -> None:
        """End every process and remove what the run has written."""
        self._ending.close()

    def write(self, path: str, text: str | bytes, *, mode: int = 0o644) -> None:
        """Put a file into the machine, with its folders; a link in its place is replaced."""
        content = text.encode() if isinstance(text, str) else text
        quoted = shlex.quote(path)
        self.sh(f"mkdir -p $(dirname {quoted}); rm -f {quoted}; cat > {quoted}; chmod {mode:o} {quoted}", content)

    def unpack(self, folder: str, files: Mapping[str, bytes]) -> None:
        """Put many files into a folder at once."""
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for name, content in files.items():
                entry = tarfile.TarInfo(name)
                entry.size, entry.mode = len(content), 0o644
                archive.addfile(entry, io.BytesIO(content))
        self.sh(f"mkdir -p {shlex.quote(folder)}; tar -x -C {shlex.quote(folder)}", packed.getvalue())

    def read(self, path: str) -> bytes:
        """Return the content of a file of the machine."""
        return self.run(f"cat {shlex.quote(path)}").stdout

    def sh(self, script: str, given: bytes = b"") -> str:
        """Run a shell script that must succeed, and return what it printed."""
        done = self.run(script, given)
        output = (done.stdout + done.stderr).decode(errors="replace")
        if done.returncode:
            msg = f"status {done.returncode} of: {script.strip()[:200]}\n{output.strip()[-1000:]}"
            raise LabError(msg)
        return output

    def run(self, script: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run a shell script that may fail."""
        command = self._enter(["/bin/bash", "-c", script])
        # Files, not pipes: a daemon that the script starts keeps them open, and a pipe would never end.
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.TemporaryFile() as standard:
            standard.write(given)
            standard.seek(0)
            try:
                done = subprocess.run(
                    command, stdin=standard, stdout=out, stderr=err, timeout=COMMAND_LIMIT, check=False
                )
            except subprocess.TimeoutExpired:
                msg = f"no end within {COMMAND_LIMIT:.0f} s: {script.strip()[:200]}"
                raise LabError(msg) from None
            return subprocess.CompletedProcess(script, done.returncode, _content(out), _content(err))

    def spawn(self, command: str) -> None:
        """Start a daemon that stays in the foreground; what it prints goes to the log."""
        self._spawn(self._enter(["/bin/bash", "-c", f"exec {command}"]), stdout=self._log)

    def spawn_outside(self, command: list[str], **options: int) -> subprocess.Popen[bytes]:
        """Start a program of the host in the namespaces of the machine: it sees the host's files, and its loopback."""
        return self._spawn([*self._nsenter(), *command], **options)

    def users(self, *names: str) -> None:
        """Add users with a home folder and an empty mailbox."""
        self.sh(
            "".join(
                f"id {name} >/dev/null 2>&1 || useradd -m {name}; install -o {name} -g mail -m 660 /dev/null /var/mail/{name}\n"
                for name in names
            )
        )

    def wait(self, condition: Callable[[], bool], limit: float, what: str) -> None:
        """Ask until it is true; raise an error that says what did not come when the time is up or the machine has ended."""
        end = time.monotonic() + limit
        while not condition():
            if not self.alive:
                msg = f"the machine has ended while waiting for {what}"
                raise LabError(msg)
            if time.monotonic() > end:
                msg = f"waited {limit:.0f} s in vain for {what}\n{self.log[-1500:]}"
                raise LabError(msg)
            time.sleep(0.1)

    def wait_greeting(self, port: int, host: str = "127.0.0.1", limit: float = 30) -> None:
        """Wait until the server there welcomes a client: one bad line of configuration makes some accept and then hang."""
        probe = f"timeout 3 bash -c {shlex.quote(PROBE.format(host=host, port=port))}"
        self.wait(lambda: self.run(probe).returncode == 0, limit, f"a greeting on {host} port {port}")

    def _start_first(self, root: Root) -> subprocess.Popen[bytes]:
        command = ["unshare", "--net", "--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child"]
        settings = {"LOWER": root.lowerdir, "SCRATCH": str(self._scratch), "NAME": HOSTNAME}
        return subprocess.Popen(
            [*command, "/bin/bash", "-c", BOOT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={**os.environ, **settings},
            start_new_session=True,
        )

    def _wait_for_first(self) -> str:
        """Return the id of PID 1, seen from outside: the only child of `unshare`."""
        if self._first.stdout is None or self._first.stdout.readline() != b"ready\n":
            msg = f"no namespaces could be made: {self.log.strip()}"
            raise LabError(msg)
        return Path(f"/proc/{self._first.pid}/task/{self._first.pid}/children").read_text().split()[0]

    def _end_and_wait(self) -> None:
        self.end()
        for child in (self._first, *self._children):
            child.communicate()

    def _nsenter(self) -> list[str]:
        return ["nsenter", "--target", self._pid, "--mount", "--uts", "--ipc", "--net", "--pid"]

    def _enter(self, command: Iterable[str]) -> list[str]:
        settings = [f"{key}={value}" for key, value in ENVIRONMENT.items()]
        return [*self._nsenter(), "chroot", str(self.root), "/usr/bin/env", "-i", *settings, *command]

    def _spawn(self, command: list[str], **options: int | IO[bytes]) -> subprocess.Popen[bytes]:
        streams: dict[str, int | IO[bytes]] = {"stdin": subprocess.DEVNULL, "stderr": self._log, **options}
        child = subprocess.Popen(command, start_new_session=True, **streams)  # type: ignore[call-overload]
        self._children.append(child)
        return child  # type: ignore[no-any-return]


def _content(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()
