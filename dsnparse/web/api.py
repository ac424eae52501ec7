"""The API: messages in, reports and explanations out, and what the store knows."""

from collections.abc import Set as AbstractSet
from http import HTTPStatus
from typing import Final

from msgspec import json
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

import dsnparse
from dsnparse.errors import SourceError
from dsnparse.report import Report
from dsnparse.store.search import events_after
from dsnparse.web.many import read_many
from dsnparse.web.openapi import document
from dsnparse.web.problems import problem
from dsnparse.web.queries import Nothing, Page, read_query
from dsnparse.web.settings import Settings
from dsnparse.web.shapes import EventPage, Health, Reports, Standing
from dsnparse.web.state import State, state_of

MESSAGE: Final = frozenset(("message/rfc822", "message/global"))
# By what it holds, whatever it is called: an mbox, an archive, compressed or not.
MANY: Final = frozenset(("application/mbox", "application/zip"))
TEXT: Final = "text/plain"
JSON: Final = "application/json"


async def parse(request: Request) -> Response:
    """POST /v1/parse: a message to its report, an mbox or an archive to its reports."""
    read_query(request, Nothing)
    ours, kind = state_of(request), _media_type(request)
    if kind not in MESSAGE | MANY:
        raise _unsupported(MESSAGE | MANY)
    async with ours.room.body(request) as body:
        _refuse_empty(body)
        if kind in MANY:
            return _json(await ours.aside(lambda: json.encode(_reports(ours, body))))
        report = await ours.on(body, lambda: _report(body, ours.settings))
        ours.metrics.messages[report.kind] += 1
        return _json(dsnparse.to_json(report))


async def explain(request: Request) -> Response:
    """POST /v1/explain: a message, or replies, lines of logs and codes as text, to what happened, why, and what helps."""
    read_query(request, Nothing)
    ours, kind = state_of(request), _media_type(request)
    if kind not in {*MESSAGE, TEXT}:
        raise _unsupported({*MESSAGE, TEXT})
    async with ours.room.body(request) as body:
        _refuse_empty(body)
        return _json(await ours.on(body, lambda: json.encode(_explained(body, kind, ours.settings))))


async def explain_code(request: Request) -> Response:
    """GET /v1/explain/{code}: what a code or a vendor's marker means."""
    read_query(request, Nothing)
    found = dsnparse.explain(request.path_params["code"], rules=state_of(request).settings.rules)
    if not found.findings:
        raise problem(HTTPStatus.NOT_FOUND, "nobody knows this code")
    return _json(json.encode(found))


async def events(request: Request) -> Response:
    """GET /v1/events: a page of the store's events, the oldest first."""
    query, ours = read_query(request, Page), state_of(request)
    store = ours.store()
    found = await ours.aside(lambda: events_after(store, query.after, query.limit, query.address))
    more = found[-1].offset if len(found) == query.limit else None
    return _json(json.encode(EventPage(tuple(found), more)))


async def suppression(request: Request) -> Response:
    """GET /v1/suppressions/{address}: whether an address may be mailed, and what has happened to it."""
    read_query(request, Nothing)
    ours, address = state_of(request), request.path_params["address"]
    store = ours.store()
    return _json(await ours.aside(lambda: json.encode(Standing.of(store, address))))


async def health(request: Request) -> Response:
    """GET /health: that we are there, and the store as well."""
    ours = state_of(request)
    if store := ours.settings.store:
        await ours.aside(lambda: store.confirmed(""))
    return _json(json.encode(Health("ok", dsnparse.__version__)))


async def metrics(request: Request) -> Response:
    """GET /metrics: counters for Prometheus."""
    return PlainTextResponse(state_of(request).metrics.text(), media_type="text/plain; version=0.0.4")


async def openapi(_: Request) -> Response:
    """GET /openapi.json: the description of all this."""
    return _json(json.encode(document()))


def _json(body: bytes) -> Response:
    return Response(body, media_type=JSON)


def _report(raw: bytes, settings: Settings) -> Report:
    return dsnparse.parse(raw, limits=settings.limits, rules=settings.rules)


def _explained(body: bytes, kind: str, settings: Settings) -> dsnparse.Explanation:
    asked = body.decode("utf-8", "replace") if kind == TEXT else body
    return dsnparse.explain(asked, limits=settings.limits, rules=settings.rules)


def _reports(ours: State, body: bytes) -> Reports:
    try:
        return read_many(body, ours.settings, ours.metrics)
    except SourceError as error:
        raise problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _unsupported(kinds: AbstractSet[str]) -> Exception:
    types = sorted(kinds)
    return problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"send {', '.join(types)}", {"Accept-Post": ", ".join(types)})


def _refuse_empty(body: bytes) -> None:
    if not body:
        raise problem(HTTPStatus.BAD_REQUEST, "the body is empty")
