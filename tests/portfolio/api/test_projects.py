import json
from datetime import date
from decimal import Decimal

import pytest
from django.contrib.gis.geos import LineString
from django.urls import reverse

from portfolio.models import ProjectZone
from tests.factories.finance import make_index, make_mark, make_running_cost
from tests.factories.portfolio import (
    NOW,
    make_authorisation,
    make_credit,
    make_estimate,
    make_funding,
    make_milestone,
    make_phase_set,
    make_programme,
    make_project,
    make_user,
    make_zone,
)

pytestmark = pytest.mark.django_db
LIST = reverse("api-project-list")


def codes(client, **parameters) -> list[str]:
    answer = client.get(LIST, parameters)
    assert answer.status_code == 200, answer.content
    return [feature["id"] for feature in answer.json()["features"]]


def test_projects_are_a_feature_collection(client):
    project = make_project(code="P-1", cost=Decimal("12400000"))
    make_estimate(project, Decimal("13100000"))
    make_milestone(project, code="opening")
    make_milestone(project, code="hidden", is_public=False)
    page = client.get(LIST).json()
    (feature,) = page["features"]
    assert (page["type"], page["count"], feature["type"]) == ("FeatureCollection", 1, "Feature")
    assert feature["geometry"] == {"type": "Point", "coordinates": [-0.49, 45.21]}
    about = feature["properties"]
    assert about["original_cost_eur"] == "12400000.00"
    assert about["current_cost_eur"] == "13100000.00"
    assert about["phase"]["code"] == "travaux"
    assert [milestone["code"] for milestone in about["milestones"]] == ["opening"]


def test_an_undrawn_project_without_estimate_says_null(client):
    make_project(geometry=None, cost=None)
    (feature,) = client.get(LIST).json()["features"]
    assert feature["geometry"] is None
    assert feature["properties"]["current_cost_eur"] is None


def test_what_one_may_not_see_is_not_there(client):
    make_project(code="P-INTERNAL", visibility="INTERNAL")
    address = reverse("api-project-detail", args=["P-INTERNAL"])
    assert codes(client) == []
    assert client.get(address).status_code == 404
    client.force_login(make_user())
    assert codes(client) == ["P-INTERNAL"]
    assert client.get(address).json()["id"] == "P-INTERNAL"


def test_nothing_tells_who_the_agents_are(client):
    agent = make_user(username="jdupont", email="j.dupont@example.org", last_name="Dupont")
    make_project(manager=agent)
    client.force_login(agent)
    answer = client.get(LIST).content.decode().lower()
    assert "dupont" not in answer


def test_a_code_with_dots_has_an_address(client):
    make_project(code="A.1_b-2")
    assert client.get("/api/v1/projects/A.1_b-2/").status_code == 200


def test_projects_are_found_by_words_without_accents(client):
    make_project(code="P-A", name_fr="Rénovation du Pont", summary_fr="À vélo")
    make_project(code="P-B", name_fr="Parc")
    assert codes(client, q="renovation PONT velo") == ["P-A"]
    assert codes(client, q="rénovation parc") == []


def test_projects_are_found_by_programme_and_policy(client):
    policy = make_programme(code="mobilites")
    programme = make_programme(code="velo", parent=policy)
    make_project(code="P-A", programme=programme)
    make_project(code="P-B")
    assert codes(client, programme="velo") == ["P-A"]
    assert codes(client, programme="mobilites") == ["P-A"]


def test_projects_are_found_by_phase_of_any_set(client):
    for number, phase_set in enumerate([make_phase_set(), make_phase_set("batiment")]):
        make_project(code=f"P-{number}", phase_set=phase_set)
    make_project(code="P-X", phase=make_phase_set().phases.get(rank=1))
    assert codes(client, phase="travaux") == ["P-0", "P-1"]


