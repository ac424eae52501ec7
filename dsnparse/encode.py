"""A Report or an Explanation as JSON, and the JSON Schema of each."""

from typing import Any

import msgspec

from dsnparse.explanation import Explanation
from dsnparse.report import Report

_encoder = msgspec.json.Encoder()


def to_json(report: Report | Explanation, *, all_fields: bool = False) -> bytes:
    """Return a report, or an explanation, as one line of JSON; empty fields are left out unless `all_fields`."""
    return _encoder.encode(everything(report) if all_fields else report)


def everything(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return Structs as dicts with every field, empty or not, under their JSON names."""
    if isinstance(value, msgspec.Struct):
        names = zip(value.__struct_fields__, value.__struct_encode_fields__, strict=True)
        return {encoded: everything(getattr(value, name)) for name, encoded in names}
    if isinstance(value, tuple | list):
        return [everything(item) for item in value]
    if isinstance(value, dict):
        return {key: everything(item) for key, item in value.items()}
    return value


def schema(of: type[Report | Explanation] = Report) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a report, or of an explanation."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(of)}
