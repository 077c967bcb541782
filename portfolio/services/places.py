"""Where a project is: the checks of its geometry, and the zones it touches."""

import math
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import cast

from django.conf import settings
from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException, GEOSGeometry, WKBWriter
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from portfolio.models import ExcludedZone, Project, ProjectZone, User, Zone
from portfolio.services.history import recorded, touch

STORED_SRID = 4326
FOUND_KINDS = (Zone.Kind.COMMUNE, Zone.Kind.DISTRICT)
# Bounds of Lambert-93 (EPSG:2154) over mainland France, in metres: only to name a likely cause.
LAMBERT_93 = (-400_000.0, 5_900_000.0, 1_400_000.0, 7_300_000.0)

Box = tuple[float, float, float, float]


def checked(geometry: GEOSGeometry) -> GEOSGeometry:
    """The geometry as it is stored: EPSG:4326, two dimensions, valid, within the territory.

    A geometry without a reference system is taken as longitude and latitude.
    Raises ValidationError on `geometry`, with the likely cause.
    """
    if geometry.empty:
        raise _refused(_("The geometry is empty."))
    check_numbers(geometry)
    in_degrees = _in_degrees(geometry)
    _check_envelope(in_degrees)
    if not in_degrees.valid:
        reason = in_degrees.valid_reason
        raise _refused(_("The geometry is not valid: %(reason)s.") % {"reason": reason})
    return in_degrees


def locate(*, project: Project) -> None:
    """Find again the communes and districts whose interior the project shares (never only
    a border). Zones declared by a source or added by hand stay; one taken off by hand does not
    come back. Part of the change that calls it."""
    others = project.project_zones.exclude(origin=ProjectZone.Origin.INTERSECTION)
    kept = set(others.values_list("zone_id", flat=True))
    found = zones_touched(project.geometry) - kept - _excluded(project)
    known = project.project_zones.filter(origin=ProjectZone.Origin.INTERSECTION)
    known.exclude(zone_id__in=found).delete()
    _add(project, found - set(known.values_list("zone_id", flat=True)), "INTERSECTION")


def relocate(*, project: Project, by: User | None, reason: str, at: datetime) -> None:
    """Find the zones again after the zones themselves changed."""
    with recorded(by=by, reason=reason):
        before = _zone_pairs(project)
        locate(project=project)
        if _zone_pairs(project) != before:
            touch(project, at=at)


def declare_zones(
    *, project: Project, zones: Iterable[Zone], by: User | None, reason: str, at: datetime
) -> None:
    """The zones that the source itself names, in place of those it named before."""
    declared = ProjectZone.Origin.DECLARED
    with recorded(by=by, reason=reason):
        before = dict(_zone_pairs(project))
        wanted = {zone.pk for zone in zones} - _excluded(project)
        dropped = {zone for zone, origin in before.items() if origin == declared} - wanted
        promoted = {zone for zone in wanted & before.keys() if before[zone] == "INTERSECTION"}
        new = wanted - before.keys()
        if not (dropped or promoted or new):
            return
        project.project_zones.filter(zone_id__in=dropped).delete()
        project.project_zones.filter(zone_id__in=promoted).update(origin=declared)
        _add(project, new, declared)
        if dropped:
            locate(project=project)  # the project may lie in them all the same
        touch(project, at=at)


def add_zone(
    *, project: Project, zone: Zone, by: User | None, reason: str, at: datetime
) -> ProjectZone:
    """A zone that the project touches although its geometry does not say so. Raises
    ValidationError by field."""
    with recorded(by=by, reason=_why(reason)):
        Project.objects.select_for_update().get(pk=project.pk)
        if zone.kind == Zone.Kind.COMPARATOR:
            raise ValidationError(
                {"zone": _("It lies outside the territory: no project lies in it.")}
            )
        if project.project_zones.filter(zone=zone).exists():
            raise ValidationError({"zone": _("The project already has this zone.")})
        project.excluded_zones.filter(zone=zone).delete()
        added = ProjectZone.objects.create(project=project, zone=zone, origin="MANUAL")
        touch(project, at=at)
    return added


