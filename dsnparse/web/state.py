"""What the endpoints of one application share, and the work they put aside so that the others go on."""

from collections.abc import Callable
from typing import Final, TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request

from dsnparse.store import Store
from dsnparse.web.body import Room
from dsnparse.web.metrics import Metrics
from dsnparse.web.problems import problem
from dsnparse.web.settings import Settings

# A message so short is read at once, in a millisecond or two: a thread would cost more than it gives.
SHORT: Final = 64 << 10
WORKERS: Final = 4
T = TypeVar("T")


class State:
    """Settings, counters, memory, and workers."""

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        self.settings = settings
        self.metrics = metrics
        self.room = Room(settings)
        self.workers = CapacityLimiter(WORKERS)

    async def aside(self, work: Callable[[], T]) -> T:
        """Do something long in a thread."""
        return await to_thread.run_sync(work, limiter=self.workers)

    async def on(self, body: bytes, work: Callable[[], T]) -> T:
        """Do something with a body, in a thread if it is long."""
        return work() if len(body) <= SHORT else await self.aside(work)

    def store(self) -> Store:
        """Return the store; 404 for a service without one."""
        if self.settings.store is None:
            raise problem(404, "this service has no store")
        return self.settings.store


def state_of(request: Request) -> State:
    """Return the state of the application that a request came to."""
    state: State = request.app.state.ours
    return state
