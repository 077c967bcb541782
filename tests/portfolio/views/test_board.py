"""The dashboard: each counter is the list's own filter; money says what it covers."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from portfolio.models import User
from tests.factories.indicators import make_target
from tests.factories.portfolio import (
    make_credit,
    make_estimate,
    make_milestone,
    make_organisation,
    make_project,
    make_user,
)  # fmt: skip
from tests.factories.reviews import make_alert, make_review

pytestmark = pytest.mark.django_db


@pytest.fixture
def director(client) -> User:
    director = make_user(organisation=make_organisation(code="voirie"))
    client.force_login(director)
    return director


def fill(department, count=1):
    today = timezone.localdate()
    for _ in range(count):
        late = make_project(lead=department, cost=Decimal(100))
        make_estimate(late, Decimal(150))
        make_credit(late, today.year)
        past = today - timedelta(days=30)
        make_milestone(late, original_on=past, current_on=past)
        make_alert(late)
        make_project(lead=department, cost=None)
        resting = make_project(lead=department, state="SUSPENDED", cost=Decimal(100))
        make_estimate(resting, Decimal(150))
        make_milestone(resting, original_on=past, current_on=past)
        make_review(late, today.replace(day=1), state="SUBMITTED", cost="STORMY")


def board(client, query=""):
    return client.get(reverse("portfolio:board") + query).context["board"]


def test_each_counter_leads_to_a_list_of_as_many_projects(client, director):
    fill(director.organisation, 2)
    fill(make_organisation(), 1)
    for query, scope in (("", "lead=voirie&"), ("?lead=tout", "")):
        found = board(client, query)
        assert {counter.name for counter in found.counters if counter.count} >= {
            "OFF_TRACK", "LATE", "DEARER", "UNKNOWN", "ALERT", "MISSING",
        }  # fmt: skip
        for counter in found.counters:
            listing = client.get(f"/pilotage/projets/?{scope}{counter.query}")
            assert listing.context["totals"].count == counter.count, (counter, scope)


def test_it_opens_on_the_readers_department_and_those_below(client, director):
    below = make_organisation(parent=director.organisation)
    wanted = {make_project(lead=director.organisation).code, make_project(lead=below).code}
    make_project()
    assert {item.row.code for item in board(client).rows} == wanted
    assert len(board(client, "?lead=tout").rows) == 3
    assert {item.row.code for item in board(client, "?lead=rien").rows} == wanted


def test_what_is_declared_stands_beside_what_is_computed(client, director):
    fill(director.organisation)
    found = {item.row.current_eur: item for item in board(client).rows}
    said, silent = found[Decimal(150)], found[None]
    assert (said.weather, said.health.code) == ("STORMY", "OFF_TRACK")
    assert (silent.weather, silent.health.code) == (None, "UNKNOWN")


def test_the_money_says_what_it_covers_and_unknown_is_no_percentage(client, director):
    year = timezone.localdate().year
    make_credit(make_project(lead=director.organisation), year, paid_eur=Decimal(250_000))
    make_credit(make_project(lead=director.organisation), year, paid_eur=None)
    make_credit(make_project(lead=director.organisation), year, carried_over_eur=None)
    money = board(client).money
    assert (money.projects, money.paid_known, money.compared, money.paid_percent) == (3, 2, 1, 50)


def test_what_nobody_says_is_no_percentage(client, director):
    year = timezone.localdate().year
    make_credit(make_project(lead=director.organisation), year, paid_eur=None)
    assert board(client).money.paid_percent is None


def test_the_effects_count_measured_projects_of_the_same_scope(client, director):
    make_target(project=make_project(lead=director.organisation))
    make_project(lead=director.organisation)
    make_project()
    part = client.get(reverse("indicators:board-effects") + "?lead=voirie")
    assert (part.context["coverage"].measured, part.context["coverage"].projects) == (0, 2)


@pytest.mark.parametrize(
    ("query", "named"),
    [("meteo=STORMY", True), ("meteo=SUNNY", False), ("review=WAITING", True),
     ("alert=MILESTONE_LATE", True), ("alert=AP_EXCEEDED", False), ("computed=OFF_TRACK", True),
     ("late=SLIPPED", False)],
)  # fmt: skip
def test_the_list_follows_each_filter_and_says_so(client, director, query, named):
    fill(director.organisation)
    listing = client.get(f"/pilotage/projets/?{query}")
    assert listing.context["totals"].count == int(named)
    assert len(listing.context["found"].chips) == 1


def test_strangers_cannot_ask_what_is_judged_inside(client, db):
    make_review(make_project(), state="PUBLISHED", cost="TEMPEST")
    assert client.get("/api/v1/projects/?meteo=TEMPEST").status_code == 400
    assert client.get("/tuiles/projets/0/0/0.pbf?meteo=SUNNY").status_code == (
        client.get("/tuiles/projets/0/0/0.pbf").status_code
    )


def test_an_agent_may_ask_the_interface(client, director):
    fill(director.organisation)
    found = client.get("/api/v1/projects/?meteo=STORMY&late=OVERDUE").json()
    assert len(found["features"]) == 1


def test_the_number_of_queries_does_not_depend_on_the_projects(
    client, director, django_assert_num_queries, django_assert_max_num_queries
):
    fill(director.organisation)
    with django_assert_max_num_queries(60) as few:
        board(client)
    fill(director.organisation, 4)
    with django_assert_num_queries(len(few.captured_queries)):
        board(client)


def test_a_counter_at_zero_warns_of_nothing(client, director):
    counters = client.get("/en/pilotage/tableau-de-bord/").content.decode()
    assert "status--bad" not in counters
    fill(director.organisation)
    assert "status--bad" in client.get("/en/pilotage/tableau-de-bord/").content.decode()
