"""A project and the list as they were known at the end of a day: read-only, said as such."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from portfolio.models import Project
from portfolio.queries import events
from tests.factories.portfolio import (
    make_authorisation,
    make_credit,
    make_estimate,
    make_funding,
    make_milestone,
    make_project,
    make_user,
)

pytestmark = pytest.mark.django_db
DAY = date(2025, 6, 30)


def age(project, on: date) -> None:
    """As if what is stored by now had been entered that day."""
    at = timezone.make_aware(datetime.combine(on, time(12)))
    for one in events.tracked():
        late = one.events._default_manager.filter(**{one.column: project.pk})
        late.filter(pgh_created_at__gte=timezone.now() - timedelta(hours=1)).update(
            pgh_created_at=at
        )


@pytest.fixture
def old(agent) -> Project:
    """Known since May 2025, changed today."""
    project = make_project(manager=agent, name_fr="Pont", cost=Decimal(1_200_000))
    make_milestone(project, name_fr="Ouverture")
    make_authorisation(project)
    make_credit(project, 2025)
    make_funding(project, scheme="Fonds vert")
    age(project, date(2025, 5, 1))
    project.name_fr = "Passerelle"
    project.save()
    make_estimate(project, Decimal(2_000_000))
    return project


def page(client, project, **query):
    return client.get(reverse("portfolio:project", args=[project.code]), query)


def listed(client, **query):
    return client.get(reverse("portfolio:projects"), query)


def test_the_page_shows_what_was_known_that_day_and_changes_nothing(client, old):
    text = page(client, old, au="2025-06-30").content.decode()
    assert "Pont" in text
    assert "Passerelle" not in text.split("<h1>")[1]
    assert "Fonds vert" in text
    assert "hx-post" not in text
    assert "/modifier/" not in text


def test_the_page_shows_the_dates_and_the_costs_of_that_day(client, old):
    text = page(client, old, au="2025-06-30").content.decode()
    part = {name: text.split(f'id="{name}"')[1].split("</section>")[0] for name in
            ("milestones", "costs")}  # fmt: skip
    assert "Ouverture" in part["milestones"]
    assert "mars 2027" in part["milestones"]
    assert "1\u202f200\u202f000" in part["costs"]
    assert "2\u202f000\u202f000" not in part["costs"]


def test_a_day_before_the_first_record_is_said_unknown(client, old):
    response = page(client, old, au="2025-04-30")
    assert response.context["record"] is None
    assert "?au=2025-05-01" in response.content.decode()


@pytest.mark.parametrize("day", ["hier", "2025-02-31", "9999-12-31", "0001-01-01", "%00", "9" * 99])
def test_a_day_that_cannot_be_read_shows_today_and_says_so(client, old, day):
    response = page(client, old, au=day)
    assert "toast--warning" in response.content.decode()
    assert "stored" not in response.context
    assert listed(client, au=day).status_code == 200


def test_the_list_shows_what_was_known_and_how_many_were_not(client, old):
    make_project()
    response = listed(client, au="2025-06-30")
    (row,) = response.context["rows"]
    assert (row.name, row.current_eur) == ("Pont", Decimal(1_200_000))
    assert (response.context["later"], response.context["totals"].current_eur) == (1, 1_200_000)


def test_the_list_keeps_its_filter_and_its_day(client, old):
    text = listed(client, au="2025-06-30", state="ACTIVE").content.decode()
    assert '<input type="hidden" name="au" value="2025-06-30">' in text
    assert 'href="?state=ACTIVE"' in text


def test_the_file_of_a_past_list_says_what_was_known(client, old):
    response = client.get(reverse("portfolio:projects-csv"), {"au": "2025-06-30"})
    text = response.content.decode("utf-8-sig")
    assert "Pont" in text
    assert "Passerelle" not in text


def test_the_past_of_a_draft_of_others_does_not_exist(client, agent):
    hidden = make_project(visibility="DRAFT", manager=make_user())
    age(hidden, date(2025, 5, 1))
    assert page(client, hidden, au="2025-06-30").status_code == 404
    assert list(listed(client, au="2025-06-30").context["rows"]) == []


def test_the_number_of_queries_does_not_grow_with_the_past_list(
    client, old, django_assert_max_num_queries
):
    with django_assert_max_num_queries(24) as few:
        listed(client, au="2025-06-30")
    for _ in range(7):
        more = make_project()
        make_milestone(more)
        age(more, date(2025, 5, 1))
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert len(listed(client, au="2025-06-30").context["rows"]) == 8


def test_credits_without_an_authorisation_are_shown_too(client, agent):
    project = make_project(manager=agent)
    make_credit(project, 2026)
    address = reverse("portfolio:project", args=[project.code])
    response = client.get(address, {"au": timezone.localdate().isoformat()})
    assert "Aucune autorisation votée" in response.content.decode()