def test_projects_are_found_by_state_zone_and_extent(client):
    zone = make_zone(code="99001")
    inside = make_project(code="P-A", state="SUSPENDED")
    ProjectZone.objects.create(project=inside, zone=zone, origin="DECLARED")
    make_project(code="P-B", geometry=LineString((-0.3, 45.3), (-0.2, 45.4), srid=4326))
    assert codes(client, state="SUSPENDED") == ["P-A"]
    assert codes(client, zone="99001") == ["P-A"]
    assert codes(client, bbox="-0.31,45.29,-0.29,45.31") == ["P-B"]
    assert codes(client, bbox="-1,45,0,46") == ["P-A", "P-B"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("programme", "unknown"), ("phase", "unknown"), ("state", "DONE"), ("zone", "unknown"),
        ("zone", "\x00"), ("q", "\x00"), ("phase", "\x00"),
        ("bbox", "1,2,3"), ("bbox", "a,b,c,d"), ("bbox", "5,45,4,46"), ("bbox", "nan,1,2,3"),
        ("bbox", "0,0,inf,1"), ("bbox", "-999,0,1,1"),
        ("limit", "501"), ("limit", "0"), ("limit", "ten"), ("limit", "٣"), ("offset", "-1"),
        ("limit", "9" * 5000), ("programe", "velo"),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_named(client, name, value):
    answer = client.get(LIST, {name: value})
    assert answer.status_code == 400
    assert list(answer.json()) == [name]


def test_pages_lead_to_each_other(client):
    for number in range(3):
        make_project(code=f"P-{number}")
    first = client.get(LIST, {"limit": 2}).json()
    second = client.get(first["next"]).json()
    assert [f["id"] for f in first["features"] + second["features"]] == ["P-0", "P-1", "P-2"]
    assert second["next"] is None


def test_many_projects_take_no_more_queries_than_one(client, django_assert_max_num_queries):
    zone = make_zone()
    for _ in range(5):
        project = make_project(programme=make_programme())
        ProjectZone.objects.create(project=project, zone=zone, origin="DECLARED")
        make_milestone(project)
    with django_assert_max_num_queries(4):
        assert len(client.get(LIST).json()["features"]) == 5


def test_the_answer_is_json_and_cannot_be_written_to(client):
    answer = client.get(LIST)
    assert answer["Content-Type"] == "application/json"
    json.loads(answer.content)
    assert client.post(LIST, {}).status_code in {403, 405}


def test_one_project_tells_its_budget_and_nothing_of_what_is_only_asked(client):
    project = make_project(code="P-1")
    make_authorisation(project, "900000")
    make_credit(project, 2026, committed_eur=None)
    make_credit(project, 2026, section="OPERATING")
    make_funding(project, "150000", scheme="DSIL", notified_eur=Decimal(150_000),
                 notified_on=date(2024, 5, 1))  # fmt: skip
    make_funding(project, "70000", scheme="FEDER")
    about = client.get(reverse("api-project-detail", args=["P-1"])).json()["properties"]
    investment, operating = about["budget"]["sections"]
    assert investment["authorisation"]["voted_eur"] == "900000.00"
    assert investment["credits"][0]["committed_eur"] is None
    assert operating["authorisation"] is None
    assert [funding["scheme"] for funding in about["budget"]["fundings"]] == ["DSIL"]
    (listed,) = client.get(LIST).json()["features"]
    assert "budget" not in listed["properties"]


def test_one_project_tells_its_estimates_marks_and_running_costs(client):
    index = make_index({date(2024, 1, 1): "100", date(2024, 3, 1): "110"}, code="tp01")
    project = make_project(cost=None)
    make_estimate(project, Decimal(1000), index=index)
    make_estimate(project, Decimal(2000))
    make_mark(project, "UNFAVORABLE")
    make_running_cost(project, "500")
    make_running_cost(project, "700", withdrawn_at=NOW)
    about = client.get(f"/api/v1/projects/{project.code}/").json()["properties"]
    first, second = about["cost_estimates"]
    assert first["estimate"]["index"] == "tp01"
    assert first["last_published"] == {
        "amount_eur": "1100.00", "month": "2024-03-01", "is_provisional": False,
    }  # fmt: skip
    assert second["last_published"] is None
    marks = {mark["axis"]["code"]: mark["mark"] for mark in about["green_marks"]}
    assert (marks["attenuation"], marks["eau"]) == ("UNFAVORABLE", "NOT_RATED")
    assert [cost["yearly_eur"] for cost in about["running_costs"]] == ["500.00"]
