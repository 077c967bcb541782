"""The API's documentation as a page: the schema, read into plain tables.

Server-rendered, so that it works without a script and with a screen reader. The usual viewers
do neither (docs/adr/0008).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """The type of a value: words, and the name of the shape they lead to, if any."""

    words: str
    shape: str = ""


@dataclass(frozen=True)
class Field:
    """A parameter of a request, or a property of an answer."""

    name: str
    kind: Kind
    description: str
    required: bool


@dataclass(frozen=True)
class Operation:
    """One address. `example` can be opened as it is; empty where the address needs a code."""

    id: str
    path: str
    summary: str
    description: str
    parameters: tuple[Field, ...]
    answer: Kind
    example: str


@dataclass(frozen=True)
class Shape:
    """One object of the answers, or a list of allowed values."""

    name: str
    description: str
    fields: tuple[Field, ...]
    values: tuple[str, ...]


@dataclass(frozen=True)
class Documentation:
    operations: tuple[Operation, ...]
    shapes: tuple[Shape, ...]


def read(schema: Schema) -> Documentation:
    """The documentation of an OpenAPI 3.1 schema whose operations are all GET."""
    operations = (_operation(path, verbs["get"]) for path, verbs in schema["paths"].items())
    shapes = schema["components"]["schemas"].items()
    return Documentation(tuple(operations), tuple(_shape(name, shape) for name, shape in shapes))


def _operation(path: str, told: Schema) -> Operation:
    content = told["responses"]["200"]["content"].values()
    return Operation(
        id=told["operationId"],
        path=path,
        summary=told.get("summary", ""),
        description=told.get("description", ""),
        parameters=tuple(_parameters(told)),
        answer=_kind(next(iter(content))["schema"]),
        example="" if "{" in path else path,
    )


def _parameters(told: Schema) -> Iterator[Field]:
    for one in told.get("parameters", []):
        kind = _kind(one.get("schema", {}))
        yield Field(one["name"], kind, one.get("description", ""), one.get("required", False))


def _shape(name: str, told: Schema) -> Shape:
    required = set(told.get("required", []))
    fields = (
        Field(key, _kind(one), one.get("description") or one.get("title", ""), key in required)
        for key, one in told.get("properties", {}).items()
    )
    values = tuple(str(value) for value in told.get("enum", []))
    return Shape(name, "" if values else told.get("description", ""), tuple(fields), values)


def _kind(told: Schema) -> Kind:
    """ "number (double) or null", "list of Point", "one of A, B" …"""
    for wrapper in ("allOf", "oneOf", "anyOf"):
        if wrapper in told:
            parts = [_kind(part) for part in told[wrapper]]
            shape = next((part.shape for part in parts if part.shape), "")
            return Kind(" or ".join(part.words for part in parts), shape)
    if "$ref" in told:
        name = told["$ref"].rpartition("/")[2]
        return Kind(name, name)
    if told.get("type") == "array":
        items = _kind(told.get("items", {}))
        return Kind(f"list of {items.words}", items.shape)
    return Kind(_plain(told))


def _plain(told: Schema) -> str:
    if "enum" in told:
        return "one of " + ", ".join(str(value) for value in told["enum"])
    types = told.get("type", "any")
    first, *others = [types] if isinstance(types, str) else types
    name = f"{first} ({told['format']})" if "format" in told else first
    return " or ".join([name, *others])
