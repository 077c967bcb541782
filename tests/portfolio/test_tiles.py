import math

import pytest
from django.contrib.gis.geos import LineString, Point
from django.urls import reverse

from tests.factories.portfolio import make_project, make_user, make_zone

pytestmark = pytest.mark.django_db


def at(lon: float, lat: float, z: int) -> dict[str, int]:
    """The tile that holds a point."""
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return {"z": z, "x": int((lon + 180) / 360 * 2**z), "y": int(y * 2**z)}


def address(layer: str = "projets", *, lon: float = -0.49, lat: float = 45.21, z: int = 13) -> str:
    return reverse("tile", kwargs={"layer": layer, **at(lon, lat, z)})


def varint(data: bytes, at_: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at_]
        value |= (byte & 127) << shift
        at_, shift = at_ + 1, shift + 7
        if byte < 128:
            return value, at_


def fields(data: bytes):
    """(number, content) of each field of a protocol buffer message."""
    position = 0
    while position < len(data):
        tag, position = varint(data, position)
        if tag & 7 == 2:
            size, position = varint(data, position)
            yield tag >> 3, data[position : position + size]
            position += size
        else:
            value, position = varint(data, position)
            yield tag >> 3, value


def decode(tile: bytes) -> tuple[str, list[int], set]:
    """Layer name, geometry type of each feature (1 point, 2 line, 3 polygon), text values."""
    if not tile:
        return "", [], set()
    (_, layer) = next(fields(tile))
    parts = list(fields(layer))
    name = next(content for number, content in parts if number == 1).decode()
    kinds = [dict(fields(content))[3] for number, content in parts if number == 2]
    values = [dict(fields(content)) for number, content in parts if number == 4]
    return name, kinds, {value[1].decode() for value in values if 1 in value}


def test_a_tile_holds_the_projects_inside_it(client):
    make_project(code="P-IN", name_fr="Pont", name_en="Bridge")
    make_project(code="P-FAR", geometry=Point(-0.3, 45.4, srid=4326))
    answer = client.get(address())
    name, kinds, values = decode(answer.content)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert (name, kinds) == ("projets", [1])
    assert {"P-IN", "Pont", "Bridge", "ACTIVE"} <= values
    assert "P-FAR" not in values


def test_a_tile_hides_what_its_reader_may_not_see(client):
    make_project(code="P-INTERNAL", visibility="INTERNAL")
    assert client.get(address()).content == b""
    client.force_login(make_user())
    assert "P-INTERNAL" in decode(client.get(address()).content)[2]


def test_a_tile_takes_the_filters_of_the_list(client):
    make_project(code="P-A", name_fr="Rénovation du pont")
    make_project(code="P-B", name_fr="Parc")
    _, kinds, values = decode(client.get(address(), {"q": "renovation"}).content)
    assert len(kinds) == 1
    assert "P-A" in values


def test_a_filter_that_cannot_be_read_is_named(client):
    answer = client.get(address(), {"bbox": "1,2,3"})
    assert answer.status_code == 400
    assert list(answer.json()) == ["bbox"]


def test_lines_are_lines_near_and_points_far_away(client):
    make_project(geometry=LineString((-0.50, 45.21), (-0.48, 45.22), srid=4326))
    assert decode(client.get(address(z=12)).content)[1] == [2]
    assert decode(client.get(address(z=9)).content)[1] == [1]


def test_communes_are_drawn_with_their_names(client):
    make_zone(name="Rive-Droite", code="99001")
    make_zone(name="Métropole", kind="METROPOLIS")
    name, kinds, values = decode(client.get(address("communes", z=10)).content)
    assert (name, kinds) == ("communes", [3])
    assert values == {"Rive-Droite", "99001"}


@pytest.mark.parametrize(
    "path", ["projets/3/8/0", "projets/3/0/8", "projets/23/0/0", "inconnu/0/0/0"]
)
def test_an_address_without_a_tile_is_not_found(client, path):
    assert client.get(f"/tuiles/{path}.pbf").status_code == 404


def test_a_tile_is_cached_for_residents_and_private_for_agents(client):
    make_project()
    answer = client.get(address())
    assert "public" in answer["Cache-Control"]
    assert "max-age=60" in answer["Cache-Control"]
    assert "Cookie" in answer["Vary"]
    again = client.get(address(), headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    client.force_login(make_user())
    assert "private" in client.get(address())["Cache-Control"]


def test_an_empty_tile_is_empty(client):
    answer = client.get(address(lon=10, lat=10))
    assert (answer.status_code, answer.content) == (200, b"")
