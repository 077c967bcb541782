"""A place is drawn to scale among its communes, north up, whatever its geometry."""

import re
from xml.etree import ElementTree as ET

import pytest
from django.contrib.gis.geos import GeometryCollection, GEOSGeometry, LineString, Point

from portfolio.charts.maps.place import place_map, scale_bar, view_around
from tests.factories.portfolio import square

SVG = "{http://www.w3.org/2000/svg}"
ZONES = [("Ouest", square(-0.55, 45.15, 0.05)), ("Est", square(-0.5, 45.15, 0.05))]
WEST, EAST = Point(-0.52, 45.17, srid=4326), Point(-0.48, 45.17, srid=4326)


def draw(place: GEOSGeometry, **given) -> ET.Element:
    options = {"zones": ZONES, "crs": 2154, "title": "Carte"} | given
    return ET.fromstring(place_map(place=place, **options))


def drawn(svg: ET.Element, name: str) -> list[ET.Element]:
    return svg.findall(f".//*[@class='place-map__{name}']")


def test_its_name_comes_first_and_is_text():
    svg = draw(WEST, title="<script>")
    assert svg[0].tag == f"{SVG}title"
    assert svg[0].text == "<script>"


@pytest.mark.parametrize(
    ("place", "shapes"),
    [
        (WEST, {"dot": 1}),
        (LineString(WEST, EAST, srid=4326), {"line": 1}),
        (square(-0.51, 45.17, 0.01), {"area": 1}),
        (GeometryCollection(WEST, LineString(WEST, EAST), square(-0.51, 45.17, 0.01)[0], srid=4326),
         {"dot": 1, "line": 1, "area": 1}),
    ],
)  # fmt: skip
def test_each_kind_of_geometry_is_drawn(place, shapes):
    svg = draw(place)
    assert {name: len(drawn(svg, name)) for name in shapes} == shapes


def test_east_is_right_and_north_is_up():
    north = Point(-0.5, 45.18, srid=4326)
    dots = drawn(draw(GeometryCollection(WEST, EAST, north, srid=4326)), "dot")
    (west, east, top) = [(float(dot.get("cx")), float(dot.get("cy"))) for dot in dots]
    assert west[0] < top[0] < east[0]
    assert top[1] < west[1]


def test_nothing_is_drawn_outside_the_frame():
    svg = draw(LineString(WEST, EAST, srid=4326), size=(320, 240))
    numbers = [
        float(n) for zone in drawn(svg, "zone") for n in re.findall(r"-?[\d.]+", zone.get("d"))
    ]
    assert min(numbers) >= -0.1
    assert max(numbers) <= 320.1


def test_a_zone_of_which_only_a_corner_shows_is_not_named():
    names = [
        text.text for text in drawn(draw(WEST, zones=[*ZONES, ("Loin", square(0, 46))]), "name")
    ]
    assert "Loin" not in names
    assert "Ouest" in names


def test_a_point_is_seen_with_eight_kilometres_around():
    view = view_around(Point(400_000, 6_450_000), (320, 240))
    assert view.metres_per_pixel * 320 == pytest.approx(8_000)


@pytest.mark.parametrize(
    ("metres_per_pixel", "metres", "label"),
    [(6.25, 500, "500 m"), (10, 1000, "1 km"), (25, 2000, "2 km"), (50, 5000, "5 km")],
)
def test_the_scale_bar_is_a_round_length_drawn_true(metres_per_pixel, metres, label):
    assert scale_bar(metres_per_pixel, 320) == (pytest.approx(metres / metres_per_pixel), label)


def test_a_long_name_near_the_frame_is_moved_inside():
    east = ("Saint-Martin-des-Champs-sur-Ombre", square(-0.495, 45.1, 0.2))
    svg = draw(WEST, zones=[east])
    (name,) = drawn(svg, "name")
    assert float(name.get("x")) + 3.3 * len(name.text) <= float(svg.get("width"))


def test_a_place_too_small_to_see_is_a_dot():
    assert len(drawn(draw(square(-0.51, 45.17, 0.0005)), "dot")) == 1


def test_a_name_keeps_clear_of_the_place():
    place = square(-0.53, 45.17, 0.01)
    (name,) = drawn(draw(place, zones=ZONES[:1]), "name")
    numbers = [float(n) for n in re.findall(r"[\d.]+", drawn(draw(place), "area")[0].get("d"))]
    inside_x = min(numbers[::2]) < float(name.get("x")) < max(numbers[::2])
    inside_y = min(numbers[1::2]) < float(name.get("y")) < max(numbers[1::2])
    assert not (inside_x and inside_y)
