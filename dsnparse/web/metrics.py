"""Counters in the text format of Prometheus."""

from bisect import bisect_left
from collections import Counter
from itertools import accumulate
from typing import Final

# Seconds.
BOUNDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)


class Metrics:
    """What has happened since the start."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, int]] = Counter()
        self.messages: Counter[str] = Counter()
        self.buckets = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0
        self.running = 0

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Count an answer."""
        self.requests[route, status] += 1
        self.buckets[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds

    def text(self) -> str:
        """Return all of it."""
        lines = ["# TYPE dsnparse_requests_total counter"]
        lines += [
            f'dsnparse_requests_total{{route="{route}",status="{status}"}} {count}'
            for (route, status), count in sorted(self.requests.items())
        ]
        lines += ["# TYPE dsnparse_messages_total counter"]
        lines += [f'dsnparse_messages_total{{kind="{kind}"}} {count}' for kind, count in sorted(self.messages.items())]
        lines += ["# TYPE dsnparse_requests_running gauge", f"dsnparse_requests_running {self.running}"]
        lines += ["# TYPE dsnparse_request_seconds histogram"]
        sums = list(accumulate(self.buckets))
        bounds = (*map(str, BOUNDS), "+Inf")
        lines += [
            f'dsnparse_request_seconds_bucket{{le="{bound}"}} {count}'
            for bound, count in zip(bounds, sums, strict=True)
        ]
        lines += [f"dsnparse_request_seconds_sum {self.seconds:.6f}", f"dsnparse_request_seconds_count {sums[-1]}"]
        return "\n".join((*lines, ""))
