"""The stop times of the trips of a network, read in pieces: they are most of its zip."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from indicators.connectors.gtfs.tables import UNKNOWN, Archive, Numbers, whole_numbers, words

NAME = "stop_times.txt"
TIME = re.compile(r"\s*(\d{1,3}):([0-5]\d):([0-5]\d)\s*", re.ASCII)  # 25:10:00 is past midnight
NO_PICKUP = "1"


@dataclass(frozen=True)
class StopTimes:
    """In the order of each trip: its place, that of the stop (UNKNOWN where it has no name), the
    departure in seconds of the service day (UNKNOWN where it is not given), and whether nobody may
    board there."""

    trip: Numbers
    stop: Numbers
    seconds: Numbers
    closed: NDArray[np.bool_]


@dataclass(frozen=True)
class _Piece:
    trip: Numbers
    stop: Numbers
    seconds: Numbers
    closed: NDArray[np.bool_]
    sequence: Numbers


def read(archive: Archive, trips: dict[str, int]) -> tuple[StopTimes, list[str]]:
    """Those of the `trips` (id → place), and the ids of all stops that are named. Only a few
    numbers a row are held. Raises WrongShapeError, TruncatedError, TooBigError."""
    columns = ("trip_id", "stop_id", "stop_sequence", "departure_time")
    stops: dict[str, int] = {}
    pieces = [
        _piece(archive, piece, trips, stops)
        for piece in archive.pieces(NAME, columns, optional=("pickup_type",))
    ]
    trip, sequence = _joined([p.trip for p in pieces]), _joined([p.sequence for p in pieces])
    order = _order(trip, sequence)
    del sequence
    found = StopTimes(
        trip[order],
        _joined([p.stop for p in pieces])[order],
        _joined([p.seconds for p in pieces])[order],
        _joined([p.closed for p in pieces]).astype(np.bool_)[order],
    )
    return found, list(stops)


def seconds_of(archive: Archive, told: str, name: str = NAME) -> int:
    """Of the service day. Raises WrongShapeError."""
    match = TIME.fullmatch(told)
    if match is None:
        raise archive.fault(name, f"{told!r} is no time")
    return int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3])


def _piece(
    archive: Archive, piece: pa.RecordBatch, trips: dict[str, int], stops: dict[str, int]
) -> _Piece:
    sequence = whole_numbers(archive, NAME, piece, "stop_sequence")
    texts, codes = words(piece, "departure_time")
    seconds = np.array([*(seconds_of(archive, one) for one in texts), UNKNOWN], dtype=np.int32)
    types, kind = words(piece, "pickup_type")
    closed = np.array([*(one == NO_PICKUP for one in types), False], dtype=np.bool_)
    ids, stop = words(piece, "stop_id")
    stop_places = [stops.setdefault(one, len(stops)) for one in ids]
    names, trip = words(piece, "trip_id")
    trip_places = [trips.get(one, UNKNOWN) for one in names]
    trip = np.array([*trip_places, UNKNOWN], dtype=np.int32)[trip]
    kept = np.flatnonzero(trip != UNKNOWN)
    return _Piece(
        trip[kept],
        np.array([*stop_places, UNKNOWN], dtype=np.int32)[stop[kept]],
        seconds[codes[kept]],
        closed[kind[kept]],
        sequence[kept],
    )


def _joined(columns: list[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(columns) if columns else np.array([], dtype=np.int32)


def _order(trip: Numbers, sequence: Numbers) -> NDArray[np.int64] | slice:
    """By trip and sequence; all as it is where the file is written so, as most are."""
    same = trip[1:] == trip[:-1]
    blocks = len(trip) - int(np.count_nonzero(same))
    rises = sequence[1:] > sequence[:-1]
    if (rises | ~same).all() and blocks == np.count_nonzero(np.bincount(trip)):
        return slice(None)
    order: NDArray[np.int64] = np.lexsort((sequence, trip))
    return order
