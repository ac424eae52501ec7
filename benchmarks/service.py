"""How fast `dsnparse serve` answers POST /v1/parse on this machine: messages of the corpus up to 20 KB, 200 requests a second.

The times inside the server are those of its own histogram, so that the client and its queue are not in them.
"""

import asyncio
import re
import resource
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

CORPUS = Path(__file__).parent.parent / "corpus"
LONGEST = 20_000
RATE = 200
REQUESTS = 4_000
CONNECTIONS = 16
BUCKET = re.compile(r'dsnparse_request_seconds_bucket\{le="([^"]+)"\} ([0-9]+)')
Pool = asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]]


async def ask(pool: Pool, body: bytes) -> float:
    """Send one message and return how long its answer took."""
    reader, writer = await pool.get()
    head = f"POST /v1/parse HTTP/1.1\r\nHost: localhost\r\nContent-Type: message/rfc822\r\nContent-Length: {len(body)}\r\n\r\n"
    start = time.perf_counter()
    writer.write(head.encode() + body)
    answer = (await reader.readuntil(b"\r\n\r\n")).lower()
    if not answer.startswith(b"http/1.1 200 "):
        raise RuntimeError(answer.decode())
    length = re.search(rb"content-length: ([0-9]+)", answer)
    await reader.readexactly(int(length[1]) if length else 0)
    pool.put_nowait((reader, writer))
    return time.perf_counter() - start


async def measure(port: int) -> tuple[float, list[float], dict[str, int]]:
    """Return the rate that was reached, the times of the client, and what the server counted."""
    bodies = [path.read_bytes() for path in sorted(CORPUS.glob("*/*.eml")) if path.stat().st_size <= LONGEST]
    pool: Pool = asyncio.Queue()
    for _ in range(CONNECTIONS):
        pool.put_nowait(await asyncio.open_connection("127.0.0.1", port))
    for body in bodies:  # what a first use compiles is no answer's time
        await ask(pool, body)
    before, start, waiting = buckets(port), time.perf_counter(), []
    for number in range(REQUESTS):
        await asyncio.sleep(max(0.0, start + number / RATE - time.perf_counter()))
        waiting.append(asyncio.create_task(ask(pool, bodies[number % len(bodies)])))
    times = sorted(await asyncio.gather(*waiting))
    rate = REQUESTS / (time.perf_counter() - start)
    after = buckets(port)
    return rate, times, {bound: after[bound] - before[bound] for bound in after}


def buckets(port: int) -> dict[str, int]:
    """Return the histogram of the server."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        return {bound: int(count) for bound, count in BUCKET.findall(answer.read().decode())}


def main() -> None:
    """Start a server, measure, print one table."""
    command = [sys.executable, "-m", "dsnparse", "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:  # noqa: S603 - our own
        port = re.search(r":([0-9]+)/", server.stderr.readline() if server.stderr else "")
        try:
            rate, times, counts = asyncio.run(measure(int(port[1]) if port else 0))
        finally:
            server.terminate()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    total = counts["+Inf"]
    share = {bound: count / total for bound, count in counts.items()}
    print(f"requests a second           {rate:8.0f} (asked for {RATE})")
    print(f"client, median and p99, ms  {times[len(times) // 2] * 1e3:8.1f} {times[len(times) * 99 // 100] * 1e3:8.1f}")
    print(f"in the server, p50 and p99  {quantile(share, 0.5):>8} {quantile(share, 0.99):>8} s at most")
    print(f"in the server, within 15 ms {share['0.015']:8.2%}")
    print(
        f"processor ms a request      {(used.ru_utime + used.ru_stime) * 1e3 / total:8.2f} (start and first use included)"
    )
    print(f"peak memory, MiB            {used.ru_maxrss / 1024:8.0f}")


def quantile(share: dict[str, float], wanted: float) -> str:
    """Return the bound that so many answers lie within."""
    return next(bound for bound, part in share.items() if part >= wanted)


if __name__ == "__main__":
    main()
