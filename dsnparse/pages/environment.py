"""The templates and the style sheet of all pages."""

from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from dsnparse import resource
from dsnparse.pages.visible import visible

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER: Final = "pages/templates"
STYLE: Final = "style.css"


def render(name: str, values: Mapping[str, object]) -> str:
    """Return a page."""
    return environment().get_template(name).render(values)


@cache
def environment() -> "Environment":
    """Return the templates, each compiled once."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined  # noqa: PLC0415 - 60 ms, and an extra

    made = Environment(
        loader=FunctionLoader(lambda name: resource.read(FOLDER, name).decode()),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finish,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["number"] = lambda count: f"{count:,}"
    return made


@cache
def style() -> Markup:
    """Return the style sheet, which is ours and no text of strangers."""
    return Markup(resource.read(FOLDER, STYLE).decode())  # noqa: S704 - a file of ours


@cache
def style_hash() -> str:
    """Return what a policy calls the style sheet where it stands in a page."""
    return f"'sha256-{b64encode(sha256(style().encode()).digest()).decode()}'"


def _finish(value: object) -> object:
    """Return a value of a template as it is to be escaped."""
    return value if isinstance(value, Markup) else visible(str(value))
