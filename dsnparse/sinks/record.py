"""Records of JSON: an input that could not be read, and a report with its empty fields."""

from msgspec import Struct, json

from dsnparse.report import Report


def unread(source: str, error: str) -> bytes:
    """Return the record of an input without a report."""
    return json.encode({"source": source, "error": error})


def all_fields(report: Report) -> bytes:
    """Return the record of a report with every field, empty or not."""
    return json.encode(filled(report))


def filled(value: object) -> object:
    """Return a Struct as a dict of all its fields, under their names in JSON."""
    if isinstance(value, Struct):
        names = zip(value.__struct_encode_fields__, value.__struct_fields__, strict=True)
        return {key: filled(getattr(value, name)) for key, name in names}
    if isinstance(value, tuple):
        return [filled(each) for each in value]
    if isinstance(value, dict):
        return {key: filled(each) for key, each in value.items()}
    return value
