"""Bodies, read within bounds: of one, of all together, and of time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from starlette.requests import ClientDisconnect, Request

from dsnparse.web.problems import busy, problem
from dsnparse.web.settings import Settings


class Room:
    """The memory that all bodies share."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.taken = 0

    @asynccontextmanager
    async def body(self, request: Request) -> AsyncIterator[bytes]:
        """Hold the body of a request until it is answered."""
        _refuse_long(request.headers.get("content-length", ""), self.settings.max_body)
        chunks: list[bytes] = []
        try:
            async with asyncio.timeout(self.settings.seconds):
                await self._read(request, chunks)
            yield b"".join(chunks)
        except TimeoutError:
            raise problem(HTTPStatus.REQUEST_TIMEOUT, "the body took too long", {"Connection": "close"}) from None
        except ClientDisconnect:
            raise problem(HTTPStatus.BAD_REQUEST, "the body is not whole") from None
        finally:
            self.taken -= sum(map(len, chunks))

    async def _read(self, request: Request, chunks: list[bytes]) -> None:
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
            self.taken += len(chunk)
            chunks.append(chunk)
            _refuse_long(str(size), self.settings.max_body)
            if self.taken > self.settings.max_bytes:
                detail = "too much is being read at once"
                raise busy(detail)


def _refuse_long(length: str, most: int) -> None:
    if length.isascii() and length.isdigit() and (len(length) > 18 or int(length) > most):  # noqa: PLR2004 - longer than any int of 64 bits
        raise problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a body has at most {most} bytes", {"Connection": "close"})