def remove_zone(
    *, project: Project, zone: Zone, by: User | None, reason: str, at: datetime
) -> None:
    """Take a zone off; neither a new geometry nor an import brings it back, `add_zone` does.
    Raises ValidationError by field."""
    with recorded(by=by, reason=_why(reason)):
        Project.objects.select_for_update().get(pk=project.pk)
        removed, _counts = project.project_zones.filter(zone=zone).delete()
        if not removed:
            raise ValidationError({"zone": _("The project does not have this zone.")})
        ExcludedZone.objects.create(project=project, zone=zone)
        touch(project, at=at)


def _why(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the zones change.")})
    return reason.strip()


def _excluded(project: Project) -> set[int]:
    return set(project.excluded_zones.values_list("zone_id", flat=True))


def _zone_pairs(project: Project) -> set[tuple[int, str]]:
    return set(project.project_zones.values_list("zone_id", "origin"))


def _add(project: Project, zones: set[int], origin: str) -> None:
    ProjectZone.objects.bulk_create(
        ProjectZone(project=project, zone_id=zone, origin=origin) for zone in sorted(zones)
    )


def zones_touched(geometry: GEOSGeometry | None) -> set[int]:
    """Keys of the communes and districts whose interior a geometry of EPSG:4326 shares."""
    if geometry is None:
        return set()
    shared = Q()
    for part in parts(geometry):
        # T first: the interiors meet. A shared border alone has F there (DE-9IM).
        shared |= Q(geometry__bboverlaps=part) & Q(geometry__relate=(part, "T********"))
    zones = Zone.objects.filter(shared, kind__in=FOUND_KINDS)
    return set(zones.values_list("pk", flat=True))


def parts(geometry: GEOSGeometry) -> Iterator[GEOSGeometry]:
    """PostGIS relates no heterogeneous collection: its members one by one."""
    if geometry.geom_type != "GeometryCollection":
        yield geometry
        return
    for member in cast("Iterable[GEOSGeometry]", geometry):
        if member.srid is None:
            member.srid = STORED_SRID
        yield from parts(member)


def check_numbers(geometry: GEOSGeometry) -> None:
    """Raises ValidationError where a coordinate is infinite or not a number."""
    # Not by the extent: GEOS leaves a NaN out of it.
    coordinates = geometry.coords  # type: ignore[attr-defined]  # on every kind, not on the base
    if not all(math.isfinite(value) for value in _numbers(coordinates)):
        raise _refused(_("The geometry has a coordinate that is not a number."))


def _numbers(coordinates: object) -> Iterator[float]:
    if isinstance(coordinates, tuple):
        for part in coordinates:
            yield from _numbers(part)
    else:
        yield cast("float", coordinates)


def _in_degrees(geometry: GEOSGeometry) -> GEOSGeometry:
    srid = geometry.srid or STORED_SRID
    flat = GEOSGeometry(memoryview(WKBWriter(dim=2).write(geometry)), srid=srid)
    if srid == STORED_SRID:
        return flat
    try:
        return flat.transform(STORED_SRID, clone=True)
    except (GDALException, GEOSException) as error:
        raise _refused(
            _("The geometry cannot be converted from EPSG:%(srid)s to longitude and latitude.")
            % {"srid": srid}
        ) from error


def _check_envelope(geometry: GEOSGeometry) -> None:
    west, south, east, north = geometry.extent
    territory = settings.TERRITORY
    if _within((west, south, east, north), territory.envelope):
        return
    words = {"name": territory.name}
    if _within((south, west, north, east), territory.envelope):
        message = _("Outside %(name)s: latitude and longitude look swapped.")
    elif _within((west, south, east, north), LAMBERT_93):
        message = _(
            "Outside %(name)s: these look like Lambert-93 coordinates in metres; "
            "give longitude and latitude in degrees, or say EPSG:2154."
        )
    else:
        message = _("Outside %(name)s: check the coordinates and their order.")
    raise _refused(message % words)


def _within(box: Box, envelope: Box) -> bool:
    west, south, east, north = envelope
    return west <= box[0] and south <= box[1] and box[2] <= east and box[3] <= north


def _refused(message: str) -> ValidationError:
    return ValidationError({"geometry": message})
