"""From coordinates that somebody gave to a geometry of the register: which reference system they
are in, whether they are the wrong way round, and what is wrong with the outline.

Nothing is guessed in silence: what was recognised is returned to be shown, and what would have to
be changed (an order, an outline) is refused with a code, so that a screen can offer the change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException, GEOSGeometry, Point, Polygon
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portfolio.imports.geometry_text import GivenPlace
from portfolio.services import places
from portfolio.templatetags.figures import figure

MAX_VERTICES = 10_000
DEGREES = 4326
LAMBERT_93 = 2154
# CC42 to CC50 (EPSG:3942 to 3950): conformal conics of one degree on each side of a parallel,
# arrêté of 10 January 2006 on the geodetic reference system of France.
CONIC_ZONES = range(3942, 3951)


@dataclass(frozen=True)
class ReadPlace:
    """`geometry` is as it will be stored; `declared` says that the text itself named `srid`."""

    geometry: GEOSGeometry
    srid: int
    declared: bool
    swapped: bool
    repaired: bool

    @property
    def system(self) -> str:
        return system_name(self.srid)


def recognised(given: GivenPlace, *, swap: bool = False, repair: bool = False) -> ReadPlace:
    """The place in the stored system. `swap` turns latitude and longitude round, `repair` lets a
    crossed outline be redrawn.

    Raises ValidationError on `geometry`; its code is "swapped" or "crossed" where `swap` or
    `repair` would help.
    """
    if given.geometry.num_coords > MAX_VERTICES:
        raise _refused(
            _("%(count)s points: the limit is %(limit)s. Simplify the drawing first.")
            % {"count": figure(given.geometry.num_coords), "limit": figure(MAX_VERTICES)}
        )
    places.check_numbers(given.geometry)
    geometry = turned(given.geometry) if swap else given.geometry.clone()
    srid = _system(geometry, given.srid)
    geometry.srid = srid
    repaired = repair and not geometry.valid
    if repaired:
        geometry = _repaired(geometry)
    elif not geometry.valid:
        raise _crossed(geometry)
    stored = places.checked(geometry)
    whole = _mapped(stored, lambda position: (round(position[0], 7), round(position[1], 7)))
    whole.srid = places.STORED_SRID
    return ReadPlace(whole if whole.valid else stored, srid, given.srid is not None, swap, repaired)


def system_name(srid: int) -> str:
    if srid == DEGREES:
        return _("longitude and latitude (WGS84)")
    if srid == LAMBERT_93:
        return _("Lambert-93 (EPSG:2154), in metres")
    if srid in CONIC_ZONES:
        return _("%(zone)s (EPSG:%(srid)d), in metres") % {"zone": f"CC{srid - 3900}", "srid": srid}
    return f"EPSG:{srid}"


def turned(geometry: GEOSGeometry) -> GEOSGeometry:
    """The same with its two coordinates the other way round."""
    return _mapped(geometry, lambda position: (position[1], position[0]))


# ---------------------------------------------------------------- below


def _system(geometry: GEOSGeometry, declared: int | None) -> int:
    """The system in which the geometry lies within the territory."""
    for srid in [declared] if declared else _candidates():
        if _lands(geometry, srid):
            return srid
    other = turned(geometry)
    wrong_way = next((srid for srid in _candidates() if _lands(other, srid)), None)
    if wrong_way is not None:
        raise _wrong_way(geometry, wrong_way)
    really = next((srid for srid in _candidates() if _lands(geometry, srid)), None)
    if declared and really is not None:
        raise _refused(
            _("The text says %(declared)s, but the coordinates look like %(really)s.")
            % {"declared": system_name(declared), "really": system_name(really)}
        )
    raise _refused(_outside(geometry))


def _candidates() -> Iterator[int]:
    yield from dict.fromkeys([DEGREES, settings.TERRITORY.crs, LAMBERT_93, *CONIC_ZONES])


def _lands(geometry: GEOSGeometry, srid: int) -> bool:
    """Its middle is within the territory."""
    west, south, east, north = settings.TERRITORY.envelope
    middle = _middle(geometry)
    if srid != DEGREES:
        middle.srid = srid
        try:
            middle.transform(DEGREES)
        except (GDALException, GEOSException):
            return False
    return west <= middle.x <= east and south <= middle.y <= north


def _middle(geometry: GEOSGeometry) -> Point:
    west, south, east, north = geometry.extent
    return Point((west + east) / 2, (south + north) / 2)


def _wrong_way(geometry: GEOSGeometry, srid: int) -> ValidationError:
    middle = _middle(geometry)
    words = {"name": settings.TERRITORY.name, "x": _figure(middle.x), "y": _figure(middle.y)}
    if srid != DEGREES:
        return _refused(
            _("These coordinates look like northing then easting: swap them?"), code="swapped"
        )
    return _refused(
        _(
            "These coordinates look like latitude then longitude: as they stand, the place would "
            "be at longitude %(x)s, latitude %(y)s, outside %(name)s. Swap them?"
        )
        % words,
        code="swapped",
    )


def _outside(geometry: GEOSGeometry) -> str:
    middle = _middle(geometry)
    words = {"name": settings.TERRITORY.name, "x": _figure(middle.x), "y": _figure(middle.y)}
    if abs(middle.x) <= 180 and abs(middle.y) <= 90:
        return _("Outside %(name)s: the place would be at longitude %(x)s, latitude %(y)s.") % words
    return (
        _(
            "Outside %(name)s: %(x)s and %(y)s are no degrees, and no system of France puts them "
            "there. Check the coordinates and their system."
        )
        % words
    )


def _figure(value: float) -> str:
    if abs(value) > 1e9:
        return f"{value:.3g}"
    return figure(value, 4 if abs(value) <= 180 else 0)


def _crossed(geometry: GEOSGeometry) -> ValidationError:
    return _refused(
        _(
            "The outline is not sound: it crosses or overlaps itself (%(reason)s). "
            "Correct it, or have it repaired and look at the result."
        )
        % {"reason": geometry.valid_reason},
        code="crossed",
    )


def _repaired(geometry: GEOSGeometry) -> GEOSGeometry:
    """Areas stay areas: the loose lines that a repair may leave are dropped."""
    whole = geometry.make_valid()
    if not geometry.geom_type.endswith("Polygon") or whole.geom_type.endswith("Polygon"):
        return whole
    areas = [part for part in places.parts(whole) if part.geom_type.endswith("Polygon")]
    if not areas:
        raise _refused(_("The outline encloses nothing."))
    merged = areas[0]
    for area in areas[1:]:
        merged = merged.union(area)
    return merged


def _mapped(
    geometry: GEOSGeometry, change: Callable[[tuple[float, ...]], tuple[float, float]]
) -> GEOSGeometry:
    kind = type(geometry)
    if isinstance(geometry, Point):
        return Point(change(geometry.coords))
    if isinstance(geometry, Polygon):
        return Polygon(*[[change(position) for position in ring] for ring in geometry.coords])
    if geometry.geom_type == "LineString":
        return kind([change(position) for position in geometry.coords])  # type: ignore[attr-defined]
    return kind([_mapped(part, change) for part in geometry])  # type: ignore[attr-defined]


def _refused(message: str, code: str = "place") -> ValidationError:
    return ValidationError({"geometry": ValidationError(message, code=code)})
