"""A place as people give it: GeoJSON, WKT, or a list of coordinates. Read as text, drawn by GEOS."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from django.contrib.gis.geos import (
    GeometryCollection,
    GEOSException,
    GEOSGeometry,
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
    WKBWriter,
)
from django.utils.translation import gettext as _

from portfolio.imports import geojson_file
from portfolio.imports.table import FileRefusedError

MAX_BYTES = 2_000_000
MAX_NESTING = 8  # of brackets in WKT: its parser would follow deeper ones until it breaks
WKT = re.compile(
    r"\s*(?:SRID=(?P<srid>\d{4,6});)?\s*(?P<shape>(?:MULTI)?(?:POINT|LINESTRING|POLYGON)\b.*"
    r"|GEOMETRYCOLLECTION\b.*)",
    re.IGNORECASE | re.DOTALL,
)
NUMBER = r"[-−+]?\d+(?:[.,]\d+)?"
POSITION = re.compile(rf"\(?\s*({NUMBER})(?:\s*;\s*|\s*,\s+|\s+)({NUMBER})[\s;,]*({NUMBER})?\s*\)?")
PLAIN_PAIR = re.compile(r"\s*([-−+]?\d+(?:\.\d+)?),([-−+]?\d+(?:\.\d+)?)\s*")


@dataclass(frozen=True)
class GivenPlace:
    """What was given: its shapes merged, flat, without a reference system; `srid` is the one
    that the text names."""

    geometry: GEOSGeometry
    format: str  # GeoJSON, WKT, coordinates
    srid: int | None
    shapes: int
    had_heights: bool


def read(text: str, *, kind: str = "POINTS") -> GivenPlace:
    """A place from its text; `kind` (POINTS, LINE, AREA) is what a list of coordinates draws.

    Raises FileRefusedError with the reason.
    """
    if len(text) > MAX_BYTES:
        raise FileRefusedError(_("Over %(size)d MB.") % {"size": MAX_BYTES // 1_000_000})
    if text.lstrip("\N{ZERO WIDTH NO-BREAK SPACE} \t\r\n").startswith("{"):
        return _from_geojson(text)
    if found := WKT.fullmatch(text):
        return _from_wkt(found["shape"], int(found["srid"]) if found["srid"] else None)
    return _from_coordinates(text, kind)


def as_text(data: bytes) -> str:
    """The text of an uploaded file. Raises FileRefusedError."""
    if len(data) > MAX_BYTES:
        raise FileRefusedError(_("Over %(size)d MB.") % {"size": MAX_BYTES // 1_000_000})
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileRefusedError(_("The file must be text in UTF-8: GeoJSON or WKT.")) from error


def written(geometry: GEOSGeometry | None) -> str:
    """GeoJSON of a geometry in longitude and latitude; empty for none. `read` gives it back."""
    return json.dumps(_as_json(geometry), separators=(",", ":")) if geometry is not None else ""


def _as_json(geometry: GEOSGeometry) -> dict[str, Any]:
    if geometry.geom_type == "GeometryCollection":
        members = cast("Iterable[GEOSGeometry]", geometry)
        return {"type": geometry.geom_type, "geometries": [_as_json(part) for part in members]}
    coordinates = geometry.coords  # type: ignore[attr-defined]  # on every kind, not on the base
    return {"type": geometry.geom_type, "coordinates": coordinates}


# ---------------------------------------------------------------- formats


def _from_geojson(text: str) -> GivenPlace:
    document = geojson_file.parsed(text.encode("utf-8", "surrogatepass"))
    srid = geojson_file.declared_srid(document.get("crs"))
    try:
        shapes = [geojson_file.geometry_of(shape) for shape in _shapes(document)]
    except geojson_file.UNREADABLE as error:
        raise FileRefusedError(_("This is not GeoJSON that can be drawn.")) from error
    return _given(shapes, "GeoJSON", srid, had_heights=_has_heights(_coordinates(document)))


def _shapes(document: Any) -> Iterator[dict[str, Any]]:
    """The geometries of a FeatureCollection, a Feature or a geometry. Raises one of UNREADABLE."""
    if not isinstance(document, dict):
        raise TypeError(document)
    if document.get("type") == "FeatureCollection":
        for feature in document["features"]:
            yield from _shapes(feature)
    elif document.get("type") == "Feature":
        if document["geometry"] is not None:
            yield document["geometry"]
    else:
        yield document


def _coordinates(document: Any) -> Iterator[Any]:
    for shape in _shapes(document):
        yield shape.get("coordinates", [])


def _has_heights(parts: Iterable[Any]) -> bool:
    for part in parts:
        if isinstance(part, list):
            if len(part) > 2 and not isinstance(part[0], list):
                return True
            if _has_heights(part):
                return True
    return False


def _from_wkt(text: str, srid: int | None) -> GivenPlace:
    depth = deepest = 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        deepest = max(deepest, depth)
    if deepest > MAX_NESTING:
        raise FileRefusedError(_("This WKT cannot be read."))
    try:
        shape = GEOSGeometry(text.strip())
        flat = GEOSGeometry(memoryview(WKBWriter(dim=2).write(shape)))
    except (GEOSException, ValueError) as error:
        raise FileRefusedError(_("This WKT cannot be read.")) from error
    return _given([flat], "WKT", srid, had_heights=shape.hasz)


def _from_coordinates(text: str, kind: str) -> GivenPlace:
    positions, had_heights = [], False
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        found = PLAIN_PAIR.fullmatch(line) or POSITION.fullmatch(line.strip())
        if found is None:
            raise FileRefusedError(
                _("Line %(number)d is not a pair of coordinates, GeoJSON or WKT.")
                % {"number": number}
            )
        had_heights = had_heights or bool(found.re is POSITION and found[3])
        positions.append((_number(found[1]), _number(found[2])))
    return _given([_drawn(positions, kind)], "coordinates", None, had_heights=had_heights)


def _number(text: str) -> float:
    return float(text.replace("−", "-").replace(",", "."))


def _drawn(positions: list[tuple[float, float]], kind: str) -> GEOSGeometry:
    needed = {"LINE": 2, "AREA": 3}.get(kind, 1)
    if len(positions) < needed:
        raise FileRefusedError(
            _("A line needs two points, an area three: give one a line.")
            if needed > 1
            else _("There is no coordinate.")
        )
    if kind == "LINE":
        return LineString(positions)
    if kind == "AREA":
        return Polygon([*positions, positions[0]])
    points = [Point(position) for position in positions]
    return points[0] if len(points) == 1 else MultiPoint(points)


# ---------------------------------------------------------------- merging


def _given(
    shapes: list[GEOSGeometry], form: str, srid: int | None, *, had_heights: bool
) -> GivenPlace:
    parts = [part for shape in shapes for part in _simple(shape)]
    if not parts:
        raise FileRefusedError(_("The geometry is empty."))
    return GivenPlace(_merged(parts), form, srid, len(parts), had_heights)


def _simple(shape: GEOSGeometry) -> Iterator[GEOSGeometry]:
    """Points, lines and polygons alone."""
    if shape.geom_type.startswith("Multi") or shape.geom_type == "GeometryCollection":
        for member in cast("Iterable[GEOSGeometry]", shape):
            yield from _simple(member)
    elif not shape.empty:
        yield shape


def _merged(parts: list[GEOSGeometry]) -> GEOSGeometry:
    if len(parts) == 1:
        return parts[0]
    kinds = {part.geom_type for part in parts}
    if len(kinds) > 1:
        return GeometryCollection(parts)
    return COLLECTIONS[kinds.pop()](parts)


def _areas(parts: list[GEOSGeometry]) -> GEOSGeometry:
    """Sound areas that overlap or touch become one; crossed ones are left for people to judge."""
    together = MultiPolygon(parts)
    sound = all(part.valid for part in parts)
    return together.unary_union if sound and not together.valid else together


COLLECTIONS: dict[str, Callable[[list[GEOSGeometry]], GEOSGeometry]] = {
    "Point": MultiPoint,
    "LineString": MultiLineString,
    "Polygon": _areas,
}
