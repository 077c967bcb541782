"""Stops that are served often, and the land from which one walks to them."""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import shapely
from numpy.typing import NDArray

from indicators.connectors.base import Batch, OptionsError, Window
from indicators.connectors.gtfs.departures import SLOT_S
from indicators.connectors.gtfs.offer import Offer

SLOTS_AN_HOUR = 3600 // SLOT_S
CORNERS = 64  # of a circle
EQUATOR_M, FLATNESS = 6_378_137.0, 0.00669437999014  # WGS 84: radius, and eccentricity squared
FIELDS = {
    "date": "date", "geometry": "polygon", "covered": "number", "frequent_stops": "integer",
    "stops_served": "integer", "typical_day": "date",
}  # fmt: skip
SERVED, EVERY = ("every_hour", "on_average"), ("day", "month")


@dataclass(frozen=True)
class Frequency:
    """What a frequent stop is: at least `per_hour` departures, in each hour from `from_hour` to
    `to_hour` or on average over them; `within_m`: how far people walk, in a straight line."""

    within_m: float = 500.0
    per_hour: float = 6.0
    from_hour: int = 7
    to_hour: int = 19
    each_hour: bool = True
    monthly: bool = False

    @classmethod
    def of(cls, options: Mapping[str, object]) -> "Frequency":
        """Raises OptionsError."""
        first, end = _number(options, "from_hour", 7), _number(options, "to_hour", 19)
        if not (first.is_integer() and end.is_integer() and 0 <= first < end <= 30):
            raise OptionsError(f"from_hour, to_hour: {first:g} to {end:g} are no whole hours")
        for name in ("day", "zone_stops"):
            if options.get(name) not in (None, "service"):
                raise OptionsError(f"{name}: frequent stops are counted by the day of service")
        return cls(
            within_m=_positive(options, "within_m", 500),
            per_hour=_positive(options, "per_hour", 6),
            from_hour=int(first),
            to_hour=int(end),
            each_hour=_one_of(options, "served", SERVED) == SERVED[0],
            monthly=_one_of(options, "every", EVERY) == EVERY[1],
        )


@dataclass
class Walks:
    """What an offer gives, each different service and each different set of stops looked at
    once."""

    offer: Offer
    frequency: Frequency
    _stops: dict[frozenset[str], NDArray[np.int64]] = field(default_factory=dict)
    _land: dict[bytes, bytes] = field(default_factory=dict)

    def on(self, day: date) -> NDArray[np.int64]:
        """The places of the frequent stops of a day."""
        running = frozenset(self.offer.services.on(day))
        if running not in self._stops:
            self._stops[running] = self._frequent(running)
        return self._stops[running]

    def land(self, stops: NDArray[np.int64]) -> bytes:
        """The union of the circles around them, as WKB in degrees; empty where there is none."""
        key = stops.tobytes()
        if key not in self._land:
            there = self.offer.stops
            self._land[key] = circles(
                there.longitude[stops], there.latitude[stops], self.frequency.within_m
            )
        return self._land[key]

    def _frequent(self, running: frozenset[str]) -> NDArray[np.int64]:
        counts, wish = self.offer.counts, self.frequency
        first, hours = wish.from_hour, wish.to_hour - wish.from_hour
        runs = np.array([one in running for one in counts.services], dtype=np.bool_)
        hour = counts.slot // SLOTS_AN_HOUR - first
        kept = runs[counts.service] & (hour >= 0) & (hour < hours)
        stops = self.offer.stops
        size = len(stops.ids)
        table = np.bincount(
            counts.stop[kept] * hours + hour[kept], counts.number[kept], minlength=size * hours
        ).reshape(size, hours)
        often = (table.min(axis=1) if wish.each_hour else table.mean(axis=1)) >= wish.per_hour
        placed = ~np.isnan(stops.longitude) & ~np.isnan(stops.latitude)
        return np.flatnonzero(often & placed & (stops.zone != "")).astype(np.int64)


def batches(offer: Offer, window: Window, options: Mapping[str, object]) -> Iterator[Batch]:
    """A row a day, or a row a month with its typical working day."""
    frequency = Frequency.of(options)
    walks = Walks(offer, frequency)
    if not frequency.monthly:
        for day in offer.days(window):
            yield (_row(walks, day, day),)
        return
    months = dict.fromkeys(day.replace(day=1) for day in offer.days(window))
    for month in months:
        typical = typical_day(offer, month)
        if typical is not None:
            yield (_row(walks, month, typical),)


def typical_day(offer: Offer, month: date) -> date | None:
    """Of the days from Monday to Friday that the zip knows, the one whose number of departures is
    the median, the first of several; None where it knows less than half of them."""
    days = [month.replace(day=n + 1) for n in range(monthrange(month.year, month.month)[1])]
    working = [day for day in days if day.weekday() < 5]
    known = [day for day in working if offer.services.first <= day <= offer.services.last]
    if 2 * len(known) < len(working):
        return None
    counts = offer.stops.zone != ""
    totals = sorted((int(offer.departures(day)[counts].sum()), day) for day in known)
    median = totals[(len(totals) - 1) // 2][0]
    return min(day for total, day in totals if total == median)


def circles(longitude: NDArray[np.float64], latitude: NDArray[np.float64], metres: float) -> bytes:
    """Polygons of the same area as the circles, on the ellipsoid, merged."""
    turns = np.arange(CORNERS) * 2 * np.pi / CORNERS
    radius = metres * np.sqrt(2 * np.pi / CORNERS / np.sin(2 * np.pi / CORNERS))
    phi = np.radians(latitude)[:, None]
    bend = 1 - FLATNESS * np.sin(phi) ** 2
    north = EQUATOR_M * (1 - FLATNESS) / bend**1.5
    east = EQUATOR_M / np.sqrt(bend) * np.cos(phi)
    x = longitude[:, None] + np.degrees(radius * np.cos(turns) / east)
    y = latitude[:, None] + np.degrees(radius * np.sin(turns) / north)
    merged = shapely.union_all(shapely.polygons(np.stack([x, y], axis=-1)))
    return bytes(shapely.to_wkb(merged if len(x) else shapely.MultiPolygon()))


def _row(walks: Walks, on: date, typical: date) -> dict[str, object]:
    stops = walks.on(typical)
    served = walks.offer.departures(typical)[walks.offer.stops.zone != ""]
    return {
        "date": on.isoformat(),
        "geometry": walks.land(stops),
        "covered": 1.0,
        "frequent_stops": len(stops),
        "stops_served": int(np.count_nonzero(served)),
        "typical_day": typical.isoformat(),
    }


def _number(options: Mapping[str, object], name: str, default: float) -> float:
    told = options.get(name, default)
    if isinstance(told, bool) or not isinstance(told, int | float):
        raise OptionsError(f"{name}: {told!r} is no number")
    return float(told)


def _positive(options: Mapping[str, object], name: str, default: float) -> float:
    told = _number(options, name, default)
    if not 0 < told <= 100_000:
        raise OptionsError(f"{name}: {told:g} is not above 0")
    return told


def _one_of(options: Mapping[str, object], name: str, known: tuple[str, ...]) -> str:
    told = options.get(name, known[0])
    if told not in known:
        raise OptionsError(f"{name}: {told!r} is neither {' nor '.join(known)}")
    return str(told)
