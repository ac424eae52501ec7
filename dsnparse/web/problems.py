"""What goes wrong, told as RFC 9457 has it: application/problem+json; to people as a page."""

import logging
from http import HTTPStatus
from types import TracebackType
from typing import Final

from msgspec import json
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from dsnparse.errors import BusyError, DsnparseError
from dsnparse.pages.environment import render

FOR_PROGRAMS: Final = ("/v1/", "/openapi.json", "/health", "/metrics")
RETRY: Final = {"Retry-After": "1"}
log: Final = logging.getLogger("dsnparse.web")


def problem(status: int, detail: str, headers: dict[str, str] | None = None) -> HTTPException:
    """Return what to raise."""
    return HTTPException(status, detail, headers)


def busy(detail: str) -> HTTPException:
    """Return what to raise when there is too much to do."""
    return HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, detail, RETRY)


async def tell(request: Request, error: Exception) -> Response:
    """Answer with what went wrong."""
    if isinstance(error, HTTPException):
        return answer(request.url.path, error.status_code, error.detail, dict(error.headers or {}))
    if isinstance(error, DsnparseError):
        log.warning("%s %s: %s", request.method, request.scope["path"].encode("unicode_escape").decode(), error)
        detail = "the store is in use, try again" if isinstance(error, BusyError) else "the store cannot be read"
        return answer(request.url.path, HTTPStatus.SERVICE_UNAVAILABLE, detail, RETRY)
    log.error("internal error, please report it: %s%s", type(error).__name__, _place(error.__traceback__))
    return answer(request.url.path, HTTPStatus.INTERNAL_SERVER_ERROR, "this is our fault, please report it", {})


def answer(path: str, status: int, detail: str, headers: dict[str, str]) -> Response:
    """Return a problem for a program, or a page for a person."""
    title = HTTPStatus(status).phrase
    if path.startswith(FOR_PROGRAMS):
        body = json.encode({"type": "about:blank", "title": title, "status": status, "detail": detail})
        return Response(body, status, headers, "application/problem+json")
    page = render("error.html", {"status": status, "title": title, "detail": detail, "here": "", "has_store": False})
    return Response(page, status, headers, "text/html")


def _place(trace: TracebackType | None) -> str:
    """Return where an error was raised: its words may be those of a message, which do not belong into a log."""
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f" in {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
