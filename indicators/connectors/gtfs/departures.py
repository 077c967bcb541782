"""Departures of each stop by service: from the stop times of trips, and how often trips run."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indicators.connectors.base import TooBigError
from indicators.connectors.gtfs import stop_times
from indicators.connectors.gtfs.stop_times import StopTimes, seconds_of
from indicators.connectors.gtfs.tables import UNKNOWN, Archive, Numbers, whole_numbers, words

SLOT_S = 1800  # half an hour: every boundary of a day, in every time zone, falls between two
MOST_DEPARTURES = 10_000_000  # of trips that repeat; they are held in memory


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
    trips, service, services = _trips(archive)
    times, stops = stop_times.read(archive, trips)
    passages = _passages(times)
    del times
    if not len(passages.trip):
        raise archive.fault("stop_times.txt", "no departure of a trip of trips.txt")
    passages = _repeated(archive, passages, trips)
    longest = int(passages.seconds.max()) // SLOT_S + 1 if by_slot else 1
    keys = passages.stop.astype(np.int64)
    keys *= len(services)
    keys += service[passages.trip]
    if by_slot:
        keys *= longest
        keys += passages.seconds // SLOT_S
    del passages
    return _counted(keys, longest, stops, services)


def _counted(
    keys: NDArray[np.int64], longest: int, stops: list[str], services: list[str]
) -> Counts:
    """How often each (stop, service, slot) comes. The keys are sorted in their place: a copy of
    millions is worth avoiding."""
    keys.sort()
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    number = np.diff(starts, append=len(keys)).astype(np.int32)
    pairs, slots = np.divmod(keys[starts], longest)
    del keys, starts
    slot, service = slots.astype(np.int32), (pairs % len(services)).astype(np.int32)
    pairs //= len(services)
    is_used = np.zeros(len(stops), dtype=np.bool_)
    is_used[pairs] = True
    used = np.flatnonzero(is_used)
    place = np.cumsum(is_used, dtype=np.int32) - 1
    return Counts([stops[n] for n in used], services, place[pairs], service, slot, number)


def _trips(archive: Archive) -> tuple[dict[str, int], Numbers, list[str]]:
    """The place of each trip, of each place the service (its place in the list), the services."""
    table = archive.table("trips.txt", ("trip_id", "service_id"))
    services, codes = words(table, "service_id")
    ids = table.column("trip_id").to_pylist()
    places = {one: place for place, one in enumerate(ids)}
    if UNKNOWN in codes:
        places = {one: place for one, place in places.items() if codes[place] != UNKNOWN}
    return places, codes, services


def _passages(times: StopTimes) -> _Passages:
    """In the order of each trip; a time that is not given is that of the stop before it."""
    trip, seconds = times.trip, times.seconds
    starts, ends = np.ones(len(trip), dtype=np.bool_), np.ones(len(trip), dtype=np.bool_)
    starts[1:] = trip[1:] != trip[:-1]
    ends[:-1] = starts[1:]
    places = np.arange(len(trip), dtype=np.int32)
    latest = np.maximum.accumulate(np.where((seconds != UNKNOWN) | starts, places, 0))
    seconds = seconds[latest]
    first = seconds[np.maximum.accumulate(np.where(starts, places, 0))]
    # a trip without a time, or a stop without a name, is a service on demand
    kept = ~ends & ~times.closed & (seconds != UNKNOWN) & (times.stop != UNKNOWN)
    return _Passages(trip, times.stop, seconds, first).take(np.flatnonzero(kept))


def _repeated(archive: Archive, passages: _Passages, trips: dict[str, int]) -> _Passages:
    """Trips of `frequencies.txt` are models: each leaves again and again, `headway_secs` apart."""
    name = "frequencies.txt"
    columns = ("trip_id", "start_time", "end_time", "headway_secs")
    table = archive.table(name, columns)
    if not table.num_rows:
        return passages
    headways = whole_numbers(archive, name, table, "headway_secs")
    models = {trips[one] for one in table.column("trip_id").to_pylist() if one in trips}
    parts = [passages.take(np.flatnonzero(~np.isin(passages.trip, list(models))))]
    left = MOST_DEPARTURES
    for row, headway in zip(table.to_pylist(), headways.tolist(), strict=True):
        if row["trip_id"] not in trips:
            continue
        start, end = (seconds_of(archive, row[one] or "", name) for one in columns[1:3])
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
