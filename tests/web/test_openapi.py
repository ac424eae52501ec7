import pytest

pytest.importorskip("schemathesis")
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case, SerializationContext

from dsnparse.web.app import application
from dsnparse.web.openapi import document
from dsnparse.web.settings import Settings

MEDIA_TYPES = ("message/rfc822", "message/global", "application/mbox", "application/zip", "text/plain")
APP = application(Settings(hosts=frozenset()))
API = schemathesis.openapi.from_asgi("/openapi.json", APP)


@schemathesis.serializer(*MEDIA_TYPES)
def as_bytes(_: SerializationContext, value: object) -> bytes:
    body = value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")
    # The document cannot say of bytes that there must be some, nor that they are no broken archive.
    return b"Subject: " + body


@API.parametrize()
@settings(max_examples=25, suppress_health_check=list(HealthCheck), derandomize=True)
def test_answers_are_as_described(case: Case) -> None:
    case.call_and_validate()


def test_every_route_is_described() -> None:
    routes = {route.path for route in APP.routes if route.path.startswith(("/v1", "/health"))}
    assert set(document()["paths"]) == routes
