"""What a network offers: how many departures each stop has on a day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from indicators.connectors.base import Window
from indicators.connectors.gtfs.departures import SLOT_S, Counts, departures
from indicators.connectors.gtfs.places import Choice
from indicators.connectors.gtfs.service_days import DAY, Services, services
from indicators.connectors.gtfs.tables import Archive

HALF_A_DAY = 12 * 3600
LONGEST = 4  # a service day is taken to end within so many days


@dataclass(frozen=True)
class Stops:
    """Those with a departure on some day, and those that count: `zone` is not ""."""

    ids: list[str]
    names: list[str | None]
    longitude: NDArray[np.float64]
    latitude: NDArray[np.float64]
    zone: NDArray[np.object_]


@dataclass(frozen=True)
class Offer:
    """What a zip says is offered. `timezone`: None where days are those of the service."""

    services: Services
    counts: Counts
    stops: Stops
    zones: tuple[str | None, ...]
    timezone: ZoneInfo | None

    def days(self, window: Window) -> Iterator[date]:
        """The days that the zip knows and that may be in the window, whatever its time zone."""
        return self.services.between(window.start.date() - DAY, window.end.date() + DAY)

    def departures(self, day: date) -> NDArray[np.int64]:
        """Of each stop, on one day."""
        if self.timezone is None:
            return self._on(day, None)
        total = np.zeros(len(self.stops.ids), dtype=np.int64)
        slots, places = self._slots
        for back in range(-1, LONGEST):
            service_day = day - back * DAY
            falls_here = calendar_shift(service_day, slots, self.timezone) == back
            if falls_here.any():
                total += self._on(service_day, falls_here[places])
        return total

    @cached_property
    def _slots(self) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        slots, places = np.unique(self.counts.slot, return_inverse=True)
        return slots, places

    def _on(self, service_day: date, wanted: NDArray[np.bool_] | None) -> NDArray[np.int64]:
        """Of each stop, those of the services of one day; of them the `wanted`."""
        running = self.services.on(service_day)
        runs = np.array([one in running for one in self.counts.services], dtype=np.bool_)
        kept = runs[self.counts.service]
        if wanted is not None:
            kept &= wanted
        found = np.bincount(
            self.counts.stop[kept], self.counts.number[kept], minlength=len(self.stops.ids)
        )
        return found.astype(np.int64)


def calendar_shift(
    service_day: date, slots: NDArray[np.int32], zone: ZoneInfo
) -> NDArray[np.int64]:
    """How many calendar days after its service day each slot falls: times of GTFS are counted from
    noon less twelve hours, which is not midnight on the two days when the clock is changed."""
    noon = datetime(service_day.year, service_day.month, service_day.day, 12, tzinfo=zone)
    instants = noon.timestamp() - HALF_A_DAY + slots * SLOT_S
    days = [service_day + timedelta(days=n) for n in range(LONGEST + 1)]
    midnights = [datetime(d.year, d.month, d.day, tzinfo=zone).timestamp() for d in days]
    found: NDArray[np.int64] = np.searchsorted(midnights, instants, side="right").astype(np.int64)
    return found - 1


def offer(archive: Archive, choice: Choice, *, by_slot: bool = False) -> Offer:
    """`by_slot`: by half hour too. Raises WrongShapeError where a file is not what the standard says."""
    counts = departures(archive, by_slot=by_slot or choice.by_calendar)
    return Offer(
        services(archive),
        counts,
        _stops(archive, counts.stops, choice),
        tuple(choice.zones) or (None,),
        _timezone(archive) if choice.by_calendar else None,
    )


def _timezone(archive: Archive) -> ZoneInfo:
    told = archive.table("agency.txt", ("agency_timezone",)).column("agency_timezone").to_pylist()
    try:
        return ZoneInfo(told[0])
    except (IndexError, KeyError, TypeError, ValueError, OSError) as error:
        raise archive.fault("agency.txt", f"agency_timezone {told[:1]}") from error


def _stops(archive: Archive, ids: list[str], choice: Choice) -> Stops:
    columns = ("stop_name", "stop_lat", "stop_lon")
    rows = archive.table("stops.txt", ("stop_id",), optional=columns).to_pylist()
    told = {row["stop_id"]: row for row in rows}
    found = [told.get(one, dict.fromkeys(columns)) for one in ids]
    longitude = np.array([_degrees(archive, row["stop_lon"]) for row in found], dtype=np.float64)
    latitude = np.array([_degrees(archive, row["stop_lat"]) for row in found], dtype=np.float64)
    zones = choice.zone_of(ids, longitude, latitude)
    return Stops(ids, [row["stop_name"] for row in found], longitude, latitude, zones)


def _degrees(archive: Archive, told: str | None) -> float:
    try:
        return float(told or "nan")
    except ValueError as error:
        raise archive.fault("stops.txt", f"{told!r} is no longitude or latitude") from error
