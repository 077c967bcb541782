"""The fictitious metropolis: a river, 28 communes and 6 districts that partition its land.

A fine mesh of cells is drawn first; each cell goes to the nearest commune on its bank of the
river. Communes are unions of cells of one mesh, so that their borders are shared exactly.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.gdal import CoordTransform, SpatialReference
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.contrib.gis.geos import Point as GeoPoint
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from portfolio.demo.files import read_yaml

DATA = Path(__file__).parent / "data" / "territory.yml"
METROPOLIS = "MV"
CRS = 2154  # metres
SEED = 612_000
CELL_M = 520.0
SHORE_M = 190.0  # cells come in mirrored pairs along the river, so that banks follow it


@dataclass(frozen=True)
class ZonePlan:
    """A zone to create. `parent` is the code of the zone that contains it."""

    code: str
    name: str
    kind: str
    parent: str | None
    geometry: MultiPolygon
    population: int


@dataclass(frozen=True)
class _Mesh:
    seeds: np.ndarray  # (n, 2) metres
    cells: np.ndarray  # (n,) polygons in metres


@cache
def description() -> dict[str, Any]:
    content: dict[str, Any] = read_yaml(DATA)
    return content


def plan() -> list[ZonePlan]:
    """The metropolis, its communes, then the districts of the central commune."""
    shapes = metric_shapes()
    territory = description()
    metropolis = shapely.union_all([shapes[c["code"]] for c in territory["communes"]])
    central = territory["communes"][0]["code"]
    people = sum(commune["people"] for commune in territory["communes"])
    zones = [
        ZonePlan(
            METROPOLIS, "Métropole de Valombre", "METROPOLIS", None, _multi(metropolis), people
        )
    ]
    for kind, parent in (("COMMUNE", METROPOLIS), ("DISTRICT", central)):
        for zone in territory["communes" if kind == "COMMUNE" else "districts"]:
            shape = _multi(shapes[zone["code"]])
            zones.append(ZonePlan(zone["code"], zone["name"], kind, parent, shape, zone["people"]))
    return zones


@cache
def metric_shapes() -> dict[str, BaseGeometry]:
    """Polygons by zone code, in EPSG:2154."""
    mesh = _mesh()
    communes = description()["communes"]
    owners = _owners(mesh.seeds, communes)
    shapes = _unions(mesh, owners, communes)
    inside = owners == 0  # the central commune
    centre = _Mesh(mesh.seeds[inside], mesh.cells[inside])
    districts = description()["districts"]
    return shapes | _unions(centre, _owners(centre.seeds, districts), districts)


def river() -> LineString:
    """The course of the Ombre, in EPSG:2154, smoothed."""
    points = np.array(description()["river"]["course"], dtype=float) * 1000
    for _ in range(4):  # Chaikin's corner cutting
        before, after = points[:-1], points[1:]
        cut = np.stack([0.75 * before + 0.25 * after, 0.25 * before + 0.75 * after], axis=1)
        points = np.concatenate([points[:1], cut.reshape(-1, 2), points[-1:]])
    return LineString(points + centre_m())


@cache
def _origin() -> tuple[float, float]:
    longitude, latitude = description()["centre"]
    centre = GeoPoint(longitude, latitude, srid=4326).transform(CRS, clone=True)
    x, y, *_ = centre.extent
    return x, y


def centre_m() -> np.ndarray:
    """The centre of the metropolis, in metres of EPSG:2154."""
    return np.array(_origin())


def _mesh() -> _Mesh:
    seeds = np.concatenate([_shore_seeds(), _land_seeds()])
    polygons = shapely.voronoi_polygons(
        shapely.multipoints(seeds), extend_to=Point(centre_m()).buffer(40_000), ordered=True
    )
    cells = shapely.transform(np.array(shapely.get_parts(polygons)), lambda xy: xy.round(1))
    inside = shapely.contains_xy(_outline(), seeds[:, 0], seeds[:, 1])
    return _Mesh(seeds[inside], cells[inside])


def _shore_seeds() -> np.ndarray:
    line = river()
    steps = np.arange(0, line.length, CELL_M * 0.7)
    here = shapely.get_coordinates(shapely.line_interpolate_point(line, steps))
    ahead = shapely.get_coordinates(shapely.line_interpolate_point(line, steps + 40))
    tangent = (ahead - here) / np.linalg.norm(ahead - here, axis=1, keepdims=True)
    normal = np.stack([-tangent[:, 1], tangent[:, 0]], axis=1) * SHORE_M
    moved: np.ndarray = np.concatenate([here + normal, here - normal])[:, :2]
    return moved.compress(~np.isnan(moved).any(axis=1), axis=0)


def _land_seeds() -> np.ndarray:
    """A jittered grid, away from the river."""
    random = np.random.default_rng(SEED)
    axis = np.arange(-20_000, 20_000, CELL_M)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    seeds = grid + random.uniform(-0.42, 0.42, grid.shape) * CELL_M + centre_m()
    away = shapely.distance(shapely.points(seeds), river()) > SHORE_M * 2
    kept: np.ndarray = seeds[away]
    return kept


def _outline() -> Polygon:
    """An irregular disc."""
    angles = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    random = np.random.default_rng(SEED + 1)
    radius = np.full(angles.shape, description()["radius_km"] * 1000.0)
    for harmonic in (2, 3, 4, 7, 11):
        size = 2300.0 / harmonic
        radius += size * np.cos(harmonic * angles + random.uniform(0, 2 * np.pi))
    ring = np.stack([np.cos(angles), np.sin(angles)], axis=1) * radius[:, None]
    return Polygon(ring + centre_m())


def _owners(seeds: np.ndarray, zones: list[dict[str, Any]]) -> np.ndarray:
    """Index of the zone that each cell goes to."""
    banks = np.where(_on_right_bank(seeds), "R", "L")
    distances = np.full((len(seeds), len(zones)), np.inf)
    for index, zone in enumerate(zones):
        for site in np.array(zone["sites"], dtype=float) * 1000 + centre_m():
            bank = "R" if _on_right_bank(site[None, :])[0] else "L"
            reach = np.hypot(*(seeds - site).T)
            reach[banks != bank] = np.inf
            distances[:, index] = np.minimum(distances[:, index], reach)
    owners: np.ndarray = distances.argmin(axis=1)
    return owners


def _on_right_bank(points: np.ndarray) -> np.ndarray:
    """The river runs from south-east to north-west: its right bank is the eastern one."""
    line = shapely.get_coordinates(river())
    far_east = centre_m() + np.array([[60_000, 20_000], [60_000, -17_000]])
    east = Polygon(np.concatenate([line, far_east]))
    inside: np.ndarray = shapely.contains_xy(east, points[:, 0], points[:, 1])
    return inside


def _unions(
    mesh: _Mesh, owners: np.ndarray, zones: list[dict[str, Any]]
) -> dict[str, BaseGeometry]:
    return {
        zone["code"]: shapely.union_all(mesh.cells[owners == index])
        for index, zone in enumerate(zones)
    }


def _multi(shape: BaseGeometry) -> MultiPolygon:
    geometry = to_degrees(shape)
    return geometry if isinstance(geometry, MultiPolygon) else MultiPolygon(geometry, srid=4326)


@cache
def _to_degrees() -> CoordTransform:
    return CoordTransform(SpatialReference(CRS), SpatialReference(4326))


def to_degrees(shape: BaseGeometry) -> GEOSGeometry:
    """A shape in EPSG:2154 as a GEOS geometry in EPSG:4326, rounded to a centimetre."""
    geometry = GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=CRS)
    geometry.transform(_to_degrees())
    rounded = shapely.transform(shapely.from_wkb(bytes(geometry.wkb)), lambda xy: xy.round(7))
    return GEOSGeometry(memoryview(shapely.to_wkb(rounded)), srid=4326)
