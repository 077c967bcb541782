"""From rows of a source to readings: which field is the time, the value, the zone, the series."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Self
from zoneinfo import ZoneInfo

from indicators.connectors.base import NotFinite, Row, SourceError, Window
from indicators.services.periods import BadTimeError, Period, period_of, read_instant

LONGEST_KEY = 250  # Series.key
LARGEST = 1e15  # beyond it a float skips whole numbers, and no page could write the figure
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL refuses them in texts
WHOLE_FEED = "*"  # key of a feed that has neither zone nor series


class MappingError(SourceError):
    """The feed's own definition is wrong."""

    code = "BAD_MAPPING"


class RowError(Exception):
    """A row that cannot be published: the field and the reason kept with it."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class OutsideWindowError(Exception):
    """The source answered a row that was not asked for."""


class Reading(NamedTuple):
    """A value of a series over [start, end). `value` is None where the source says null."""

    number: int
    key: str
    label: str
    zone: str | None
    start: datetime
    end: datetime
    value: float | None
    status: str


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
    series: tuple[str, ...]
    label: str | None
    status: str | None
    provisional: frozenset[str]

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
        "series": tuple(data.get("series", ())),
        "label": data.get("label"),
        "status": status.get("field"),
        "provisional": frozenset(map(str, status.get("provisional", ()))),
    }


class RowReader:
    """Reads the rows of one run. Times and keys repeat: each text is read once."""

    def __init__(self, mapping: FeedMapping, window: Window, zones: frozenset[str]) -> None:
        self.mapping = mapping
        self.window = window
        self.zones = zones
        self._times: dict[str, tuple[datetime, datetime, datetime] | str] = {}
        self._keys: dict[str, str] = {}

    def read(self, number: int, row: Row) -> Reading:
        """Raises RowError on a row to set aside, OutsideWindowError on one to drop."""
        mapping = self.mapping
        start, end = self._period(_field(row, mapping.time))
        value = _value(_field(row, mapping.value), mapping)
        zone = self._zone(row)
        return Reading(
            number=number,
            key=self._key(row, zone),
            label=self._label(row),
            zone=zone,
            start=start,
            end=end,
            value=value,
            status=self._status(row),
        )

    def _period(self, raw: object) -> tuple[datetime, datetime]:
        known = self._times.get(repr(raw))
        if known is None:
            known = self._times[repr(raw)] = self._read_time(raw)
        if isinstance(known, str):
            raise RowError(self.mapping.time, known)
        instant, start, end = known
        if not self.window.start <= instant < self.window.end:
            raise OutsideWindowError
        return start, end

    def _read_time(self, raw: object) -> tuple[datetime, datetime, datetime] | str:
        try:
            instant = read_instant(raw, self.mapping.timezone)
        except BadTimeError as error:
            return error.code
        return instant, *period_of(instant, self.mapping.period, self.mapping.timezone)

    def _zone(self, row: Row) -> str | None:
        if self.mapping.zone is None:
            return self.mapping.zone_code
        code = str(_field(row, self.mapping.zone)).strip()
        if code not in self.zones:
            raise RowError(self.mapping.zone, "UNKNOWN_ZONE")
        return code

    def _key(self, row: Row, zone: str | None) -> str:
        if not self.mapping.series:
            return zone if zone is not None else WHOLE_FEED
        values = [_field(row, name) for name in self.mapping.series]
        known = self._keys.get(repr(values))
        if known is None:
            known = self._keys[repr(values)] = self._write_key(values)
        return known

    def _write_key(self, values: list[object]) -> str:
        """A JSON list: null stays null, so nothing merges with it; 664.0 and 664 are one."""
        for name, value in zip(self.mapping.series, values, strict=True):
            if isinstance(value, NotFinite | list | dict) or UNSTORABLE.search(str(value)):
                raise RowError(name, "BAD_KEY")
        whole = [int(v) if isinstance(v, float) and v.is_integer() else v for v in values]
        key = json.dumps(whole, ensure_ascii=False)
        if len(key) > LONGEST_KEY:
            raise RowError(self.mapping.series[0], "BAD_KEY")
        return key

    def _label(self, row: Row) -> str:
        if self.mapping.label is None:
            return ""
        value = _field(row, self.mapping.label)
        return "" if value is None else UNSTORABLE.sub("�", str(value))[:LONGEST_KEY]

    def _status(self, row: Row) -> str:
        if self.mapping.status is None:
            return "FINAL"
        value = str(_field(row, self.mapping.status))
        return "PROVISIONAL" if value in self.mapping.provisional else "FINAL"


_ABSENT = object()


def _field(row: Row, name: str) -> object:
    value = row.get(name, _ABSENT)
    if value is _ABSENT:
        raise RowError(name, "MISSING_FIELD")
    return value


def _value(raw: object, mapping: FeedMapping) -> float | None:
    """Null stays unknown. Text is a number only where it can be read in one way."""
    if raw is None:
        return None
    if isinstance(raw, NotFinite):
        raise RowError(mapping.value, "NOT_FINITE")
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise RowError(mapping.value, "NOT_A_NUMBER")
    if isinstance(raw, str) and not NUMBER.fullmatch(raw):
        raise RowError(mapping.value, "NOT_A_NUMBER")
    try:
        number = float(raw) * mapping.scale
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise RowError(mapping.value, "NOT_FINITE")
    if abs(number) > LARGEST:
        raise RowError(mapping.value, "TOO_LARGE")
    return number


def storable(value: object) -> object:
    """A received value as it can be kept in a JSON column: no NUL, no endless text."""
    if isinstance(value, str):
        return UNSTORABLE.sub("�", value)[:1000]
    if isinstance(value, Mapping):
        return {str(storable(str(name))): storable(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [storable(one) for one in value]
    return value
