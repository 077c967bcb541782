"""From the rows of a source to readings by column, and the rows that are set aside."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from indicators.analysis.contract import point_of
from indicators.connectors.base import Batch, NotFinite, Row, Window
from indicators.services import columns
from indicators.services.areas import AreaBook, Drawn, NoShape
from indicators.services.columns import ABSENT
from indicators.services.conformity import Conformity, Fault
from indicators.services.mapping import LONGEST_KEY, UNSTORABLE, FeedMapping, RowError
from indicators.services.numbers import Numbers, numbers
from indicators.services.periods import BadTimeError, period_of, read_instant
from indicators.services.zones import ZoneBook

WHOLE_FEED = "*"  # key of a feed that has neither zone nor series
ROOM_FOR_A_ZONE = 100  # its code, in the key of a series
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # PostgreSQL counts its instants from there
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class SeriesKey:
    """What names a series of the feed, with its zone (a code, or none), how it is shown, and its
    group of people (a code; None: everyone)."""

    key: str
    zone: str | None
    label: str = ""
    group: str | None = None


@dataclass(frozen=True)
class Refused:
    """A row that cannot be published: the field and the reason kept with it."""

    number: int
    field: str
    reason: str
    row: Row


@dataclass(frozen=True)
class Readings:
    """Values of series over [start, end), one place a reading; instants in microseconds since
    EPOCH. `series`: the place of each among the keys of the reader; `value` is NaN where the
    source says null; `number` is that of the row within the run."""

    number: NDArray[np.int64]
    series: NDArray[np.int32]
    instant: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    value: NDArray[np.float64]
    provisional: NDArray[np.bool_]


@dataclass(frozen=True)
class Read:
    """What one batch gave: received = readings + refused + dropped. `refused` are the first
    `most` of the `refused_count`."""

    received: int
    readings: Readings
    refused: list[Refused]
    refused_count: int
    dropped: int


@dataclass(frozen=True)
class _Times:
    """Of each different time: its instant and period, or why it cannot be read."""

    instant: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    reason: NDArray[np.object_]


class BatchReader:
    """Reads the rows of one run. `keys` grows with the series met; with `areas`, one stands for
    what is said of one polygon, and `drawn` has its place in the book and what it is part of."""

    def __init__(
        self, mapping: FeedMapping, window: Window, zones: ZoneBook,
        conformity: Conformity | None = None, areas: AreaBook | None = None,
    ) -> None:  # fmt: skip
        self.mapping, self.zones, self._conformity = mapping, zones, conformity
        self.areas = areas
        self.keys: list[SeriesKey] = []
        self.drawn: list[tuple[int, str]] = []
        self._places: dict[str, int] = {}
        self._first, self._end = microseconds(window.start), microseconds(window.end)
        self._received = 0

    def read(self, batch: Batch, *, most: int) -> Read:
        """`most`: how many refused rows are wanted as received; all are counted. Raises DriftError
        on a batch that its contract does not know."""
        count = columns.size(batch)
        if self._conformity is not None:
            self._conformity.check(batch)
        times, codes = self._times(batch)
        told = times.reason[codes]
        outside = (told == "") & ~self._inside(times.instant[codes])
        figures = numbers(batch, self.mapping.value, self.mapping.scale)
        faults = [(self.mapping.time, told), (self.mapping.value, figures.reasons)]
        series, more = self._series(batch, count)
        if self._conformity is not None:
            faults += self._conformity.faults(batch, self.mapping.value, figures.values)
            dated = np.flatnonzero((told == "") & ~outside & (_first_of(more, count)[1] == ""))
            faults += self._grain(times.instant[codes], series, dated)
        field, reason = _first_of([*faults, *more], count)
        refused = (reason != "") & ~outside
        kept = ~refused & ~outside
        read = Read(
            received=count,
            readings=self._kept(kept, times, codes, figures, series, batch),
            refused=self._refused(batch, refused, field, reason, most),
            refused_count=int(refused.sum()),
            dropped=int(outside.sum()),
        )
        self._received += count
        return read

    def check_grain(self) -> None:
        """Once all is read. Raises DriftError where measures come more often, or less, than the
        contract says."""
        if self._conformity is not None:
            self._conformity.check_grain(self.mapping.time)

    @property
    def personal(self) -> dict[str, str]:
        """Fields that look personal though the contract says that none is: field → what they look
        like."""
        return self._conformity.personal if self._conformity is not None else {}

    def _grain(
        self, instants: NDArray[np.int64], series: NDArray[np.int32], dated: NDArray[np.intp]
    ) -> list[Fault]:
        """Rows off the grain, of those (`dated`) whose time and series are known."""
        assert self._conformity is not None
        self._conformity.see(series[dated], instants[dated])
        return [
            (name, _spread(told, dated, len(instants)))
            for name, told in self._conformity.off_grain(self.mapping.time, instants[dated])
        ]

    def _inside(self, instants: NDArray[np.int64]) -> NDArray[np.bool_]:
        return (instants >= self._first) & (instants < self._end)

    def _kept(
        self, kept: NDArray[np.bool_], times: _Times, codes: NDArray[np.int32],
        figures: Numbers, series: NDArray[np.int32], batch: Batch,
    ) -> Readings:  # fmt: skip
        places = np.flatnonzero(kept)
        when = codes[places]
        return Readings(
            number=places.astype(np.int64) + self._received + 1,
            series=series[places],
            # Of values that are not gathered there is one a period: two are a conflict.
            instant=(times.instant if self.mapping.gathering else times.start)[when],
            start=times.start[when],
            end=times.end[when],
            value=figures.values[places],
            provisional=self._provisional(batch)[places],
        )

    def _refused(
        self, batch: Batch, refused: NDArray[np.bool_], field: NDArray[np.object_],
        reason: NDArray[np.object_], most: int,
    ) -> list[Refused]:  # fmt: skip
        return [
            Refused(self._received + int(n) + 1, field[n], reason[n], columns.row(batch, int(n)))
            for n in np.flatnonzero(refused)[:most]
        ]

    def _times(self, batch: Batch) -> tuple[_Times, NDArray[np.int32]]:
        found = columns.column(batch, self.mapping.time)
        told = [self._time(value) for value in found.values]
        numbers_ = np.array([one[:3] for one in told], dtype=np.int64).reshape(-1, 3)
        reasons = np.array([one[3] for one in told], dtype=object)
        return _Times(numbers_[:, 0], numbers_[:, 1], numbers_[:, 2], reasons), found.codes

    def _time(self, raw: object) -> tuple[int, int, int, str]:
        if raw is ABSENT:
            return 0, 0, 0, "MISSING_FIELD"
        try:
            instant = read_instant(raw, self.mapping.timezone)
        except BadTimeError as error:
            return 0, 0, 0, error.code
        start, end = period_of(instant, self.mapping.period, self.mapping.timezone)
        return microseconds(instant), microseconds(start), microseconds(end), ""

    def _provisional(self, batch: Batch) -> NDArray[np.bool_]:
        if self.mapping.status is None:
            return np.zeros(columns.size(batch), dtype=np.bool_)
        found = columns.column(batch, self.mapping.status)
        told = [str(value) in self.mapping.provisional for value in found.values]
        return np.array(told, dtype=np.bool_)[found.codes]

    def _series(
        self, batch: Batch, count: int
    ) -> tuple[NDArray[np.int32], list[tuple[str, NDArray[np.object_]]]]:
        """The series of each row, and what is wrong with its zone, its key, its status, its label."""
        mapping = self.mapping
        names = dict.fromkeys([mapping.zone, *mapping.series, mapping.label, mapping.group_field])
        wanted = [name for name in names if name is not None]
        told_by = [self._column(batch, name) for name in wanted]
        codes, lists = columns.together(told_by, count)
        places, fields, reasons = [], [], []
        for values in lists:
            try:
                places.append(self._place(dict(zip(wanted, values, strict=True))))
                fields.append("")
                reasons.append("")
            except RowError as error:
                places.append(0)
                fields.append(error.field)
                reasons.append(error.reason)
        told = np.array(reasons, dtype=object)[codes]
        named = np.array(fields, dtype=object)[codes]
        faults = [(name, np.where(named == name, told, "")) for name in {*fields} - {""}]
        return np.array(places, dtype=np.int32)[codes], [*faults, *self._missing_status(batch)]

    def _column(self, batch: Batch, name: str) -> columns.Column:
        """With `areas`, a polygon is looked at as a whole batch, and a place stands for it."""
        found = columns.column(batch, name)
        is_drawn = self.areas is not None and name == self.mapping.zone
        return self.areas.learned(found) if self.areas is not None and is_drawn else found

    def _missing_status(self, batch: Batch) -> list[tuple[str, NDArray[np.object_]]]:
        name = self.mapping.status
        if name is None:
            return []
        found = columns.column(batch, name)
        if ABSENT not in found.values:
            return []
        told = ["MISSING_FIELD" if value is ABSENT else "" for value in found.values]
        return [(name, np.array(told, dtype=object)[found.codes])]

    def _place(self, values: dict[str, object]) -> int:
        if self.areas is not None and self.mapping.zone is not None:
            return self._place_of_polygon(self.mapping.zone, values)
        zone = self._zone(values)
        group = self._group(values)
        key = of_group(write_key(self.mapping, values, zone), self.mapping, group)
        return self._place_of(key, zone, self._label(values), group)

    def _place_of_polygon(self, name: str, values: dict[str, object]) -> int:
        polygon = values[name]
        if isinstance(polygon, NoShape):
            raise RowError(name, polygon.reason)
        assert isinstance(polygon, Drawn)
        group = write_key(self.mapping, values, None)
        if len(group) > LONGEST_KEY - ROOM_FOR_A_ZONE:
            raise RowError(self.mapping.series[0], "BAD_KEY")
        place = self._place_of(f"{polygon.place} {group}", None, self._label(values))
        if place == len(self.drawn):
            self.drawn.append((polygon.place, group))
        return place

    def _place_of(self, key: str, zone: str | None, label: str, group: str | None = None) -> int:
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = len(self.keys)
            self.keys.append(SeriesKey(key, zone, label, group))
        else:
            self.keys[place] = SeriesKey(key, zone, label, group)
        return place

    def _zone(self, values: dict[str, object]) -> str | None:
        if self.mapping.zone is None:
            return self.mapping.zone_code
        given = _given(values, self.mapping.zone)
        if self.mapping.zone_within is not None:
            return self._zone_at(self.mapping.zone, given)
        code = str(given).strip()
        if code not in self.zones.codes:
            raise RowError(self.mapping.zone, "UNKNOWN_ZONE")
        return code

    def _zone_at(self, name: str, point: object) -> str:
        found = point_of(point)
        if found is None:
            raise RowError(name, "BAD_POINT")
        code = self.zones.at(*found)
        if code is None:
            raise RowError(name, "NO_ZONE_THERE")
        return code

    def _group(self, values: dict[str, object]) -> str | None:
        told = self.mapping.group
        if told is None or told.field is None:
            return told.code if told else None
        return told.read(_given(values, told.field))

    def _label(self, values: dict[str, object]) -> str:
        if self.mapping.label is None:
            return ""
        value = _given(values, self.mapping.label)
        return "" if value is None else UNSTORABLE.sub("�", str(value))[:LONGEST_KEY]


def write_key(mapping: FeedMapping, values: dict[str, object], zone: str | None) -> str:
    """A JSON list of what names the series: null stays null, so nothing merges with it; 664.0 and
    664 are one. Raises RowError."""
    if not mapping.series:
        return zone if zone is not None else WHOLE_FEED
    parts = [_given(values, name) for name in mapping.series]
    for name, value in zip(mapping.series, parts, strict=True):
        if isinstance(value, NotFinite | list | dict) or UNSTORABLE.search(str(value)):
            raise RowError(name, "BAD_KEY")
    whole = [int(v) if isinstance(v, float) and v.is_integer() else v for v in parts]
    key = json.dumps(whole, ensure_ascii=False, default=str)
    if len(key) > LONGEST_KEY:
        raise RowError(mapping.series[0], "BAD_KEY")
    return key


def of_group(key: str, mapping: FeedMapping, group: str | None) -> str:
    """The key of a series of a group that a field names; every other key stays as it is. Raises
    RowError."""
    if mapping.group_field is None or group is None:
        return key
    if len(key) + len(group) + 2 > LONGEST_KEY:
        raise RowError(mapping.group_field, "BAD_KEY")
    return f"{key} @{group}"


def without_group(key: str, group: str | None) -> str:
    """What `write_key` gave."""
    return key if group is None else key.removesuffix(f" @{group}")


def microseconds(instant: datetime) -> int:
    """Since EPOCH."""
    return (instant - EPOCH) // MICROSECOND


def _given(values: dict[str, object], name: str) -> object:
    value = values[name]
    if value is ABSENT:
        raise RowError(name, "MISSING_FIELD")
    return value


def _spread(told: NDArray[np.object_], places: NDArray[np.intp], count: int) -> NDArray[np.object_]:
    """What is said of some rows, among all."""
    found = np.full(count, "", dtype=object)
    found[places] = told
    return found


def _first_of(
    faults: list[tuple[str, NDArray[np.object_]]], count: int
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Of each row, the first field at fault and the reason, "" where none is."""
    field, reason = np.full(count, "", dtype=object), np.full(count, "", dtype=object)
    for name, told in faults:
        here = (reason == "") & (told != "")
        field[here], reason[here] = name, told[here]
    return field, reason
