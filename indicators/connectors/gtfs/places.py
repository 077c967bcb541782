"""Which stops count, and for which zone."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indicators.connectors.base import OptionsError

DAYS = ("service", "calendar")
Box = tuple[float, float, float, float]  # west, south, east, north, in degrees


@dataclass(frozen=True)
class Choice:
    """The options of a feed, checked."""

    box: Box | None
    stops: frozenset[str] | None
    zones: Mapping[str, Box]
    by_calendar: bool

    @classmethod
    def of(cls, options: Mapping[str, object]) -> "Choice":
        """Raises OptionsError."""
        area, zones, day = (options.get(name) for name in ("area", "zone_stops", "day"))
        if day not in (None, *DAYS):
            raise OptionsError(f"day: {day!r} is neither {' nor '.join(DAYS)}")
        if zones is not None and not isinstance(zones, dict):
            raise OptionsError("zone_stops: not a list of zones with their box")
        boxes = {str(code): _box("zone_stops", box) for code, box in (zones or {}).items()}
        if isinstance(area, list) and area and all(isinstance(one, str) for one in area):
            return cls(None, frozenset(area), boxes, day == "calendar")
        return cls(None if area is None else _box("area", area), None, boxes, day == "calendar")

    def zone_of(
        self, ids: list[str], longitude: NDArray[np.float64], latitude: NDArray[np.float64]
    ) -> NDArray[np.object_]:
        """Of each stop its zone, or None; a stop that does not count has the zone ""."""
        zones = np.full(len(ids), None if not self.zones else "", dtype=object)
        for code, box in reversed(list(self.zones.items())):  # of two zones, the first has the stop
            zones[_inside(box, longitude, latitude)] = code
        if self.box is not None:
            zones[~_inside(self.box, longitude, latitude)] = ""
        if self.stops is not None:
            zones[[one not in self.stops for one in ids]] = ""
        return zones


def _box(name: str, told: object) -> Box:
    numbers = told if isinstance(told, list) else []
    if len(numbers) != 4 or not all(isinstance(one, int | float) for one in numbers):
        raise OptionsError(f"{name}: {told!r} is not west, south, east, north")
    west, south, east, north = map(float, numbers)
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise OptionsError(f"{name}: {told!r} is not west, south, east, north in degrees")
    return west, south, east, north


def _inside(
    box: Box, longitude: NDArray[np.float64], latitude: NDArray[np.float64]
) -> NDArray[np.bool_]:
    west, south, east, north = box
    with np.errstate(invalid="ignore"):  # a stop without a place is in no box
        found: NDArray[np.bool_] = (
            (longitude >= west) & (longitude <= east) & (latitude >= south) & (latitude <= north)
        )
    return found
