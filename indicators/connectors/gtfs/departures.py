"""Departures of each stop by service: from the stop times of trips, and how often trips run."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from indicators.connectors.base import TooBigError
from indicators.connectors.gtfs.tables import Archive

TIME = re.compile(r"\s*(\d{1,3}):([0-5]\d):([0-5]\d)\s*", re.ASCII)  # 25:10:00 is past midnight
SLOT_S = 1800  # half an hour: every boundary of a day, in every time zone, falls between two
MOST_DEPARTURES = 10_000_000  # of trips that repeat; they are held in memory
NO_PICKUP = "1"
UNKNOWN = -1
Numbers = NDArray[np.int32]  # millions of them are held at once


@dataclass(frozen=True)
class Counts:
    """`number[i]` departures of the stop `stop[i]` in the slot `slot[i]` of a day on which the
    service `service[i]` runs; the places are those in `stops` and `services`."""

    stops: list[str]
    services: list[str]
    stop: Numbers
    service: Numbers
    slot: Numbers
    number: Numbers


@dataclass(frozen=True)
class _Passages:
    """Where a trip may be boarded, and when, in seconds of its service day. `first`: when the trip
    leaves its first stop."""

    trip: Numbers
    stop: Numbers
    seconds: Numbers
    first: Numbers

    def take(self, places: NDArray[np.signedinteger[Any]]) -> "_Passages":
        return _Passages(
            self.trip[places], self.stop[places], self.seconds[places], self.first[places]
        )


def departures(archive: Archive, *, by_slot: bool) -> Counts:
    """All departures, counted. The last stop of a trip is none, nor is one where nobody may board.
    Raises WrongShapeError, TooBigError."""
    table = archive.table(
        "stop_times.txt",
        ("trip_id", "stop_id", "stop_sequence", "departure_time"),
        optional=("pickup_type",),
    )
    trips, trip = _words(table, "trip_id")
    stops, stop = _words(table, "stop_id")
    service_of, services = _services(archive, trips)
    passages = _passages(archive, table, trip, stop)
    del table
    running = passages.take(np.flatnonzero(service_of[passages.trip] != UNKNOWN))
    if not len(running.trip):
        raise archive.fault("stop_times.txt", "no departure of a trip of trips.txt")
    whole = _repeated(archive, running, {name: n for n, name in enumerate(trips)})
    return _counted(whole, service_of[whole.trip], stops, services, by_slot=by_slot)


def _counted(
    passages: _Passages, service: Numbers, stops: list[str], services: list[str], *, by_slot: bool
) -> Counts:
    slot = passages.seconds // SLOT_S if by_slot else np.zeros(len(service), dtype=np.int32)
    longest = int(slot.max()) + 1
    keys = passages.stop.astype(np.int64) * len(services) + service
    different, number = np.unique(keys * longest + slot, return_counts=True)
    pairs, slots = np.divmod(different, longest)
    used, places = np.unique(pairs // len(services), return_inverse=True)
    columns = (places, pairs % len(services), slots, number)
    return Counts([stops[n] for n in used], services, *(one.astype(np.int32) for one in columns))


def _services(archive: Archive, trips: list[str]) -> tuple[Numbers, list[str]]:
    """Of each trip the place of its service in the list, UNKNOWN where trips.txt has it not."""
    table = archive.table("trips.txt", ("trip_id", "service_id"))
    services, codes = _words(table, "service_id")
    named = dict(zip(table.column("trip_id").to_pylist(), codes.tolist(), strict=True))
    return np.array([named.get(one, UNKNOWN) for one in trips], dtype=np.int32), services


def _passages(archive: Archive, table: pa.Table, trip: Numbers, stop: Numbers) -> _Passages:
    """In the order of each trip; a time that is not given is that of the stop before it."""
    sequence = _whole_numbers(archive, "stop_times.txt", table, "stop_sequence")
    texts, codes = _words(table, "departure_time")
    told = np.array([*(_seconds(archive, one) for one in texts), UNKNOWN], dtype=np.int32)
    order = np.lexsort((sequence, trip))
    trip, stop, seconds = trip[order], stop[order], told[codes][order]
    starts, ends = np.ones(len(trip), dtype=np.bool_), np.ones(len(trip), dtype=np.bool_)
    starts[1:] = trip[1:] != trip[:-1]
    ends[:-1] = starts[1:]
    latest = np.maximum.accumulate(np.where((seconds != UNKNOWN) | starts, np.arange(len(trip)), 0))
    seconds = seconds[latest]
    first = seconds[np.maximum.accumulate(np.where(starts, np.arange(len(trip)), 0))]
    types, kind = _words(table, "pickup_type")
    closed = np.array([*(one == NO_PICKUP for one in types), False], dtype=np.bool_)[kind][order]
    # a trip without a time, or a stop without a name, is a service on demand
    kept = ~ends & ~closed & (seconds != UNKNOWN) & (stop != UNKNOWN) & (trip != UNKNOWN)
    return _Passages(trip, stop, seconds, first).take(np.flatnonzero(kept))


def _repeated(archive: Archive, passages: _Passages, trips: dict[str, int]) -> _Passages:
    """Trips of `frequencies.txt` are models: each leaves again and again, `headway_secs` apart."""
    name = "frequencies.txt"
    columns = ("trip_id", "start_time", "end_time", "headway_secs")
    table = archive.table(name, columns)
    headways = _whole_numbers(archive, name, table, "headway_secs")
    models = {trips[one] for one in table.column("trip_id").to_pylist() if one in trips}
    parts = [passages.take(np.flatnonzero(~np.isin(passages.trip, list(models))))]
    left = MOST_DEPARTURES
    for row, headway in zip(table.to_pylist(), headways.tolist(), strict=True):
        if row["trip_id"] not in trips:
            continue
        start, end = (_seconds(archive, row[one] or "", name) for one in columns[1:3])
        if headway <= 0:
            raise archive.fault(name, f"headway_secs {headway}")
        model = passages.take(np.flatnonzero(passages.trip == trips[row["trip_id"]]))
        leaving = range(start, end, headway)
        left -= len(leaving) * len(model.trip)
        if left < 0:
            raise TooBigError(f"{archive.url}: {name}: over {MOST_DEPARTURES} departures")
        parts.append(_leaving(model, np.array(leaving, dtype=np.int32)))
    return _Passages(*(
        np.concatenate([getattr(part, one) for part in parts])
        for one in ("trip", "stop", "seconds", "first")
    ))  # fmt: skip


def _leaving(model: _Passages, starts: Numbers) -> _Passages:
    """The same trip, leaving its first stop at each of these times."""
    again = model.take(np.tile(np.arange(len(model.trip)), len(starts)))
    shift = np.repeat(starts, len(model.trip)) - again.first
    return _Passages(again.trip, again.stop, again.seconds + shift, again.first)


def _words(table: pa.Table, name: str) -> tuple[list[str], Numbers]:
    """The different texts of a column, and the place of that of each row: UNKNOWN (also the last
    place of a list made one longer) where it has none."""
    column = table.column(name)
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0) if array.num_chunks else pa.array([], array.type)
    codes = array.indices.fill_null(UNKNOWN).to_numpy(zero_copy_only=False)
    return array.dictionary.to_pylist(), codes.astype(np.int32, copy=False)


def _whole_numbers(archive: Archive, name: str, table: pa.Table, column: str) -> Numbers:
    texts, codes = _words(table, column)
    try:
        told = np.array([int(one) for one in texts], dtype=np.int32)
    except (ValueError, OverflowError) as error:
        raise archive.fault(name, f"{column}: {error}") from error
    if UNKNOWN in codes:
        raise archive.fault(name, f"{column}: empty in some rows")
    return told[codes]


def _seconds(archive: Archive, told: str, name: str = "stop_times.txt") -> int:
    match = TIME.fullmatch(told)
    if match is None:
        raise archive.fault(name, f"{told!r} is no time")
    return int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3])
