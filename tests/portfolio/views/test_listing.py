"""The list is what its address says: columns, order, a page, a file; views keep addresses."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from portfolio.models import Milestone, Project, SavedView
from tests.factories.portfolio import (
    NOW,
    make_milestone,
    make_organisation,
    make_phase_set,
    make_programme,
    make_project,
    make_user,
)

LIST = "/pilotage/projets/"


def codes(client, **query) -> list[str]:
    return [row.code for row in client.get(LIST, query).context["rows"]]


def test_the_list_is_sorted_by_a_column_both_ways_with_the_unknown_last(client, agent):
    make_project(code="A", cost=Decimal(5), name_fr="Un")
    make_project(code="B", cost=None, name_fr="Deux")
    make_project(code="C", cost=Decimal(9), name_fr="Trois")
    assert codes(client, sort="current_eur") == ["A", "C", "B"]
    assert codes(client, sort="-current_eur") == ["C", "A", "B"]
    assert codes(client, sort="name") == ["B", "C", "A"]


def test_the_next_milestone_orders_the_list(client, agent):
    for code, month in (("A", 9), ("B", 3)):
        make_milestone(make_project(code=code), current_on=date(2027, month, 1))
    make_project(code="C")
    assert codes(client, sort="milestone") == ["B", "A", "C"]


def test_a_heading_says_its_order_and_turns_it_round(client, agent):
    make_project()
    headings = client.get(LIST, {"sort": "phase", "state": "ACTIVE"}).context["headings"]
    phase = next(heading for heading in headings if heading.column.key == "phase")
    assert (phase.direction, phase.address) == ("ascending", "?sort=-phase&state=ACTIVE")
    assert [h.direction for h in headings if h != phase] == ["none"] * (len(headings) - 1)


def test_columns_are_chosen_in_the_address_and_unknown_ones_are_passed_over(client, agent):
    make_project(programme=make_programme(name_fr="Vélo"))
    response = client.get(LIST, {"columns": "programme,nothing,ends_on", "sort": "nothing"})
    assert [column.key for column in response.context["columns"]] == ["programme", "ends_on"]
    assert "Vélo" in response.content.decode()
    usual = client.get(LIST, {"columns": "nothing"}).context["columns"]
    assert [column.key for column in usual] == [
        "phase", "milestone", "commissioning", "original_eur", "current_eur", "updated_at",
    ]  # fmt: skip


def test_the_filter_form_carries_the_columns_and_the_order_on(client, agent):
    make_project()
    text = client.get(LIST, {"columns": ["phase", "lead"], "sort": "-phase"}).content.decode()
    form = text.split('class="filters"')[1].split("</form>")[0]
    assert 'name="sort" value="-phase"' in form
    assert form.count('name="columns"') == 2


def test_the_csv_is_what_the_list_shows_in_its_order(client, agent):
    for code, day in (("A", 1), ("B", 2)):
        make_project(code=code, starts_on=date(2026, 1, day))
    response = client.get(
        reverse("portfolio:projects-csv"), {"columns": "starts_on", "sort": "-starts_on"}
    )
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["code", "name", "state", "visibility", "starts_on"]
    assert [(row[0], row[4]) for row in rows[1:]] == [("B", "2026-01-02"), ("A", "2026-01-01")]


def test_the_map_shows_the_same_projects_as_the_list(client, agent):
    make_project(state="SUSPENDED")
    context = client.get(LIST, {"state": "SUSPENDED", "sort": "phase", "page": "1"}).context
    assert context["map"]["projects"] == "/tuiles/projets/{z}/{x}/{y}.pbf?state=SUSPENDED"


@pytest.mark.parametrize(
    "query",
    [{"all": "1"}, {"sort": "milestone"}, {"sort": "-current_eur"}, {"q": "projet"}],
    ids=["all", "milestone", "cost", "search"],
)
def test_the_number_of_queries_is_the_same_for_20_and_2000_projects(
    client, agent, django_assert_num_queries, query
):
    _add(20)
    client.get(LIST, query)
    with django_assert_num_queries(_queries(client, query)):
        client.get(LIST, query)
    few = _queries(client, query)
    _add(1980)
    assert _queries(client, query) == few


@pytest.mark.parametrize("name", ["projects-xlsx", "projects-geojson", "projects-csv"])
def test_the_number_of_queries_of_an_export_does_not_grow_with_it(client, agent, name):
    _add(3)
    few = _count(client, reverse(f"portfolio:{name}"), {})
    _add(60)
    assert _count(client, reverse(f"portfolio:{name}"), {}) == few


def _add(number: int) -> None:
    known = Project.objects.count()
    phase_set = make_phase_set()
    projects = Project.objects.bulk_create(
        Project(code=f"N-{n:05d}", name_fr=f"Projet {n}", phase_set=phase_set,
                phase=phase_set.phases.first(), visibility="INTERNAL", created_at=NOW,
                updated_at=NOW)
        for n in range(known, known + number)
    )  # fmt: skip
    Milestone.objects.bulk_create(
        Milestone(project=p, code="j", name_fr="J", original_on=date(2030, 1, 1),
                  current_on=date(2030, 1, 1))
        for p in projects
    )  # fmt: skip


def _queries(client, query) -> int:
    return _count(client, LIST, query)


def _count(client, address, query) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        assert client.get(address, query).status_code == 200
    return len(captured)


# ---------------------------------------------------------------- saved views


def save(client, pk=None, **fields):
    address = reverse("portfolio:view-edit", args=[pk]) if pk else reverse("portfolio:view-add")
    return client.post(address, {"name": "Mes ponts", "query": "q=pont", **fields})


def test_a_view_is_saved_listed_and_opened_by_its_address(client, agent):
    assert save(client).url == f"{LIST}?q=pont"
    response = client.get(LIST, {"q": "pont"})
    assert [view.name for view in response.context["views"]] == ["Mes ponts"]
    assert 'href="?q=pont" aria-current="page"' in response.content.decode()


def test_the_default_view_opens_where_the_address_asks_for_nothing(client, agent):
    save(client, is_default="on")
    assert client.get(LIST).url == f"{LIST}?q=pont"
    assert client.get(LIST, {"all": "1"}).status_code == 200
    save(client, name="Autre", query="q=halle", is_default="on")
    assert client.get(LIST).url == f"{LIST}?q=halle"
    assert SavedView.objects.filter(is_default=True).count() == 1


def test_a_name_is_taken_once_and_the_form_says_so(client, agent):
    save(client)
    response = save(client)
    assert response.status_code == 422
    assert response.context["form"].errors["name"]


def test_a_shared_view_is_seen_by_the_department_and_changed_by_its_owner_alone(client, agent):
    save(client, is_shared="on")
    view = SavedView.objects.get()
    colleague = make_user(organisation=agent.organisation)
    stranger = make_user(organisation=make_organisation())
    for reader, seen in ((colleague, 1), (stranger, 0)):
        client.force_login(reader)
        assert len(client.get(LIST).context["views"]) == seen
        assert client.get(reverse("portfolio:view-edit", args=[view.pk])).status_code == 404
        withdrawal = client.post(reverse("portfolio:view-withdraw", args=[view.pk]))
        assert withdrawal.status_code == 404


def test_a_shared_view_shows_its_reader_what_they_may_read_and_no_more(client, agent):
    make_project(visibility="DRAFT", manager=agent, name_fr="Pont secret")
    save(client, is_shared="on")
    client.force_login(make_user(organisation=agent.organisation))
    assert codes(client, q="pont") == []


def test_a_view_taken_off_can_be_brought_back_unless_its_name_was_taken(client, agent):
    save(client)
    view = SavedView.objects.get()
    withdraw = reverse("portfolio:view-withdraw", args=[view.pk])
    client.post(withdraw)
    assert client.get(LIST).context["views"] == []
    assert "Mes ponts" in client.get(reverse("portfolio:views")).content.decode()
    save(client)
    client.post(withdraw)
    view.refresh_from_db()
    assert view.withdrawn_at is not None
    SavedView.objects.exclude(pk=view.pk).delete()
    client.post(withdraw)
    view.refresh_from_db()
    assert view.withdrawn_at is None


def test_a_view_is_renamed(client, agent):
    save(client)
    save(client, SavedView.objects.get().pk, name="Ponts")
    assert SavedView.objects.get().name == "Ponts"
