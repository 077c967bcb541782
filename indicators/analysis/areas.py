"""How polygons are shared among zones, by area or by inhabitants. Pure functions; every shape is in
the metres of one projected system."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

SLIVER = 1e-3  # of the polygon and of the zone: borders that two producers drew apart
WHOLE = 0.99  # of a zone: the rest is how its border was drawn
Shapes = NDArray[np.object_]  # polygons or multipolygons
Places = NDArray[np.int64]
Figures = NDArray[np.float64]


@dataclass(frozen=True)
class Pieces:
    """The land that a polygon and a zone share, one place a pair: their places, and its m²."""

    polygon: Places
    zone: Places
    area_m2: Figures


@dataclass(frozen=True)
class Shares:
    """One place a polygon and zone: `part` of the polygon's value that goes to the zone, `cover` of
    the zone (0 to 1). `outside`: of each polygon the part that goes to no zone; it and the parts of
    the polygon make 1."""

    polygon: Places
    zone: Places
    part: Figures
    cover: Figures
    outside: Figures


@dataclass(frozen=True)
class Cells:
    """Where people live: each cell lies in one zone, and `people` live in it evenly. `known`: the
    inhabitants of each zone, NaN where a part of it has no number."""

    shapes: Shapes
    zone: Places
    area_m2: Figures
    people: Figures
    known: Figures


def pieces(polygons: Shapes, zones: Shapes) -> Pieces:
    """The land that each polygon shares with each zone; a common border alone is none."""
    shapely.prepare(zones)
    zone, polygon = shapely.STRtree(polygons).query(zones, predicate="intersects")
    area = shapely.area(polygons)[polygon]
    cut = ~shapely.covers(zones[zone], polygons[polygon])
    area[cut] = shapely.area(shapely.intersection(zones[zone[cut]], polygons[polygon[cut]]))
    kept = np.flatnonzero(area > 0)
    order = kept[np.lexsort((zone[kept], polygon[kept]))]
    return Pieces(polygon[order], zone[order], area[order])


def by_area(found: Pieces, polygon_m2: Figures, zone_m2: Figures) -> Shares:
    """Each zone gets area(intersection) / area(polygon). What is less than SLIVER of the polygon
    and of the zone goes to the other pieces of the polygon, in their proportion."""
    polygon, zone, area = found.polygon, found.zone, found.area_m2
    inside = _sums(polygon, area, len(polygon_m2))
    small = (area < SLIVER * polygon_m2[polygon]) & (area < SLIVER * zone_m2[zone])
    left = np.maximum(polygon_m2 - inside, 0.0)
    left[left < SLIVER * polygon_m2] = 0.0
    nothing_else = (_sums(polygon, np.where(small, 0.0, area), len(polygon_m2)) + left) == 0
    kept = ~small | nothing_else[polygon]
    polygon, zone, area = polygon[kept], zone[kept], area[kept]
    whole = _sums(polygon, area, len(polygon_m2)) + left
    whole[whole == 0] = 1.0  # nothing of it is anywhere: `left` is then 0 too, and so are its parts
    return Shares(polygon, zone, area / whole[polygon], area / zone_m2[zone], left / whole)


def by_people(found: Pieces, cells: Cells, areas: Shares) -> Shares:
    """As `areas`, but what is inside the zones goes by the inhabitants of each piece. `found`: the
    pieces of the polygons with the cells. A polygon where nobody lives, or with a zone whose
    inhabitants are not known, stays as it is by area; so does the cover of such a zone."""
    people = _people(found, cells)
    size = len(cells.known)
    key, cover = _together(found.polygon * size + cells.zone[found.zone], people)
    place = np.searchsorted(key, areas.polygon * size + areas.zone)
    place = np.minimum(place, max(len(key) - 1, 0))
    here = np.zeros(len(areas.zone))
    if len(key):
        here = np.where(key[place] == areas.polygon * size + areas.zone, cover[place], 0.0)
    count = len(areas.outside)
    unknown = np.isnan(cells.known[areas.zone])
    total = _sums(areas.polygon, here, count)
    usable = (total > 0) & (_sums(areas.polygon, unknown.astype(float), count) == 0)
    shared = (
        (1 - areas.outside)[areas.polygon] * here / np.where(total > 0, total, 1)[areas.polygon]
    )
    part = np.where(usable[areas.polygon], shared, areas.part)
    lived_in = ~unknown & (cells.known[areas.zone] > 0)
    known = np.where(lived_in, cells.known[areas.zone], 1.0)
    return Shares(
        areas.polygon, areas.zone, part,
        np.where(lived_in, here / known, areas.cover), areas.outside,
    )  # fmt: skip


def people_within(found: Pieces, cells: Cells) -> tuple[Places, Places, Figures]:
    """(polygon, zone, inhabitants of the zone inside the polygon), for zones whose inhabitants are
    known."""
    size = len(cells.known)
    key, people = _together(found.polygon * size + cells.zone[found.zone], _people(found, cells))
    polygon, zone = np.divmod(key, size)
    known = ~np.isnan(cells.known[zone])
    return polygon[known], zone[known], people[known]


def cells(shapes: Shapes, people: Figures, zones: Shapes) -> Cells:
    """`people` live evenly in each of `shapes`, which are cut along the borders of `zones`."""
    found = pieces(shapes, zones)
    whole = shapely.area(shapes)
    zone_m2 = shapely.area(zones)
    kept = (found.area_m2 >= SLIVER * whole[found.polygon]) | (
        found.area_m2 >= SLIVER * zone_m2[found.zone]
    )
    shape, zone, area = found.polygon[kept], found.zone[kept], found.area_m2[kept]
    cut = shapely.intersection(shapes[shape], zones[zone])
    # A sliver that was left out takes nobody away.
    told = people[shape] * area / _sums(shape, area, len(shapes))[shape]
    outside = np.maximum(whole - _sums(shape, area, len(shapes)), 0.0)
    far = outside > SLIVER * whole
    told = np.where(far[shape], people[shape] * area / whole[shape], told)
    known = _sums(zone, told, len(zones))
    known[_sums(zone, area, len(zones)) < WHOLE * zone_m2] = np.nan
    return Cells(cut, zone, area, told, known)


def finest(shapes: Shapes, parents: Sequence[int | None]) -> list[int]:
    """Places of the zones that no finer ones stand for: those whose children (`parents`: the place
    of the parent of each) do not cover them."""
    area = shapely.area(shapes)
    covered = np.zeros(len(shapes))
    for place, parent in enumerate(parents):
        if parent is not None:
            covered[parent] += area[place]
    replaced = covered >= WHOLE * area
    return [n for n in range(len(shapes)) if not replaced[n] and not _hidden(n, parents, replaced)]


def _hidden(place: int, parents: Sequence[int | None], replaced: NDArray[np.bool_]) -> bool:
    """Some zone above it is not replaced by its children: that one stands for this one."""
    seen = {place}
    above = parents[place]
    while above is not None and above not in seen:
        if not replaced[above]:
            return True
        seen.add(above)
        above = parents[above]
    return False


def _people(found: Pieces, cells: Cells) -> Figures:
    inside: Figures = cells.people[found.zone] * found.area_m2 / cells.area_m2[found.zone]
    return inside


def _sums(places: Places, figures: Figures, count: int) -> Figures:
    return np.asarray(np.bincount(places, figures, minlength=count), dtype=np.float64)


def _together(keys: Places, figures: Figures) -> tuple[Places, Figures]:
    """The different keys in order, and the sum of each."""
    different, place = np.unique(keys, return_inverse=True)
    return different, _sums(place, figures, len(different))
