"""The polygons of a feed, and how each is shared among the zones of one kind."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from django.conf import settings

from indicators.analysis import areas
from indicators.analysis.areas import Cells, Figures, Places, Shapes
from indicators.services.columns import Column
from indicators.services.mapping import MappingError, Spreading
from indicators.services.shapes import DEGREES, outlines, projected
from portfolio.models import Zone


@dataclass(frozen=True)
class Drawn:
    """Stands for a polygon that can be used: its place in the book."""

    place: int


@dataclass(frozen=True)
class NoShape:
    """Stands for what is no polygon of the territory, and why."""

    reason: str


@dataclass(frozen=True)
class Land:
    """The zones of one kind, in metres, by their code; where people live, if it is wanted."""

    codes: tuple[str, ...]
    shapes: Shapes
    bounds: tuple[float, float, float, float]  # in degrees
    cells: Cells | None


@dataclass(frozen=True)
class Shared:
    """One place a polygon of the book and zone: what a value is multiplied by, and how much of the
    zone is covered (0 to 1)."""

    polygon: Places
    zone: Places
    times: Figures
    cover: Figures


@dataclass
class AreaBook:
    """The different polygons met in a run, each looked at once. `repaired` of them crossed
    themselves; of `partly_outside` a part lies in no zone."""

    spreading: Spreading
    land: Land
    repaired: int = 0
    partly_outside: int = 0
    count: int = 0
    _known: dict[bytes, Drawn | NoShape] = field(default_factory=dict)
    _parts: list[Shared] = field(default_factory=list)

    def learned(self, column: Column) -> Column:
        """The same column, with a Drawn or a NoShape in the place of each different value."""
        digests = [_digest(value) for value in column.values]
        new = {
            digest: value
            for digest, value in zip(digests, column.values, strict=True)
            if digest not in self._known
        }
        if new:
            self._known |= zip(new, self._look_at(list(new.values())), strict=True)
        return Column(column.codes, [self._known[digest] for digest in digests])

    def shared(self) -> Shared:
        """Of all polygons met."""
        parts = self._parts or [_nothing()]
        columns = ([getattr(one, name) for one in parts] for name in Shared.__dataclass_fields__)
        return Shared(*(np.concatenate(one) for one in columns))

    def _look_at(self, values: list[object]) -> list[Drawn | NoShape]:
        told = outlines(
            values, crs=self.spreading.crs or DEGREES, metres=settings.TERRITORY.crs,
            may_be_empty=self.spreading.counts_people,
        )  # fmt: skip
        there = np.flatnonzero([one is not None for one in told.shapes])
        found, outside = self._share(told.shapes[there])
        for place, share in zip(there, outside, strict=True):
            if share == 1:
                told.reason[place] = self._why_outside(*told.corner[place])
        self.repaired += int(told.repaired.sum())
        self.partly_outside += int(((outside > 0) & (outside < 1)).sum())
        numbers = np.arange(len(values)) + self.count
        self._parts.append(
            Shared(numbers[there][found.polygon], found.zone, found.times, found.cover)
        )
        self.count += len(values)
        pairs = zip(numbers, told.reason, strict=True)
        return [NoShape(why) if why else Drawn(int(number)) for number, why in pairs]

    def _share(self, shapes: Shapes) -> tuple[Shared, Figures]:
        """Of these polygons, and how much of each lies outside all zones."""
        land, size = self.land, shapely.area(shapes)
        shares = areas.by_area(areas.pieces(shapes, land.shapes), size, shapely.area(land.shapes))
        if land.cells is None:
            return _taken(shares, self.spreading.measure), shares.outside
        inside = areas.pieces(shapes, land.cells.shapes)
        if not self.spreading.counts_people:
            by_people = areas.by_people(inside, land.cells, shares)
            return _taken(by_people, self.spreading.measure), shares.outside
        polygon, zone, people = areas.people_within(inside, land.cells)
        if self.spreading.measure == "SHARE":
            people = people / land.cells.known[zone]
        return Shared(polygon, zone, people, np.ones(len(zone))), shares.outside

    def _why_outside(self, x: float, y: float) -> str:
        """A corner that would be in the territory once turned was written the wrong way."""
        west, south, east, north = self.land.bounds
        return "LOOKS_SWAPPED" if west <= y <= east and south <= x <= north else "NO_ZONE_THERE"


def area_book(spreading: Spreading | None) -> AreaBook | None:
    """The book of a feed whose rows have polygons. Raises MappingError where there are no zones to
    share them among."""
    if spreading is None:
        return None
    zones = _drawn(list(Zone.objects.filter(kind=spreading.kind, geometry__isnull=False)))
    if not zones:
        raise MappingError(f"no zone of the kind {spreading.kind} is drawn")
    shapes, bounds = _metres(zones)
    cells = _cells(shapes) if spreading.by_inhabitants else None
    if cells is not None and np.isnan(cells.known).all():
        raise MappingError(f"the inhabitants of no zone of the kind {spreading.kind} are known")
    if spreading.counts_people and cells is not None:
        lived_in = cells.known > 0 if spreading.measure == "SHARE" else ~np.isnan(cells.known)
        cells = Cells(
            cells.shapes, cells.zone, cells.area_m2, cells.people,
            np.where(lived_in, cells.known, np.nan),
        )  # fmt: skip
    return AreaBook(spreading, Land(tuple(zone.code for zone in zones), shapes, bounds, cells))


def _drawn(zones: list[Zone]) -> list[Zone]:
    return sorted((z for z in zones if z.geometry and not z.geometry.empty), key=lambda z: z.code)


def _cells(zones: Shapes) -> Cells:
    """Where people live: in the finest zones with a number of inhabitants."""
    peopled = Zone.objects.filter(geometry__isnull=False, population__isnull=False)
    told = _drawn(list(peopled))
    finer = [one for one in told if one.kind != Zone.Kind.METROPOLIS]
    told = finer or told
    if not told:
        return areas.cells(np.array([], dtype=object), np.array([]), zones)
    places = {zone.pk: place for place, zone in enumerate(told)}
    shapes, _bounds = _metres(told)
    parents = [places.get(zone.parent_id) if zone.parent_id else None for zone in told]
    chosen = areas.finest(shapes, parents)
    people = np.array([told[n].population or 0 for n in chosen], dtype=np.float64)
    return areas.cells(shapes[chosen], people, zones)


def _metres(zones: Sequence[Zone]) -> tuple[Shapes, tuple[float, float, float, float]]:
    shapes = shapely.from_wkb([bytes(one.geometry.wkb) for one in zones if one.geometry])
    west, south, east, north = shapely.total_bounds(shapes)
    moved = projected(shapes, crs=DEGREES, metres=settings.TERRITORY.crs)
    return moved, (float(west), float(south), float(east), float(north))


def _taken(shares: areas.Shares, measure: str) -> Shared:
    times = shares.part if measure == "TOTAL" else shares.cover
    return Shared(shares.polygon, shares.zone, times, shares.cover)


def _nothing() -> Shared:
    none, no_figure = np.array([], dtype=np.int64), np.array([], dtype=np.float64)
    return Shared(none, none, no_figure, no_figure)


def _digest(value: object) -> bytes:
    """1 and "1" are different, and so are a text and its bytes."""
    whole = value if isinstance(value, bytes) else repr(value).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(
        whole, digest_size=16, person=type(value).__name__.encode()[:16]
    ).digest()
