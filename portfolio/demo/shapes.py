"""Where the demonstration projects are: from kilometres around the centre to stored geometries."""

import zlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from shapely.geometry import LineString, MultiPoint, Point, Polygon
from shapely.geometry.base import BaseGeometry

from portfolio.demo import territory

Place = Mapping[str, Any]


def draw(place: Place, *, seed: str) -> GEOSGeometry:
    """A point, points, a line or an area, in EPSG:4326. `seed` makes areas irregular.

    Raises KeyError on another kind of place.
    """
    kind, content = next(iter(place.items()))
    return territory.to_degrees(DRAWINGS[kind](content, seed))


def _metres(positions: Any) -> np.ndarray:
    metres: np.ndarray = np.array(positions, dtype=float) * 1000 + territory.centre_m()
    return metres


def _point(content: Any, seed: str) -> BaseGeometry:
    return Point(_metres(content))


def _points(content: Any, seed: str) -> BaseGeometry:
    return MultiPoint(_metres(content))


def _line(content: Any, seed: str) -> BaseGeometry:
    return LineString(_metres(content))


def _area(content: Any, seed: str) -> BaseGeometry:
    """An irregular quarter around a point, its corners cut like those of city blocks."""
    random = np.random.default_rng(zlib.crc32(seed.encode()))
    angles = np.sort(random.uniform(0, 2 * np.pi / 9, 9) + np.arange(9) * 2 * np.pi / 9)
    reach = content["radius"] * 1000 * random.uniform(0.75, 1.15, 9)
    corners = np.stack([np.cos(angles), np.sin(angles)], axis=1) * reach[:, None]
    ring = corners + _metres(content["at"])
    return shapely.convex_hull(Polygon(ring))


DRAWINGS: dict[str, Callable[[Any, str], BaseGeometry]] = {
    "point": _point,
    "points": _points,
    "line": _line,
    "area": _area,
}
