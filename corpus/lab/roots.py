"""The Debian roots that servers are installed into: one base a suite, one layer a server on top of it.

A layer is the upper half of an overlay, so it holds only what the packages of its server added (1 to 400 MB instead
of a copy of the base as well). Bases and layers are made once, in a cache folder, and never written to again: a run
lays a fresh tmpfs over them (see machine.py).
"""

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .ending import ended_on_interrupt
from .errors import LabError

SUITES = ("bookworm", "trixie")
# What the recipes rely on; minbase has no ps, ip, /etc/protocols or adduser.
BASE_PACKAGES = ("adduser", "ca-certificates", "iproute2", "netbase", "openssl", "procps")
NEEDED = ("debootstrap", "unshare", "nsenter", "ip", "mount")

INSTALL = r"""
set -e
mount -t overlay lab -o "lowerdir=$BASE,upperdir=$UPPER,workdir=$WORK" "$ROOT"
mount -t proc proc "$ROOT/proc"
# What the machine says of name servers, certificates and mirrors holds for installing into a root as well.
for file in /etc/resolv.conf /etc/ssl/certs/ca-certificates.crt /etc/pip.conf /root/.npmrc; do
  test ! -e "$file" || cp -L "$file" "$ROOT$file"
done
exec chroot "$ROOT" /bin/bash -ec "$SCRIPT"
"""
APT = """
apt-get update -q
apt-get install -q -y --no-install-recommends {packages}
apt-get clean
rm -rf /var/lib/apt/lists/*
"""


@dataclass(frozen=True)
class Recipe:
    """What is installed on top of the base: Debian packages, then commands that may still use the network."""

    name: str
    packages: tuple[str, ...]
    commands: str = ""

    def script(self) -> str:
        """Return the shell script that runs inside the root."""
        return APT.format(packages=" ".join(self.packages)) + self.commands

    def text(self) -> str:
        """Return what a finished layer remembers, to see whether it is still the one that is asked for."""
        return json.dumps([self.packages, self.commands])


@dataclass(frozen=True)
class Root:
    """The folders that an overlay is made of, topmost first."""

    layers: tuple[Path, ...]

    @property
    def lowerdir(self) -> str:
        """The value of the mount option."""
        return ":".join(str(path) for path in self.layers)


def cache_folder() -> Path:
    """Return the folder where bases and layers are kept."""
    return Path(os.environ.get("DSNPARSE_LAB", "/var/cache/dsnparse-lab"))


def check_host() -> None:
    """Say what is missing before anything is tried."""
    if os.geteuid() != 0:
        msg = "the lab needs root: it makes namespaces and mounts"
        raise LabError(msg)
    if missing := [name for name in NEEDED if not shutil.which(name)]:
        msg = f"not installed on this machine: {', '.join(missing)}"
        raise LabError(msg)


def make_root(recipe: Recipe, suite: str, *, afresh: bool = False) -> Root:
    """Install what is not installed yet; `afresh` takes the versions of the day though older ones are there."""
    folder = cache_folder() / suite
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"no folder for the roots ($DSNPARSE_LAB): {error}"
        raise LabError(msg) from None
    with _locked(folder / "base.lock"):
        base = _make_base(folder, suite)
    with _locked(folder / f"{recipe.name}.lock"):
        if afresh:
            (folder / f"{recipe.name}.recipe").unlink(missing_ok=True)
        layer = _make_layer(folder, recipe, base)
    return Root((layer, base))


def _make_base(folder: Path, suite: str) -> Path:
    base, part = folder / "base", folder / "base.part"
    if base.is_dir():
        return base
    shutil.rmtree(part, ignore_errors=True)
    packages = "--include=" + ",".join(BASE_PACKAGES)
    _run_logged(["debootstrap", "--variant=minbase", packages, suite, str(part)], folder / "base.log")
    # Packages must not start their daemons: they are started by the recipes, inside the namespaces.
    policy = part / "usr/sbin/policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    part.rename(base)
    return base


def _make_layer(folder: Path, recipe: Recipe, base: Path) -> Path:
    layer, made_from = folder / recipe.name, folder / f"{recipe.name}.recipe"
    if layer.is_dir() and made_from.is_file() and made_from.read_text() == recipe.text():
        return layer
    shutil.rmtree(layer, ignore_errors=True)
    upper, work, root = (folder / f"{recipe.name}.{what}" for what in ("upper", "work", "root"))
    for path in (upper, work, root):
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
    settings = {"BASE": base, "UPPER": upper, "WORK": work, "ROOT": root, "SCRIPT": recipe.script()}
    environment = {**os.environ, **{key: str(value) for key, value in settings.items()}}
    environment |= {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8", "HOME": "/root"}
    _run_logged(["/bin/bash", "-c", INSTALL], folder / f"{recipe.name}.log", environment)
    shutil.rmtree(work)
    root.rmdir()
    upper.rename(layer)
    made_from.write_text(recipe.text())
    return layer


def _run_logged(command: list[str], log: Path, environment: dict[str, str] | None = None) -> None:
    """Run a command in mount and PID namespaces, so that its mounts and children end with it, also when it is killed."""
    apart = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    with (
        log.open("wb") as out,
        subprocess.Popen(
            [*apart, *command], stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, env=environment
        ) as child,
        ended_on_interrupt(child.kill),
    ):
        status = child.wait()
    if status:
        last = log.read_text(errors="replace").strip().splitlines()[-3:]
        msg = f"{Path(command[0]).name} failed (status {status}, see {log}): {' / '.join(last)}"
        raise LabError(msg)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
