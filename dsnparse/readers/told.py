"""What an event in JSON tells, of whatever service, and where in the JSON its values stand."""

import re
from collections.abc import Iterable
from typing import Any, Final

from msgspec import DecodeError, Raw, defstruct, field, json

from dsnparse.limits import DIAGNOSTIC
from dsnparse.readers.readings import StatusReading
from dsnparse.report import Feedback, Found, Kind, Original, Reading
from dsnparse.wire.clean import clean
from dsnparse.wire.entity import View

SCALAR: Final = re.compile(rb"[\"0-9-]")
LONGEST: Final = 256 << 10
NOTHING: Final = Raw()


class Told:
    """The fates of recipients, or who complained, or which `kind` of mail came; and of which message that was."""

    def __init__(self, original: Original, vendor: str = "") -> None:
        self.original = original
        self.vendor = vendor
        self.status = StatusReading()
        self.complaint: tuple[Feedback, list[Found]] | None = None
        self.kind: Kind | None = None
        self.date = ""


class Picker:
    """Some members of a JSON object by their names, each as it is spelt; all others are read over and take no memory."""

    def __init__(self, names: Iterable[str]) -> None:
        self.fields = {f"member_{number}": name for number, name in enumerate(sorted(set(names)))}
        self.type: Any = defstruct(
            "Picked", [(key, Raw, field(name=name, default=NOTHING)) for key, name in self.fields.items()]
        )

    def pick(self, data: bytes) -> dict[str, bytes]:
        """Return the members that are there; none where the text is no object."""
        try:
            found = json.decode(data, type=self.type)
        except (DecodeError, RecursionError):
            return {}
        raws = ((name, getattr(found, key)) for key, name in self.fields.items())
        return {name: bytes(raw) for name, raw in raws if raw is not NOTHING}


def text_of(raw: bytes) -> str:
    """Return a JSON string or number as text; nothing for what is neither, or too long to be a value of an event."""
    if not SCALAR.match(raw) or len(raw) > LONGEST:
        return ""
    try:
        return str(json.decode(raw))
    except (DecodeError, ValueError):
        return ""


class Finder:
    """Values with their place in the text."""

    def __init__(self, view: View) -> None:
        self.view = view

    def found(self, value: str, spelt: str = "") -> Found:
        """Return a value with the first place of its words one after another, else with the whole text."""
        view = self.view
        words = (spelt or value).encode("utf-8").split()
        first = at = view.data.find(words[0], view.start, view.end) if words else -1
        for word in words:
            at = view.data.find(word, at, view.end)
            if at < 0:
                return Found(value, "status", view.start, view.end, view.part)
            at += len(word)
        return Found(value, "status", first, at, view.part)

    def at_key(self, key: str, spelt: bytes, value: str) -> Found:
        """Return a value with the place where a member named `key` is spelt so; else with that of its words."""
        pattern = re.compile(rb'"' + re.escape(key.encode()) + rb'"\s*:\s*(' + re.escape(spelt) + rb")")
        if spelt and (match := pattern.search(self.view.data, self.view.start, self.view.end)):
            quote = spelt.startswith(b'"')
            return Found(value, "status", match.start(1) + quote, match.end(1) - quote, self.view.part)
        return self.found(value)

    def tell(self, reading: Reading, key: str, value: str, spelt: str = "") -> None:
        """Add a value that is not empty."""
        if value := clean(value, DIAGNOSTIC):
            reading[key] = self.found(value, spelt)
