from itertools import combinations

import pytest
import shapely
from shapely.geometry import LineString
from shapely.ops import split

from portfolio.demo import territory


@pytest.fixture(scope="module")
def plan():
    return territory.plan()


def communes(plan):
    return [zone for zone in plan if zone.kind == "COMMUNE"]


def shape(zone):
    return shapely.from_wkt(zone.geometry.wkt)


def test_the_communes_cover_the_metropolis_without_gap_nor_overlap(plan):
    shapes = [shape(zone) for zone in communes(plan)]
    whole = shapely.union_all(shapes)
    assert len(shapes) == 28
    assert sum(s.area for s in shapes) == pytest.approx(whole.area, rel=1e-6)
    assert whole.geom_type == "Polygon"
    assert not whole.interiors
    assert shape(plan[0]).symmetric_difference(whole).area < 1e-9


def test_neighbours_share_their_border_and_nothing_else(plan):
    for one, other in combinations(map(shape, communes(plan)), 2):
        assert one.intersection(other).area < 1e-12


def test_every_commune_is_one_piece_inside_the_envelope_of_the_territory(plan, settings):
    west, south, east, north = settings.TERRITORY.envelope
    for zone in plan:
        assert zone.geometry.valid
        assert zone.geometry.num_geom == 1
        x0, y0, x1, y1 = zone.geometry.extent
        assert west < x0 < x1 < east
        assert south < y0 < y1 < north


def test_inhabitants_add_up_to_those_of_the_territory(plan, settings):
    total = settings.TERRITORY.population
    central = [zone for zone in plan if zone.parent == "MV001"]
    assert plan[0].population == sum(zone.population for zone in communes(plan)) == total
    assert sum(zone.population for zone in central) == communes(plan)[0].population


def test_the_districts_cover_the_central_commune(plan):
    central = next(shape(zone) for zone in plan if zone.code == "MV001")
    districts = shapely.union_all([shape(zone) for zone in plan if zone.parent == "MV001"])
    assert districts.symmetric_difference(central).area < 1e-9


def test_the_river_parts_the_communes_and_runs_through_the_central_one(plan):
    river, shapes = territory.river(), territory.metric_shapes()

    def smaller_bank(code):
        pieces = split(shapes[code], river).geoms
        east = sum(p.area for p in pieces if p.representative_point().x > river_x(p))
        return min(east, shapes[code].area - east) / shapes[code].area

    def river_x(piece):
        level = piece.representative_point().y
        across = LineString([(0, level), (2_000_000, level)])
        return shapely.get_coordinates(river.intersection(across))[0][0]

    assert smaller_bank("MV001") > 0.3
    assert all(smaller_bank(zone.code) < 0.05 for zone in communes(plan)[1:])


def test_the_map_is_drawn_the_same_twice(plan):
    before = [(zone.code, zone.geometry.wkt) for zone in plan]
    territory.metric_shapes.cache_clear()
    assert [(zone.code, zone.geometry.wkt) for zone in territory.plan()] == before
