"""From the polygons of a source, however they are written, to valid ones in metres."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from django.contrib.gis.gdal import CoordTransform, GDALException, OGRGeometry, SpatialReference
from numpy.typing import NDArray

from indicators.services.columns import ABSENT

DEGREES = 4326
EWKT = re.compile(r"SRID=(\d{1,6});(.*)", re.ASCII | re.DOTALL | re.IGNORECASE)
HEX = re.compile(r"0[01][0-9a-fA-F]+", re.ASCII)
POLYGONS = (3, 6)  # polygon, multipolygon
Shapes = NDArray[np.object_]


@dataclass(frozen=True)
class Outlines:
    """One place a value: the polygon in metres (None where `reason` says why not, or where it is
    empty), whether it had to be repaired, and where its source says that it begins (its least x
    and y)."""

    shapes: Shapes
    reason: NDArray[np.object_]
    repaired: NDArray[np.bool_]
    corner: NDArray[np.float64]


def outlines(values: Sequence[object], *, crs: int, metres: int, may_be_empty: bool) -> Outlines:
    """GeoJSON (a geometry or a feature, also as text), WKT, EWKT, WKB (also as hexadecimal text);
    `crs`: the EPSG code of coordinates that do not say theirs; `metres`: that of the result."""
    with np.errstate(invalid="ignore"):  # a coordinate that is no number is told as such below
        told = [_read(value) for value in values]
    shapes = np.array([one[0] for one in told] or [], dtype=object).reshape(-1)
    reason = np.array([one[1] for one in told] or [], dtype=object).reshape(-1)
    srid = shapely.get_srid(shapes)
    system = np.where(srid > 0, srid, crs)
    shapes = shapely.force_2d(shapes)
    kind = shapely.get_type_id(shapes)
    _say(reason, (kind >= 0) & ~np.isin(kind, POLYGONS), "NOT_A_POLYGON")
    empty = shapely.is_empty(shapes)
    if not may_be_empty:
        _say(reason, empty, "EMPTY_SHAPE")
    _say(
        reason, ~empty & (kind >= 0) & ~np.isfinite(shapely.bounds(shapes)).all(axis=1), "BAD_SHAPE"
    )
    _say(reason, _beyond_degrees(shapes, system), "LOOKS_PROJECTED")
    corner = shapely.bounds(shapes)[:, :2]
    usable = (reason == "") & ~empty
    shapes[~usable] = None
    _project(shapes, system, metres, reason)
    repaired = _repair(shapes, reason)
    return Outlines(shapes, reason, repaired, corner)


def projected(shapes: Shapes, *, crs: int, metres: int) -> Shapes:
    """Valid polygons of our own, from one reference system to another."""
    found = shapes.copy()
    reason = np.full(len(found), "", dtype=object)
    _project(found, np.full(len(found), crs), metres, reason)
    _repair(found, reason)
    return found


def _read(value: object) -> tuple[shapely.Geometry | None, str]:
    if value is ABSENT:
        return None, "MISSING_FIELD"
    try:
        found = _geometry(value)
    except (ValueError, TypeError, RecursionError, shapely.GEOSException):
        found = None
    return found, "" if found is not None else "BAD_SHAPE"


def _geometry(value: object) -> shapely.Geometry | None:
    if isinstance(value, bytes):
        return shapely.from_wkb(value, on_invalid="ignore")
    if isinstance(value, Mapping):
        inner = value.get("geometry") if value.get("type") == "Feature" else value
        return shapely.from_geojson(json.dumps(inner), on_invalid="ignore")
    if not isinstance(value, str):
        return None
    text = value.strip()
    if text.startswith("{"):
        return _geometry(json.loads(text))
    if HEX.fullmatch(text):
        return shapely.from_wkb(bytes.fromhex(text), on_invalid="ignore")
    stated = EWKT.fullmatch(text)
    found = shapely.from_wkt(stated[2] if stated else text, on_invalid="ignore")
    return shapely.set_srid(found, int(stated[1])) if stated else found


def _say(reason: NDArray[np.object_], where: NDArray[np.bool_], code: str) -> None:
    reason[where & (reason == "")] = code


def _beyond_degrees(shapes: Shapes, system: NDArray[np.int64]) -> NDArray[np.bool_]:
    west, south, east, north = shapely.bounds(shapes).T
    with np.errstate(invalid="ignore"):
        beyond = (west < -180) | (east > 180) | (south < -90) | (north > 90)
    found: NDArray[np.bool_] = beyond & (system == DEGREES)
    return found


def _project(
    shapes: Shapes, system: NDArray[np.int64], metres: int, reason: NDArray[np.object_]
) -> None:
    """In place: all coordinates of one system at a time."""
    there = np.array([one is not None for one in shapes], dtype=np.bool_)
    for crs in np.unique(system[there]) if there.any() else ():
        places = np.flatnonzero(there & (system == crs))
        try:
            moved = _moved(shapely.get_coordinates(shapes[places]), int(crs), metres)
        except GDALException:  # a system that nobody knows, or a place that it cannot hold
            reason[places], shapes[places] = "BAD_SHAPE", None
            continue
        shapes[places] = shapely.set_coordinates(shapes[places], moved)


def _moved(coordinates: NDArray[np.float64], crs: int, metres: int) -> NDArray[np.float64]:
    """As one line: GDAL is asked once for all of them."""
    if crs == metres:
        return coordinates
    whole = OGRGeometry(memoryview(shapely.LineString(coordinates).wkb))
    whole.transform(CoordTransform(SpatialReference(crs), SpatialReference(metres)))
    found: NDArray[np.float64] = shapely.get_coordinates(shapely.from_wkb(bytes(whole.wkb)))
    return found


def _repair(shapes: Shapes, reason: NDArray[np.object_]) -> NDArray[np.bool_]:
    """In place: what crosses itself becomes what it encloses."""
    there = np.array([one is not None for one in shapes], dtype=np.bool_)
    wrong = there & ~shapely.is_valid(shapes)
    shapes[wrong] = shapely.make_valid(shapes[wrong], method="structure", keep_collapsed=False)
    flat = there & ~(shapely.area(shapes) > 0)
    _say(reason, flat, "EMPTY_SHAPE")
    shapes[flat] = None
    found: NDArray[np.bool_] = wrong & ~flat
    return found
