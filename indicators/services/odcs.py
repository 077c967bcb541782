"""A contract as an Open Data Contract Standard document (ODCS v3.1.0, Bitol), there and back.

What the standard has no place for is kept among its `customProperties`, under the same names as in
`contract.schema.json`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from indicators.models import DataContract

API_VERSION = "v3.1.0"
# Ours → the standard's logical type; a point is an object there, a time may be any of three.
LOGICAL = {"number": "number", "text": "string", "boolean": "boolean", "time": "timestamp",
           "point": "object", "any": "string"}  # fmt: skip
OURS = {"number": "number", "integer": "number", "string": "text", "boolean": "boolean",
        "timestamp": "time", "date": "time", "time": "time", "object": "point"}  # fmt: skip
CUSTOM = ("minimum", "maximum", "point", "envelope", "crs", "spike", "drop", "personal_data")
DURATIONS = {"d": "P{}D", "day": "P{}D", "days": "P{}D", "y": "P{}Y", "yr": "P{}Y",
             "years": "P{}Y", "h": "PT{}H", "hours": "PT{}H", "minutes": "PT{}M",
             "months": "P{}M"}  # fmt: skip
Document = Mapping[str, Any]


class NotOdcsError(ValueError):
    """The document is not a contract of that standard; the message names the place."""


def to_odcs(contract: DataContract) -> dict[str, Any]:
    """The version of a contract as an ODCS document, ready for YAML."""
    document, feed = contract.document, contract.feed
    found: dict[str, Any] = {
        "apiVersion": API_VERSION,
        "kind": "DataContract",
        "id": feed.code,
        "name": feed.indicator.name_fr,
        "version": f"{contract.version}.0.0",
        "status": "active" if feed.is_active else "retired",
        "schema": [
            {
                "name": feed.collection,
                "logicalType": "object",
                "properties": [
                    _property(name, one) for name, one in document.get("fields", {}).items()
                ],
            }
        ],
        "slaProperties": _sla(document),
        "customProperties": [
            {"property": name, "value": document[name]} for name in CUSTOM if name in document
        ],
    }
    if "owner" in document:
        found["team"] = {"name": document["owner"]}
    if "support" in document:
        found["support"] = [{"channel": document["support"]}]
    return {name: value for name, value in found.items() if value != []}


def from_odcs(document: object) -> dict[str, Any]:
    """Our contract out of an ODCS document. Raises NotOdcsError on another kind of document; what
    we have no place for is left out."""
    if not isinstance(document, Mapping) or document.get("kind") != "DataContract":
        raise NotOdcsError("kind: a DataContract is expected")
    if not str(document.get("apiVersion", "")).startswith("v3."):
        raise NotOdcsError(f"apiVersion: v3 is read, not {document.get('apiVersion')}")
    found: dict[str, Any] = {"fields": dict(_fields(document.get("schema")))}
    found |= _custom(document.get("customProperties"))
    found |= _from_sla(document.get("slaProperties"))
    if owner := _name(document.get("team")):
        found["owner"] = owner
    if channel := _channel(document.get("support")):
        found["support"] = channel
    return found


def _property(name: str, field: Document) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": name,
        "logicalType": LOGICAL[field["type"]],
        "required": field.get("required", True),
    }
    if "description" in field:
        found["description"] = field["description"]
    kept = {key: field[key] for key in ("unit", "constant") if key in field}
    if field["type"] in {"point", "any"}:
        kept["type"] = field["type"]
    if kept:
        found["customProperties"] = [
            {"property": key, "value": value} for key, value in kept.items()
        ]
    return found


def _sla(document: Document) -> list[dict[str, Any]]:
    found = []
    if "freshness_days" in document:
        found.append({"property": "latency", "value": document["freshness_days"], "unit": "d"})
    if "grain" in document:
        found.append({"property": "frequency", "value": document["grain"]})
    return found


def _fields(schema: object) -> list[tuple[str, dict[str, Any]]]:
    if not isinstance(schema, list) or len(schema) != 1:
        raise NotOdcsError("schema: one collection is expected")
    properties = schema[0].get("properties", []) if isinstance(schema[0], Mapping) else None
    if not isinstance(properties, list):
        raise NotOdcsError("schema/0/properties: a list is expected")
    return [_field(number, one) for number, one in enumerate(properties)]


def _field(number: int, told: object) -> tuple[str, dict[str, Any]]:
    place = f"schema/0/properties/{number}"
    if not isinstance(told, Mapping) or not told.get("name"):
        raise NotOdcsError(f"{place}: a property has a name")
    kept = _pairs(told.get("customProperties"))
    kind = kept.pop("type", None) or OURS.get(str(told.get("logicalType", "string")))
    if kind is None:
        raise NotOdcsError(f"{place}/logicalType: {told.get('logicalType')} is not read here")
    field: dict[str, Any] = {"type": kind}
    if not told.get("required", False):  # as the standard has it
        field["required"] = False
    if told.get("description"):
        field["description"] = str(told["description"])
    return str(told["name"]), field | {k: v for k, v in kept.items() if k in {"unit", "constant"}}


def _custom(told: object) -> dict[str, Any]:
    return {name: value for name, value in _pairs(told).items() if name in CUSTOM}


def _from_sla(told: object) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in told if isinstance(told, list) else []:
        if not isinstance(one, Mapping):
            raise NotOdcsError("slaProperties: a list of properties is expected")
        if one.get("property") == "latency" and one.get("unit") in {"d", "day", "days"}:
            found["freshness_days"] = one.get("value")
        if one.get("property") == "frequency":
            found["grain"] = _duration(one.get("value"), one.get("unit"))
    return found


def _duration(value: object, unit: object) -> str:
    """An ISO 8601 duration, where the standard has a number and its unit too: 1 d → P1D."""
    shape = DURATIONS.get(str(unit))
    return shape.format(value) if shape and str(value).isdigit() else str(value)


def _pairs(told: object) -> dict[str, Any]:
    """`customProperties`: a list of {property, value}."""
    entries = told if isinstance(told, list) else []
    return {
        str(one["property"]): one.get("value")
        for one in entries
        if isinstance(one, Mapping) and "property" in one
    }


def _name(team: object) -> str:
    return str(team.get("name", "")) if isinstance(team, Mapping) else ""


def _channel(support: object) -> str:
    first = support[0] if isinstance(support, list) and support else None
    if not isinstance(first, Mapping):
        return ""
    return str(first.get("channel") or first.get("url") or "")
