"""The pages: a bounce in and its explanation out, the store by page and by address, the report of the store."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

import dsnparse
from dsnparse.explain import explain_input
from dsnparse.pages.environment import render, style
from dsnparse.pages.highlight import anchor, sources
from dsnparse.pages.report import html, policy
from dsnparse.report import Kind
from dsnparse.resource import read
from dsnparse.sinks.records import moment
from dsnparse.store.search import events_before
from dsnparse.summary import Tally
from dsnparse.summary.events import add_store
from dsnparse.web.form import read_form
from dsnparse.web.queries import Browse, read_query
from dsnparse.web.settings import Settings
from dsnparse.web.shapes import Standing
from dsnparse.web.state import state_of

POLICY: Final = "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
TITLES: Final[dict[Kind, str]] = {
    "failure": "Mail was not delivered",
    "delay": "Mail is late",
    "success": "Mail was delivered",
    "feedback": "A complaint, or a report about authentication",
    "disposition": "A receipt of a reader",
    "auto_reply": "An automatic reply",
    "challenge": "A request to prove that you are a person",
    "list_request": "A wish to leave or join a list",
    "other": "No report about mail",
}
# Findings of one message, and events of one page, that are shown.
FINDINGS: Final = 25
EVENTS: Final = 50


async def start(request: Request) -> Response:
    """GET /: the form."""
    return _page(request, "start.html", {"here": "explain", "asked": ""})


async def explained(request: Request) -> Response:
    """POST /explain: what the form holds, explained."""
    ours = state_of(request)
    async with ours.room.body(request) as body:
        raw = await read_form(request, body)
        if not raw.strip():
            return RedirectResponse("/", 303)
        return _page(request, "explained.html", await ours.on(raw, partial(_explained, raw, ours.settings)))


async def browse(request: Request) -> Response:
    """GET /store: the events, the newest first; of one address also how it stands."""
    ours, query = state_of(request), read_query(request, Browse)
    store, address = ours.store(), query.address.strip()
    found = await ours.aside(lambda: events_before(store, query.before, EVENTS, address))
    standing = await ours.aside(lambda: Standing.of(store, address)) if address else None
    more = found[-1].offset if len(found) == EVENTS else 0
    values = {
        "here": "store",
        "events": found,
        "address": address,
        "standing": standing,
        "more": more,
        "moment": moment,
    }
    return _page(request, "store.html", values)


async def report(request: Request) -> Response:
    """GET /store/report: the report of all that the store holds."""
    ours = state_of(request)
    store = ours.store()

    def write() -> bytes:
        tally = Tally()
        add_store(tally, store)
        return html(tally.summary())

    headers = {"Content-Security-Policy": f"{policy()}; frame-ancestors 'none'"}
    return Response(await ours.aside(write), media_type="text/html", headers=headers)


async def style_sheet(_: Request) -> Response:
    """GET /static/style.css."""
    return Response(style().encode(), media_type="text/css", headers=_kept())


async def script(_: Request) -> Response:
    """GET /static/page.js."""
    return Response(read("web/static", "page.js"), media_type="text/javascript", headers=_kept())


def _kept() -> dict[str, str]:
    return {"Cache-Control": "max-age=300"}


def _explained(raw: bytes, settings: Settings) -> dict[str, Any]:
    explanation = explain_input(raw, limits=settings.limits, rules=settings.rules)
    recipients = dsnparse.parse(raw, limits=settings.limits, rules=settings.rules).recipients
    decoded = partial(dsnparse.part_text, raw, limits=settings.limits)
    shown = recipients[:FINDINGS] if explanation.asked == "message" else ()
    return {
        "here": "explain",
        "explanation": explanation,
        "title": TITLES[explanation.kind or "other"],
        "findings": explanation.findings[:FINDINGS],
        "sources": sources(shown, decoded),
        "anchor": anchor,
    }


def _page(request: Request, name: str, values: Mapping[str, object]) -> Response:
    has_store = state_of(request).settings.store is not None
    page = render(name, {**values, "has_store": has_store})
    return Response(page.encode(), media_type="text/html", headers={"Content-Security-Policy": POLICY})
