"""The list of projects: what it shows, filters, exports."""

import csv
import json
from decimal import Decimal
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portfolio.models import Project, ProjectZone
from tests.factories.portfolio import make_programme, make_project, make_user, make_zone

pytestmark = pytest.mark.django_db


def listed(client, query: str = "", address: str = "/projets/") -> list[str]:
    return [row.code for row in client.get(f"{address}{query}").context["listing"].rows]


def geojson_codes(client, query: str = "") -> list[str]:
    answer = client.get(f"/projets/projets.geojson{query}")
    return [feature["id"] for feature in json.loads(answer.content)["features"]]


def csv_rows(client, query: str = "") -> list[dict[str, str]]:
    text = client.get(f"/projets/projets.csv{query}").content.decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


@pytest.mark.parametrize("visibility", ["DRAFT", "INTERNAL"])
@pytest.mark.parametrize("logged_in", [False, True])
def test_only_public_projects_are_listed_and_exported(client, visibility, logged_in):
    manager = make_user(is_superuser=True)
    make_project(visibility=visibility, manager=manager)
    public = make_project()
    if logged_in:
        client.force_login(manager)
    assert listed(client) == [public.code]
    assert geojson_codes(client) == [public.code]
    assert [row["code"] for row in csv_rows(client)] == [public.code]


def test_the_filters_of_the_address_apply_to_the_list_and_to_its_exports(client):
    programme = make_programme()
    make_project()
    project = make_project(programme=programme)
    query = f"?programme={programme.code}"
    assert listed(client, query) == geojson_codes(client, query) == [project.code]
    assert [row["code"] for row in csv_rows(client, query)] == [project.code]


def test_the_links_of_a_filtered_list_keep_its_filters(client):
    make_project(name_fr="Pont")
    page = client.get("/projets/?q=pont&phase=travaux&page=1").content.decode()
    assert "projets.csv?q=pont&amp;phase=travaux" in page
    assert "/tuiles/projets/{z}/{x}/{y}.pbf?q=pont&amp;phase=travaux" in page


def test_a_chip_removes_its_own_filter_only(client):
    make_project(name_fr="Pont")
    chips = client.get("/projets/?q=pont&state=ACTIVE").context["listing"].chips
    assert [chip.query for chip in chips] == ["state=ACTIVE", "q=pont"]


def test_a_search_without_result_says_so_and_offers_the_whole_list(client):
    page = client.get("/projets/?q=introuvable").content.decode()
    assert 'class="empty"' in page


def test_a_filter_that_cannot_be_read_is_named(client):
    make_project()
    assert listed(client, "?programme=inconnu") == []
    assert 'href="#id_programme"' in client.get("/projets/?programme=inconnu").content.decode()
    assert client.get("/projets/projets.csv?bbox=1,2").status_code == 400
    assert "bbox" in json.loads(client.get("/projets/projets.geojson?bbox=1,2").content)


def test_an_export_holds_every_page_of_the_list(client):
    for _ in range(26):
        make_project()
    assert len(listed(client)) == 24
    assert len(csv_rows(client)) == len(geojson_codes(client)) == 26


def test_a_spreadsheet_does_not_run_the_texts_of_the_csv(client):
    make_project(name_fr='=HYPERLINK("http://example.org")')
    assert csv_rows(client)[0]["name"] == '\'=HYPERLINK("http://example.org")'


def test_an_unknown_cost_is_empty_and_never_zero(client):
    make_project(cost=None)
    assert csv_rows(client)[0]["current_cost_eur"] == ""
    feature = json.loads(client.get("/projets/projets.geojson").content)["features"][0]
    assert feature["properties"]["current_cost_eur"] is None


def test_the_csv_holds_the_exact_cost(client):
    make_project(cost=Decimal("1234567.89"))
    assert csv_rows(client)[0]["current_cost_eur"] == "1234567.89"


def test_a_project_without_geometry_is_in_the_geojson(client):
    make_project(geometry=None)
    feature = json.loads(client.get("/projets/projets.geojson").content)["features"][0]
    assert feature["geometry"] is None


def test_names_follow_the_language(client):
    make_project(name_fr="Passerelle", name_en="Footbridge")
    assert "Passerelle" in client.get("/projets/").content.decode()
    assert "Footbridge" in client.get("/en/projects/").content.decode()


def test_the_list_takes_as_many_queries_for_ten_projects_as_for_one(client):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get("/projets/")
        return len(captured)

    zone = make_zone()
    first = make_project(programme=make_programme())
    ProjectZone.objects.create(project=first, zone=zone, origin="DECLARED")
    queries()  # the first visit fills Wagtail's caches
    one = queries()
    for _ in range(9):
        ProjectZone.objects.create(
            project=make_project(programme=make_programme()), zone=zone, origin="DECLARED"
        )
    assert Project.objects.count() == 10
    assert queries() == one
