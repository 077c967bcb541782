import pytest
from django.contrib.gis.geos import GEOSGeometry, LineString, Point, Polygon
from django.core.exceptions import ValidationError

from portfolio.models import ProjectZone
from portfolio.services import places, projects
from tests.factories.portfolio import NOW, make_project, make_zone, square

WHY = {"by": None, "reason": "Tracé", "at": NOW}


def refusal(text: str, srid: int | None = None) -> str:
    with pytest.raises(ValidationError) as error:
        places.checked(GEOSGeometry(text, srid=srid))
    assert list(error.value.message_dict) == ["geometry"]
    return error.value.messages[0]


@pytest.fixture(autouse=True)
def english():
    from django.utils import translation

    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("POINT EMPTY", "empty"),
        ("POINT (45.2 -0.5)", "swapped"),
        ("POINT (417000 6453000)", "Lambert-93"),
        ("POINT (2.35 48.85)", "check the coordinates"),
        ("POLYGON ((-0.5 45.2, -0.4 45.3, -0.4 45.2, -0.5 45.3, -0.5 45.2))", "not valid"),
    ],
)
def test_a_wrong_geometry_is_refused_with_its_likely_cause(text, cause):
    assert cause in refusal(text)


def test_a_coordinate_that_is_not_a_number_is_refused():
    with pytest.raises(ValidationError):
        places.checked(Point(float("nan"), 45.2))


def test_a_geometry_in_lambert_93_is_converted():
    metres = Point(-0.49, 45.21, srid=4326).transform(2154, clone=True)
    stored = places.checked(metres)
    assert stored.srid == 4326
    assert stored.coords == pytest.approx((-0.49, 45.21), abs=1e-6)


def test_an_unknown_reference_system_is_refused():
    assert "999999" in refusal("POINT (1 2)", srid=999999)


def test_heights_are_left_out():
    assert not places.checked(Point(-0.49, 45.21, 12, srid=4326)).hasz


def zones_of(project) -> dict[str, str]:
    return dict(project.project_zones.values_list("zone__code", "origin"))


@pytest.mark.django_db
def test_communes_and_districts_are_found_again_when_the_geometry_changes():
    make_zone(code="OUEST", geometry=square(-0.5))
    make_zone(code="EST", geometry=square(-0.48), kind="DISTRICT")
    make_zone(code="TOUT", geometry=square(-0.6, side=0.3), kind="METROPOLIS")
    project = make_project()
    project = projects.update(project=project, changes={"geometry": Point(-0.49, 45.215)}, **WHY)
    assert zones_of(project) == {"OUEST": "INTERSECTION"}
    project = projects.update(
        project=project, changes={"geometry": LineString((-0.49, 45.21), (-0.47, 45.21))}, **WHY
    )
    assert zones_of(project) == {"OUEST": "INTERSECTION", "EST": "INTERSECTION"}
    project = projects.update(project=project, changes={"geometry": None}, **WHY)
    assert zones_of(project) == {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "geometry",
    [
        Polygon.from_bbox((-0.52, 45.2, -0.5, 45.22)),
        Point(-0.5, 45.21),
        LineString((-0.5, 45.2), (-0.5, 45.22)),
    ],
)
def test_a_zone_that_only_shares_a_border_does_not_count(geometry):
    make_zone(geometry=square(-0.5))
    project = projects.update(project=make_project(), changes={"geometry": geometry}, **WHY)
    assert zones_of(project) == {}


@pytest.mark.django_db
def test_the_members_of_a_mixed_collection_are_located_one_by_one():
    make_zone(code="OUEST", geometry=square(-0.5))
    make_zone(code="EST", geometry=square(-0.46))
    mixed = GEOSGeometry(
        "GEOMETRYCOLLECTION (POINT (-0.49 45.21), LINESTRING (-0.45 45.21, -0.44 45.21))"
    )
    project = projects.update(project=make_project(), changes={"geometry": mixed}, **WHY)
    assert set(zones_of(project)) == {"OUEST", "EST"}


@pytest.mark.django_db
def test_a_declared_zone_stays_declared_and_falls_back_to_found():
    zone = make_zone(code="OUEST", geometry=square(-0.5))
    undrawn = make_zone(code="75004", geometry=None, kind="DISTRICT")
    project = make_project()
    places.declare_zones(project=project, zones=[zone, undrawn], **WHY)
    assert zones_of(project) == {"OUEST": "DECLARED", "75004": "DECLARED"}
    places.declare_zones(project=project, zones=[], **WHY)
    assert zones_of(project) == {"OUEST": "INTERSECTION"}


@pytest.mark.django_db
def test_declaring_the_same_zones_again_records_nothing():
    zone = make_zone(geometry=None)
    project = make_project()
    places.declare_zones(project=project, zones=[zone], **WHY)
    events = ProjectZone.pgh_event_model.objects.count()
    places.declare_zones(project=project, zones=[zone], **(WHY | {"at": NOW.replace(day=5)}))
    assert ProjectZone.pgh_event_model.objects.count() == events
    project.refresh_from_db()
    assert project.updated_at == NOW


@pytest.mark.django_db
def test_a_project_is_located_again_when_a_zone_moves():
    project = make_project()
    zone = make_zone(code="OUEST", geometry=square(-0.5))
    places.relocate(project=project, **WHY)
    assert zones_of(project) == {"OUEST": "INTERSECTION"}
    zone.geometry = square(-0.3)
    zone.save()
    places.relocate(project=project, **WHY)
    assert zones_of(project) == {}


@pytest.mark.django_db
def test_a_zone_added_by_hand_stays_when_the_place_changes():
    zone = make_zone(code="LOIN", geometry=square(-0.3))
    project = make_project()
    places.add_zone(project=project, zone=zone, **WHY)
    projects.update(project=project, changes={"geometry": Point(-0.4, 45.3)}, **WHY)
    assert zones_of(project) == {"LOIN": "MANUAL"}
    with pytest.raises(ValidationError):
        places.add_zone(project=project, zone=zone, **WHY)


@pytest.mark.django_db
def test_a_zone_taken_off_comes_back_by_hand_alone():
    zone = make_zone(code="OUEST", geometry=square(-0.5))
    project = make_project()
    places.relocate(project=project, **WHY)
    places.remove_zone(project=project, zone=zone, **WHY)
    places.relocate(project=project, **WHY)
    places.declare_zones(project=project, zones=[zone], **WHY)
    assert zones_of(project) == {}
    with pytest.raises(ValidationError):
        places.remove_zone(project=project, zone=zone, **WHY)
    places.add_zone(project=project, zone=zone, **WHY)
    assert zones_of(project) == {"OUEST": "MANUAL"}


@pytest.mark.django_db
@pytest.mark.parametrize("verb", [places.add_zone, places.remove_zone])
def test_a_zone_changes_for_a_reason(verb):
    with pytest.raises(ValidationError) as error:
        verb(project=make_project(), zone=make_zone(), **(WHY | {"reason": " "}))
    assert list(error.value.message_dict) == ["reason"]


@pytest.mark.django_db
def test_a_place_to_compare_with_is_not_added_to_a_project():
    france = make_zone(kind="COMPARATOR", geometry=None)
    project = make_project()
    with pytest.raises(ValidationError) as refused:
        places.add_zone(project=project, zone=france, **WHY)
    assert list(refused.value.message_dict) == ["zone"]
    assert not project.project_zones.exists()
