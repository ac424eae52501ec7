"""How fast `dsnparse fetch` stores a mailbox over IMAP: a Dovecot on loopback, SQLite, messages of the corpus each made another one.

    python benchmarks/fetch.py --count 20000              what is promised: 400 messages a second on two cores
    python benchmarks/fetch.py --count 20000 --isolate    the same, parsed by other processes

Seconds are those of the clock, which tell little where others are at work; processor seconds are those of fetch and its children, and
apart from them those of the server. The disk is that of the folder for temporary files. Dovecot (dovecot-imapd) must be installed.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests" / "servers"))

from dovecot import PASSWORD, Dovecot, dovecot  # noqa: E402

LONGEST = 50_000
PROMISED = 400
TICKS = os.sysconf("SC_CLK_TCK")


def messages(count: int) -> list[bytes]:
    """Return so many bounces, no two alike."""
    samples = [
        path.read_bytes()
        for path in sorted((HERE.parent / "corpus").glob("*/*.eml"))
        if path.stat().st_size <= LONGEST and json.loads(path.with_suffix(".json").read_text()).get("kind") != "other"
    ]
    return [b"X-Number: %d\n" % number + samples[number % len(samples)] for number in range(count)]


def server_seconds(server: Dovecot) -> float:
    """Return the processor time of all processes of the server, with those that have ended."""
    master = (server.folder / "run" / "master.pid").read_text().strip()
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    return sum(_ticks(Path(f"/proc/{each}/stat")) for each in (master, *children)) / TICKS


def _ticks(path: Path) -> int:
    try:
        fields = path.read_text().rpartition(")")[2].split()
    except OSError:  # it has ended, and its parent has its time
        return 0
    return sum(map(int, fields[11:15]))


def fetch(server: Dovecot, user: str, folder: Path, more: list[str]) -> tuple[float, float, float]:
    """Fetch all, and return the seconds of the clock, of our processors and of the server's."""
    command = [sys.executable, "-m", "dsnparse", "fetch", server.url(user), "--store", f"sqlite:///{folder}/store.db"]
    environment = {**os.environ, "DSNPARSE_PASSWORD": PASSWORD}
    theirs, before, start = server_seconds(server), _children(), time.perf_counter()
    done = subprocess.run(  # noqa: S603 - our own
        [*command, *more], env=environment, check=False, capture_output=True, text=True
    )
    seconds = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(done.stderr)
    return seconds, _children() - before, server_seconds(server) - theirs


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=1)
    options, more = parser.parse_known_args()
    print(
        "| messages | seconds | messages/s | processor seconds | messages/processor second | server's processor seconds |"
    )
    print("|---:|---:|---:|---:|---:|---:|")
    best = 0.0
    with tempfile.TemporaryDirectory(prefix="dsnparse-bench-", ignore_cleanup_errors=True) as folder:
        (Path(folder) / "server").mkdir()
        Path(folder).chmod(0o755)
        with dovecot(Path(folder) / "server") as server:
            server.fill("bounces", *messages(options.count))
            client = server.imap("bounces")  # so that no run pays for the server's index
            client.select(readonly=True)
            for run in range(options.runs):
                place = Path(folder) / f"run{run}"
                place.mkdir()
                seconds, ours, theirs = fetch(server, "bounces", place, ["--quarantine", str(place), *more])
                count, best = options.count, max(best, options.count / seconds)
                print(
                    f"| {count} | {seconds:.1f} | {count / seconds:.0f} | {ours:.1f} | {count / ours:.0f} | {theirs:.1f} |"
                )
    print(f"\npromised: {PROMISED} messages/s on two cores; {'kept' if best >= PROMISED else 'not reached here'}")


if __name__ == "__main__":
    main()
