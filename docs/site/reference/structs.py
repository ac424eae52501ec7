"""The JSON of a report and of an explanation, from their JSON Schema."""

from collections.abc import Iterator
from typing import Any

import dsnparse
from reference.text import code, table

Schema = dict[str, Any]
LEAVES = {"string": "text", "integer": "integer", "number": "number", "boolean": "true or false", "null": "null"}


def report() -> str:
    """Return the page about a report."""
    return _page(
        "Report", dsnparse.Report, "`dsnparse parse --format jsonl` prints one a line; `dsnparse schema` prints"
    )


def explanation() -> str:
    """Return the page about an explanation."""
    return _page(
        "Explanation",
        dsnparse.Explanation,
        "`dsnparse explain --json` prints one; `dsnparse schema explanation` prints",
    )


def _page(title: str, kind: type[dsnparse.Report | dsnparse.Explanation], told: str) -> str:
    schema = dsnparse.schema(kind)
    head = f"# {title}\n\n{told} the JSON Schema that this page is made from. A field that is empty is left out.\n\n"
    definitions: dict[str, Schema] = schema["$defs"]
    first = definitions.pop(kind.__name__)
    return head + "\n".join(_section(name, each) for name, each in [(kind.__name__, first), *definitions.items()])


def _section(name: str, schema: Schema) -> str:
    rows = ((code(field), _type(each), _default(each)) for field, each in schema["properties"].items())
    return f"## {name}\n\n{schema.get('description', '').replace('<', '&lt;')}\n\n{table(('field', 'is', 'default'), rows)}"


def _default(schema: Schema) -> str:
    default = schema.get("default")
    return "" if default in ("", None, (), {}) else code(str(default).lower())


def _type(schema: Schema) -> str:
    return " or ".join(_types(schema))


def _types(schema: Schema) -> Iterator[str]:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield f"[{name}](#{name.lower()})"
    elif "anyOf" in schema:
        for each in schema["anyOf"]:
            yield from _types(each)
    elif "enum" in schema:
        yield ", ".join(code(word) if word is not None else "null" for word in schema["enum"])
    elif schema.get("type") == "array":
        yield f"list of {_array(schema)}"
    elif schema.get("type") == "object":
        yield f"map to {_type(schema.get('additionalProperties') or {})}"
    else:
        yield LEAVES.get(schema.get("type", ""), "anything")


def _array(schema: Schema) -> str:
    if "prefixItems" in schema:
        return "pair of " + " and ".join(_type(each) for each in schema["prefixItems"])
    return _type(schema["items"]) if isinstance(schema.get("items"), dict) else "anything"
