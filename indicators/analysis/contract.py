"""What a data contract says, and what it finds in a batch of values. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from indicators.analysis.units import LONGEST_UNIT, NO_PLAIN_UNIT, NO_UNIT, SAME, parsed

FRANCE_IN_METRES = ((-400_000, 1_400_000), (5_900_000, 7_300_000))  # Lambert-93, easting, northing


@dataclass(frozen=True)
class Field:
    """A field of the contract: its type, whether every answer holds it, its unit, and the only
    value that it may have (None: any)."""

    type: str
    required: bool = True
    unit: str = ""
    constant: str | float | None = None


@dataclass(frozen=True)
class Contract:
    """See `contract.schema.json`. None: not agreed on, and not checked."""

    fields: Mapping[str, Field] = field(default_factory=dict)
    minimum: float | None = None
    maximum: float | None = None
    point: str | None = None
    envelope: tuple[float, float, float, float] | None = None
    spike: float | None = None
    drop: float | None = None

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """From a document that its schema has accepted."""
        fields = {
            name: Field(
                one["type"], one.get("required", True), one.get("unit", ""), one.get("constant")
            )
            for name, one in document.get("fields", {}).items()
        }
        envelope = document.get("envelope")
        return cls(
            fields=fields,
            minimum=document.get("minimum"),
            maximum=document.get("maximum"),
            point=document.get("point"),
            envelope=tuple(envelope) if envelope else None,
            spike=document.get("spike"),
            drop=document.get("drop"),
        )


@dataclass(frozen=True)
class Drift:
    """The answer is no longer what was agreed on: the field, and how. `code`: FIELD_MISSING,
    FIELD_RETYPED, FIELD_CHANGED."""

    field: str
    code: str
    found: str
    agreed: str

    def __str__(self) -> str:
        return f"{self.field}: {self.found} instead of {self.agreed}"


def same_unit(one: str, other: str) -> bool:
    """True where both are the same measure at the same scale: µg/m3, ug.m-3. What is too long or
    too involved to be a unit is not read: it comes from outside."""
    if one == other:
        return True
    if any(len(text) > LONGEST_UNIT or NO_PLAIN_UNIT.search(text) for text in (one, other)):
        return False
    try:
        ratio = (1 * parsed(one)).to(parsed(other)).magnitude
    except NO_UNIT:
        return False
    return bool(abs(ratio - 1) < SAME)


def drift_of(name: str, agreed: Field, different: Sequence[object], absent: object) -> Drift | None:
    """What is wrong with a field, from the different values that a batch has of it; `absent` stands
    where a row lacks it."""
    there = [value for value in different if value is not absent and value is not None]
    if agreed.required and not there and any(value is absent for value in different):
        return Drift(name, "FIELD_MISSING", "nothing", agreed.type)
    wrong = [value for value in there if not _is_a(agreed.type, value)]
    if there and len(wrong) * 2 > len(there):
        return Drift(name, "FIELD_RETYPED", _shown(wrong[0]), agreed.type)
    if agreed.constant is not None:
        other = [value for value in there if not _is_constant(agreed.constant, value)]
        if other:
            return Drift(name, "FIELD_CHANGED", _shown(other[0]), str(agreed.constant))
    return None


def _is_a(kind: str, value: object) -> bool:
    """A number may be written as text, a time in many ways: what can be read is not a drift."""
    if kind == "number":
        is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
        return is_number or _is_number(value)
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "point":
        return isinstance(value, list | tuple) and len(value) >= 2
    if kind == "time":
        return not isinstance(value, bool | float | list | dict)
    return True if kind == "any" else isinstance(value, str | int | float | Decimal)


def _is_number(value: object) -> bool:
    try:
        float(str(value))
    except ValueError:
        return False
    return isinstance(value, str)


def _is_constant(agreed: str | float, value: object) -> bool:
    return value == agreed or (
        isinstance(agreed, str) and isinstance(value, str) and same_unit(agreed, value)
    )


def _shown(value: object) -> str:
    return repr(value)[:80]


def implausible(contract: Contract, values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which values are outside the range agreed on; NaN is unknown, and plausible."""
    low = -np.inf if contract.minimum is None else contract.minimum
    high = np.inf if contract.maximum is None else contract.maximum
    with np.errstate(invalid="ignore"):
        found: NDArray[np.bool_] = (values < low) | (values > high)
    return found


def point_of(value: object) -> tuple[float, float] | None:
    """Longitude and latitude out of a list of at least two numbers; None: it is no point."""
    if not isinstance(value, list | tuple) or len(value) < 2:
        return None
    try:
        return float(value[0]), float(value[1])
    except (TypeError, ValueError, OverflowError):
        return None


def misplaced(point: object, envelope: Sequence[float]) -> str:
    """Empty for a longitude and latitude within (west, south, east, north); else why not:
    OUTSIDE_TERRITORY, LOOKS_SWAPPED, LOOKS_PROJECTED, BAD_POINT."""
    found = point_of(point)
    if found is None:
        return "BAD_POINT"
    x, y = found
    west, south, east, north = envelope
    if west <= x <= east and south <= y <= north:
        return ""
    if west <= y <= east and south <= x <= north:
        return "LOOKS_SWAPPED"
    (left, right), (bottom, top) = FRANCE_IN_METRES
    is_projected = left <= x <= right and bottom <= y <= top
    return "LOOKS_PROJECTED" if is_projected else "OUTSIDE_TERRITORY"
