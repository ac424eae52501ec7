"""The application: routes, and the guard around them."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from dsnparse.errors import DsnparseError
from dsnparse.web import api, views
from dsnparse.web.guard import Guard
from dsnparse.web.metrics import Metrics
from dsnparse.web.problems import tell
from dsnparse.web.settings import Settings
from dsnparse.web.state import State


def application(settings: Settings) -> Starlette:
    """Return the application."""
    counters = Metrics()
    app = Starlette(
        routes=[
            Route("/", views.start),
            Route("/explain", views.explained, methods=["POST"]),
            Route("/store", views.browse),
            Route("/store/report", views.report),
            Route("/static/style.css", views.style_sheet),
            Route("/static/page.js", views.script),
            Route("/v1/parse", api.parse, methods=["POST"]),
            Route("/v1/explain", api.explain, methods=["POST"]),
            Route("/v1/explain/{code}", api.explain_code),
            Route("/v1/events", api.events),
            Route("/v1/suppressions/{address}", api.suppression),
            Route("/health", api.health),
            Route("/metrics", api.metrics),
            Route("/openapi.json", api.openapi),
        ],
        middleware=[Middleware(Guard, settings=settings, metrics=counters)],
        exception_handlers={HTTPException: tell, DsnparseError: tell, Exception: tell},
    )
    app.state.ours = State(settings, counters)
    return app
