"""What a query may ask: these Structs are the parameters in the OpenAPI document, too."""

from http import HTTPStatus
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct
from starlette.requests import Request

from dsnparse.web.problems import problem

Offset = Annotated[int, Meta(ge=0, le=(1 << 53) - 1, description="An offset, as `next` of the page before tells it")]
PageSize = Annotated[int, Meta(ge=1, le=500, description="The most that one page may hold")]
Address = Annotated[str, Meta(max_length=320, description="Only what is about this address")]
Q = TypeVar("Q", bound=Struct)


class Nothing(Struct, frozen=True, forbid_unknown_fields=True):
    """No parameters."""


class Page(Struct, frozen=True, forbid_unknown_fields=True):
    """A page of events."""

    after: Offset = 0
    limit: PageSize = 100
    address: Address = ""


class Browse(Struct, frozen=True, forbid_unknown_fields=True):
    """The same for people: the newest first."""

    before: Offset = (1 << 53) - 1
    address: Address = ""


def read_query(request: Request, kind: type[Q]) -> Q:
    """Return the query of a request."""
    given = request.query_params
    if len(given.multi_items()) > len(given):
        raise problem(HTTPStatus.UNPROCESSABLE_ENTITY, "query: a parameter is given twice")
    try:
        return msgspec.convert(dict(given), kind, strict=False)
    except msgspec.ValidationError as error:
        raise problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"query: {error}") from None
