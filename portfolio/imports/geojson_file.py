"""GeoJSON (RFC 7946): parsed as JSON, drawn by GEOS; no driver guesses what the file is."""

import json
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, NoReturn

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
)
from django.utils.translation import gettext as _

from portfolio.imports.table import (
    GEOMETRY,
    MAX_CELLS,
    MAX_ROWS,
    Fault,
    FileRefusedError,
    Row,
    Table,
)

LONGITUDE_LATITUDE = 4326
MAX_NESTING = 8  # of collections: GEOS would follow deeper ones until it breaks
_EPSG = re.compile(r"(?:urn:ogc:def:crs:EPSG:[0-9.]*:|EPSG:)([0-9]{4,6})", re.IGNORECASE)

# What a shape that cannot be drawn raises.
UNREADABLE = (TypeError, ValueError, KeyError, RecursionError, GEOSException, OverflowError)

Coordinates = Sequence[Any]


def read(data: bytes) -> Table:
    """One row a feature, its properties as columns, its number as line."""
    document = parsed(data)
    features = document.get("features")
    if document.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise FileRefusedError(_("This JSON is not a GeoJSON FeatureCollection."))
    header = _header(features)
    if len(features) > MAX_ROWS or len(features) * len(header) > MAX_CELLS:
        raise FileRefusedError(
            _("Over %(rows)d features or %(cells)d values.")
            % {"rows": MAX_ROWS, "cells": MAX_CELLS}
        )
    srid = declared_srid(document.get("crs")) or LONGITUDE_LATITUDE
    rows = tuple(_row(number, item, header, srid) for number, item in enumerate(features, 1))
    raw = dict(enumerate(features, 1))
    return Table("GeoJSON", header, rows, raw=raw, crs=document.get("crs"))


def parsed(data: bytes) -> dict[str, Any]:
    """The JSON object, empty where it is something else. Raises FileRefusedError."""
    try:
        document = json.loads(
            data.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_such_number
        )
    except UnicodeDecodeError as error:
        raise FileRefusedError(_("GeoJSON must be in UTF-8.")) from error
    except json.JSONDecodeError as error:
        raise FileRefusedError(
            _("This is not JSON (%(detail)s).") % {"detail": error.msg}, line=error.lineno
        ) from error
    except (ValueError, RecursionError) as error:
        raise FileRefusedError(_("This JSON cannot be read: %s.") % error) from error
    return document if isinstance(document, dict) else {}


def _no_such_number(name: str) -> NoReturn:
    raise ValueError(name)


def _header(features: list[Any]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for feature in features:
        names.update(dict.fromkeys(_properties(feature)))
    return tuple(names)


def _properties(feature: object) -> dict[str, Any]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    return properties if isinstance(properties, dict) else {}


def declared_srid(crs: object) -> int | None:
    """RFC 7946 knows longitude and latitude alone; older files name another system. None where
    the file names none. Raises FileRefusedError."""
    if crs is None:
        return None
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    if "CRS84" in name:
        return LONGITUDE_LATITUDE
    code = _EPSG.fullmatch(name)
    if code is None:
        raise FileRefusedError(_("Unknown coordinate reference system “%s”.") % name)
    return int(code[1])


def _row(number: int, feature: object, header: tuple[str, ...], srid: int) -> Row:
    properties = _properties(feature)
    cells = tuple(_text(properties.get(name)) for name in header)
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        return Row(number, cells, fault=Fault(number, "", _("This is not a GeoJSON feature.")))
    if feature.get("geometry") is None:
        return Row(number, cells)
    try:
        geometry = geometry_of(feature["geometry"])
    except UNREADABLE:
        fault = Fault(number, GEOMETRY, _("The geometry cannot be read."))
        return Row(number, cells, fault=fault)
    geometry.srid = srid
    return Row(number, cells, geometry=geometry)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value).strip()


def geometry_of(shape: dict[str, Any], depth: int = 0) -> GEOSGeometry:
    """A GeoJSON geometry, without heights. Raises one of UNREADABLE."""
    if shape["type"] == "GeometryCollection":
        if depth >= MAX_NESTING:
            raise ValueError(depth)
        members = [geometry_of(member, depth + 1) for member in shape["geometries"]]
        return GeometryCollection(members)
    return BUILDERS[shape["type"]](shape["coordinates"])


def _point(position: Coordinates) -> Point:
    x, y = position[:2]  # a height is not kept
    if isinstance(x, bool | str) or isinstance(y, bool | str):
        raise TypeError(position)
    return Point(float(x), float(y))


def _line(positions: Coordinates) -> LineString:
    return LineString([_point(position) for position in positions])


def _polygon(rings: Coordinates) -> Polygon:
    return Polygon(*[[_point(position).coords for position in ring] for ring in rings])


BUILDERS: dict[str, Callable[[Coordinates], GEOSGeometry]] = {
    "Point": _point,
    "LineString": _line,
    "Polygon": _polygon,
    "MultiPoint": lambda parts: MultiPoint([_point(part) for part in parts]),
    "MultiLineString": lambda parts: MultiLineString([_line(part) for part in parts]),
    "MultiPolygon": lambda parts: MultiPolygon([_polygon(part) for part in parts]),
}
