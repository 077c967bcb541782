"""From rows of a source to readings: which field is the time, the value, the zone, the series."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Self
from zoneinfo import ZoneInfo

from indicators.connectors.base import SourceError
from indicators.services.periods import Period

LONGEST_KEY = 250  # Series.key
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL refuses them in texts


class MappingError(SourceError):
    """The feed's own definition is wrong."""

    code = "BAD_MAPPING"


class RowError(Exception):
    """A row that cannot be published: the field and the reason kept with it."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


@dataclass(frozen=True)
class Gathering:
    """One value a period out of measures every `grain_s` seconds: their SUM, MEAN, MIN, MAX or
    LAST, where at least `minimum` (0 to 1) of the period was measured."""

    how: str
    grain_s: float
    minimum: float


MEASURES = ("TOTAL", "MEAN", "PEOPLE", "SHARE")


@dataclass(frozen=True)
class Spreading:
    """How the polygon of a row is shared among the zones of a kind. TOTAL: a part of the value;
    MEAN: its mean over the zone; PEOPLE: the value times the inhabitants inside the polygon; SHARE:
    the same, divided by those of the zone. `minimum` (0 to 1): how much of a zone must be covered;
    `crs`: the EPSG code of coordinates that are not degrees."""

    kind: str
    measure: str
    by_inhabitants: bool
    minimum: float
    crs: int | None

    @property
    def counts_people(self) -> bool:
        return self.measure in ("PEOPLE", "SHARE")


@dataclass(frozen=True)
class Grouping:
    """Of which group of people a row speaks: all rows of one (`code`), or as a field says it.
    `codes`: what the source writes → the group; `everyone`: what it writes where it is none."""

    code: str | None
    field: str | None
    codes: Mapping[str, str]
    everyone: tuple[str, ...]

    def read(self, raw: object) -> str | None:
        """The code of the group, None for everyone. Raises RowError."""
        told = str(raw).strip()
        if told in self.everyone:
            return None
        if self.field is not None and told not in self.codes:
            raise RowError(self.field, "UNKNOWN_GROUP")
        return self.codes[told]

    def written(self, code: str | None) -> str:
        """What the source writes for a group, or for everyone."""
        if code is None:
            return self.everyone[0] if self.everyone else ""
        return next(told for told, group in self.codes.items() if group == code)


@dataclass(frozen=True)
class FeedMapping:
    """`Feed.mapping`, whose shape `sources.schema.json` defines."""

    time: str
    timezone: ZoneInfo
    period: Period
    value: str
    scale: float
    zone: str | None
    zone_code: str | None
    zone_within: str | None
    series: tuple[str, ...]
    label: str | None
    status: str | None
    provisional: frozenset[str]
    gathering: Gathering | None
    spreading: Spreading | None
    group: Grouping | None = None

    @property
    def group_field(self) -> str | None:
        return self.group.field if self.group else None

    @property
    def fields(self) -> frozenset[str]:
        """Those that it reads."""
        told = (self.time, self.value, self.zone, *self.series, self.label, self.status,
                self.group_field)  # fmt: skip
        return frozenset(name for name in told if name is not None)

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> Self:
        """Raises MappingError if the mapping is not what the schema says."""
        try:
            return cls(**_parts(data))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise MappingError(f"{type(error).__name__}: {error}") from error


def _parts(data: Mapping[str, Any]) -> dict[str, Any]:
    time, value, zone, status = (data.get(name, {}) for name in ("time", "value", "zone", "status"))
    return {
        "time": time["field"],
        "timezone": ZoneInfo(time["timezone"]),
        "period": Period(time["period"]),
        "value": value["field"],
        "scale": float(value.get("scale", 1)),
        "zone": zone.get("field"),
        "zone_code": zone.get("code"),
        "zone_within": zone.get("within"),
        "series": tuple(data.get("series", ())),
        "label": data.get("label"),
        "status": status.get("field"),
        "provisional": frozenset(map(str, status.get("provisional", ()))),
        "gathering": _gathering(data.get("gather")),
        "spreading": _spreading(zone.get("by_area"), data),
        "group": _grouping(data),
    }


def _grouping(data: Mapping[str, Any]) -> Grouping | None:
    told = data.get("group")
    if told is None:
        return None
    if "by_area" in data.get("zone", {}):
        raise ValueError("values by area are of everyone")
    if "code" in told:
        return Grouping(told["code"], None, {}, ())
    return Grouping(None, told["field"], dict(told["codes"]), tuple(told.get("everyone", ())))


def _gathering(data: Mapping[str, Any] | None) -> Gathering | None:
    if data is None:
        return None
    return Gathering(data["how"], 60.0 * data["every_minutes"], float(data.get("minimum", 0.75)))


def _spreading(told: Mapping[str, Any] | None, data: Mapping[str, Any]) -> Spreading | None:
    if told is None:
        return None
    if "gather" in data:
        raise ValueError("values by area are not gathered in time too")
    if told["measure"] not in MEASURES:
        raise ValueError(f"measure {told['measure']}")
    counts_people = told["measure"] in ("PEOPLE", "SHARE")
    return Spreading(
        kind=told["kind"],
        measure=told["measure"],
        by_inhabitants=counts_people or told.get("weight") == "INHABITANTS",
        minimum=0.0 if counts_people else float(told.get("minimum", 0.75)),
        crs=told.get("crs"),
    )


DEEPEST, MOST_PARTS = 12, 100


def storable(value: object, depth: int = 0) -> object:
    """A received value as it can be kept in a JSON column: no NUL, no endless text, list or
    nesting."""
    if isinstance(value, str):
        return UNSTORABLE.sub("�", value)[:1000]
    if isinstance(value, Mapping | list | tuple):
        return _parts_of(value, depth) if depth < DEEPEST else "…"
    if isinstance(value, bytes):
        return value[:500].hex()
    if value is None or isinstance(value, bool | int) or _is_finite(value):
        return value
    return storable(str(value))  # a date, a decimal, NaN


def _parts_of(value: Mapping[object, object] | Sequence[object], depth: int) -> object:
    if isinstance(value, Mapping):
        first = islice(value.items(), MOST_PARTS)
        return {str(storable(str(name))): storable(one, depth + 1) for name, one in first}
    return [storable(one, depth + 1) for one in value[:MOST_PARTS]]


def _is_finite(value: object) -> bool:
    return isinstance(value, float) and math.isfinite(value)
