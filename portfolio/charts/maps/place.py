"""Where a project is: its geometry among the communes around it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import Any

from django.contrib.gis.geos import GeometryCollection, GEOSGeometry, Polygon
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

SMALLEST_VIEW_M = 8_000.0  # so that the communes around are seen
AROUND = 0.6  # of the place's own size, left free on each side
SMALLEST_MARK_PX = 10.0  # a smaller place is a dot
CLEAR_PX = 22.0  # between the place and a name


@dataclass(frozen=True)
class Shape:
    """An area, a line or a dot, in pixels of the drawing."""

    kind: str
    path: str = ""
    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True)
class Label:
    text: str
    x: float
    y: float


@dataclass(frozen=True)
class View:
    """A window on the ground, in metres of the projected system, and its drawing in pixels."""

    west: float
    north: float
    metres_per_pixel: float
    width: int
    height: int

    def pixel(self, x: float, y: float) -> tuple[float, float]:
        return (
            round((x - self.west) / self.metres_per_pixel, 1),
            round((self.north - y) / self.metres_per_pixel, 1),
        )

    @property
    def ground(self) -> Polygon:
        east = self.west + self.width * self.metres_per_pixel
        south = self.north - self.height * self.metres_per_pixel
        return Polygon.from_bbox((self.west, south, east, self.north))


def place_map(
    *,
    place: GEOSGeometry,
    zones: Iterable[tuple[str, GEOSGeometry]],
    crs: int,
    title: str,
    size: tuple[int, int] = (320, 240),
) -> SafeString:
    """SVG of `place` (EPSG:4326) over the named `zones`, projected to `crs`, north up.

    A scale bar in metres or kilometres; the projected system keeps lengths true to a few
    parts in ten thousand over a metropolis.
    """
    return places_map(places=[place], zones=zones, crs=crs, title=title, size=size)


def places_map(
    *,
    places: Sequence[GEOSGeometry],
    zones: Iterable[tuple[str, GEOSGeometry]],
    crs: int,
    title: str,
    size: tuple[int, int],
) -> SafeString:
    """The same of several places, at least one."""
    grounds = [_projected(place, crs) for place in places]
    ground = grounds[0] if len(grounds) == 1 else GeometryCollection(grounds, srid=crs)
    view = view_around(ground, size)
    inside = [(name, area) for name, zone in zones if (area := _seen(zone, crs, view))]
    length, label = scale_bar(view.metres_per_pixel, size[0])
    context = {
        "title": title,
        "width": size[0],
        "height": size[1],
        "zones": [path for _name, area in inside for path in _shapes(area, view)],
        "labels": _labels(inside, ground, view),
        "place": [shape for one in grounds for shape in _shapes(_visible(one, view), view)],
        "bar_end": size[0] - 12,
        "bar_start": round(size[0] - 12 - length, 1),
        "bar_label": label,
        "bar_y": size[1] - 12,
        "bar_top": size[1] - 17,
        "bar_text": size[1] - 21,
    }
    return render_to_string("portfolio/charts/place_map.svg", context)


def view_around(ground: GEOSGeometry, size: tuple[int, int]) -> View:
    """A window around `ground`, at least eight kilometres wide, with the drawing's proportions."""
    west, south, east, north = ground.extent
    width, height = size
    room = 1 + 2 * AROUND
    wide = max((east - west) * room, SMALLEST_VIEW_M)
    high = max((north - south) * room, SMALLEST_VIEW_M * height / width)
    scale = max(wide / width, high / height)
    return View(
        west=(west + east) / 2 - scale * width / 2,
        north=(south + north) / 2 + scale * height / 2,
        metres_per_pixel=scale,
        width=width,
        height=height,
    )


def scale_bar(metres_per_pixel: float, width: int) -> tuple[float, str]:
    """Length in pixels and label of a round bar, at most a third of the drawing wide."""
    longest = metres_per_pixel * width / 3
    power = 10 ** floor(log10(longest))
    metres = next(step * power for step in (5, 2, 1) if step * power <= longest)
    label = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    return metres / metres_per_pixel, label


def _projected(geometry: GEOSGeometry, crs: int) -> GEOSGeometry:
    copy = geometry.clone()
    copy.transform(crs)
    return copy


def _seen(zone: GEOSGeometry, crs: int, view: View) -> GEOSGeometry | None:
    ground = view.ground
    ground.srid = crs
    area = _projected(zone, crs).intersection(ground)
    return None if area.empty else area


def _visible(ground: GEOSGeometry, view: View) -> GEOSGeometry:
    """The place, or a dot where it would be too small to see."""
    west, south, east, north = ground.extent
    small = max(east - west, north - south) < SMALLEST_MARK_PX * view.metres_per_pixel
    return ground.centroid if small else ground


def _labels(
    zones: Sequence[tuple[str, GEOSGeometry]], place: GEOSGeometry, view: View
) -> list[Label]:
    """Names inside their zone and clear of the place, where a tenth of the drawing shows it."""
    enough = view.ground.area / 10
    taken = place.buffer(CLEAR_PX * view.metres_per_pixel)
    seen = [(name, area, area.difference(taken)) for name, area in zones if area.area >= enough]
    points = [(name, (area if free.empty else free).point_on_surface) for name, area, free in seen]
    return [_label(name, view.pixel(point.x, point.y), view.width) for name, point in points]


def _label(name: str, pixel: tuple[float, float], width: int) -> Label:
    """Moved sideways where the frame would cut it; a letter is about 6.6 pixels wide."""
    half = len(name) * 3.3 + 4
    return Label(name, round(min(max(pixel[0], half), width - half), 1), pixel[1])


def _shapes(geometry: Any, view: View) -> list[Shape]:
    kind = geometry.geom_type
    if kind.startswith("Multi") or kind == "GeometryCollection":
        return [shape for part in geometry for shape in _shapes(part, view)]
    if kind == "Point":
        x, y = view.pixel(geometry.x, geometry.y)
        return [Shape("dot", x=x, y=y)]
    if kind == "Polygon":
        return [Shape("area", path="".join(f"{_line(ring, view)}Z" for ring in geometry))]
    return [Shape("line", path=_line(geometry, view))]


def _line(points: Iterable[tuple[float, ...]], view: View) -> str:
    return "M" + "L".join("{},{}".format(*view.pixel(*point[:2])) for point in points)


def example_map() -> SafeString:
    """A drawing for the page of components; no real place."""
    place = GEOSGeometry("LINESTRING(-0.51 45.205, -0.5 45.21, -0.485 45.208)", srid=4326)
    west = Polygon.from_bbox((-0.6, 45.1, -0.5, 45.3))
    east = Polygon.from_bbox((-0.5, 45.1, -0.4, 45.3))
    west.srid = east.srid = 4326
    return place_map(
        place=place, zones=[("A", west), ("B", east)], crs=2154, title=_("Map: an example")
    )
