"""The OpenAPI document, made of the Structs that are sent and of one table of operations."""

from functools import cache
from typing import Any, Final

import msgspec
from msgspec import Struct

import dsnparse
from dsnparse.explanation import Explanation
from dsnparse.report import Report
from dsnparse.web.queries import Page
from dsnparse.web.shapes import EventPage, Health, Problem, Reports, Standing

REF: Final = "#/components/schemas/{name}"
ANSWERS: Final = (Report, Reports, Explanation, EventPage, Standing, Health, Problem)
# OpenAPI 3.1 has no schema for bytes: any will do.
BYTES: Final[dict[str, Any]] = {"schema": {}}
RFC822: Final = {"message/rfc822": BYTES, "message/global": BYTES}
EXPLAIN_BODIES: Final = RFC822 | {"text/plain": BYTES}
PARSE_BODIES: Final = RFC822 | {"application/mbox": BYTES, "application/zip": BYTES}
PROBLEMS: Final = {
    400: "The body is empty or not whole",
    401: "A token is asked for",
    404: "Not known",
    408: "The body took too long",
    413: "The body is too long",
    415: "This media type is not taken",
    421: "The service has another name",
    422: "A parameter is wrong",
    503: "Too much to do, or the store cannot be read: try again",
}


@cache
def document() -> dict[str, Any]:
    """Return the document."""
    _, components = msgspec.json.schema_components(ANSWERS, ref_template=REF)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "dsnparse",
            "version": dsnparse.__version__,
            "summary": "Any bounced e-mail in, a correct, explained, actionable record out",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "security": [{}, {"bearer": []}],
        "paths": _paths(),
        "components": {"schemas": components, "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
    }


def _paths() -> dict[str, Any]:
    parse = _operation(
        "parse", "Read a message, or those of an mbox or an archive", (Report, Reports), (400, 408, 413, 415)
    )
    explain = _operation(
        "explain", "Explain a message, replies, or lines of a log", (Explanation,), (400, 408, 413, 415)
    )
    code = _operation("explainCode", "Explain a code or a vendor's marker", (Explanation,), (404,))
    events = _operation("events", "Page through the events of the store", (EventPage,), (404, 503))
    standing = _operation("suppression", "Tell whether an address may be mailed", (Standing,), (404, 503))
    return {
        "/v1/parse": {"post": parse | _body(PARSE_BODIES)},
        "/v1/explain": {"post": explain | _body(EXPLAIN_BODIES)},
        "/v1/explain/{code}": {"get": code | {"parameters": [_in_path("code", "5.7.1")]}},
        "/v1/events": {"get": events | {"parameters": _in_query(Page)}},
        "/v1/suppressions/{address}": {"get": standing | {"parameters": [_in_path("address", "ines@dest.example")]}},
        "/health": {"get": _operation("health", "Tell whether the service is there", (Health,), (503,))},
    }


def _operation(name: str, summary: str, answers: tuple[type[Struct], ...], problems: tuple[int, ...]) -> dict[str, Any]:
    refs = [_ref(answer) for answer in answers]
    schema = refs[0] if len(refs) == 1 else {"anyOf": refs}
    told: dict[str, Any] = {"200": {"description": "Done", "content": {"application/json": {"schema": schema}}}}
    for status in sorted({*problems, 401, 421, 422}):
        content = {"application/problem+json": {"schema": _ref(Problem)}}
        told[str(status)] = {"description": PROBLEMS[status], "content": content}
    return {"operationId": name, "summary": summary, "responses": told}


def _body(kinds: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": kinds}}


def _in_path(name: str, example: str) -> dict[str, Any]:
    schema = {"type": "string", "minLength": 1, "maxLength": 320}
    return {"name": name, "in": "path", "required": True, "schema": schema, "example": example}


def _in_query(kind: type[Struct]) -> list[dict[str, Any]]:
    properties = msgspec.json.schema(kind)["$defs"][kind.__name__]["properties"]
    return [{"name": name, "in": "query", "schema": schema} for name, schema in properties.items()]


def _ref(kind: type[Struct]) -> dict[str, str]:
    return {"$ref": REF.format(name=kind.__name__)}
