"""The end of a year: what is left, what is brought on, what could lapse."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from portfolio.models import FinanceParameter, Project
from tests.factories.portfolio import make_authorisation, make_credit, make_project

LAST = timezone.localdate().year - 1


@pytest.fixture
def mine(agent) -> Project:
    return make_project(manager=agent)


def page(client, **query):
    return client.get(reverse("portfolio:carry-over"), query)


def bring(client, project, year=LAST, **given):
    project.refresh_from_db()
    address = reverse("portfolio:carry-over-bring", args=[project.code, "investissement", year])
    signed = {"reason": "Clôture", "seen_at": project.updated_at.isoformat()}
    return client.post(f"{address}?back=1", signed | given)


def states(response):
    return [line.row.state for line in response.context["lines"]]


def test_what_each_line_leaves_is_told_with_its_coverage(client, mine):
    make_credit(mine, LAST)
    make_credit(make_project(), LAST, paid_eur=None)
    make_credit(make_project(visibility="DRAFT"), LAST)
    response = page(client)
    end = response.context["end"]
    assert (end.left_eur, end.known, len(end.rows)) == (100_000, 1, 2)
    assert sorted(states(response)) == ["TO_BRING", "UNKNOWN"]


def test_a_line_is_brought_on_in_one_step_and_says_so(client, mine):
    make_credit(mine, LAST)
    answer = bring(client, mine)
    assert answer.url == f"{reverse('portfolio:carry-over')}?year={LAST}"
    assert mine.credits.get(year=LAST + 1).carried_over_eur == 100_000
    assert states(page(client)) == ["BROUGHT"]


def test_another_sum_in_the_next_year_is_seen_and_put_right(client, mine):
    make_credit(mine, LAST)
    make_credit(mine, LAST + 1, carried_over_eur=Decimal(5))
    assert states(page(client)) == ["DIFFERS"]
    bring(client, mine)
    assert states(page(client)) == ["BROUGHT"]


def test_the_reason_is_there_already(client, mine):
    make_credit(mine, LAST)
    address = reverse("portfolio:carry-over-bring", args=[mine.code, "investissement", LAST])
    assert "R2311-11" in client.get(address).context["form"]["reason"].value()


def test_a_year_that_is_not_over_is_not_carried(client, mine):
    make_credit(mine, LAST + 1)
    assert bring(client, mine, LAST + 1).status_code == 422
    response = page(client, year=LAST + 1)
    assert not response.context["is_over"]
    assert "credits/investissement" not in response.content.decode()


def test_the_lines_of_others_are_read_and_not_brought(client, agent):
    others = make_project()
    make_credit(others, LAST)
    assert "credits/investissement" not in page(client).content.decode()
    assert bring(client, others).status_code == 404


@pytest.mark.parametrize(
    ("years", "lapses"), [(None, None), (3, True), (50, False)], ids=["unset", "past", "within"]
)
def test_what_nobody_allocated_may_lapse_after_the_delay_of_our_rules(client, mine, years, lapses):
    make_authorisation(mine, "1000000", voted_on=date(2020, 3, 1))
    make_authorisation(mine, "400000", kind="AFFECTATION", voted_on=date(2024, 3, 1))
    if years:
        FinanceParameter.objects.create(
            code="LAPSE_YEARS", value=years, from_on=date(2020, 1, 1), source="RBF"
        )
    (row,) = page(client).context["lapses"]
    assert (row.available_eur, row.lapses) == (600_000, lapses)


def test_a_lapse_is_proposed_and_stays_an_act_to_enter(client, mine):
    make_authorisation(mine, "1000000", voted_on=date(2020, 3, 1))
    FinanceParameter.objects.create(
        code="LAPSE_YEARS", value=2, from_on=date(2020, 1, 1), source="RBF"
    )
    text = page(client).content.decode()
    address = reverse("portfolio:act-add", args=[mine.code])
    link = f"{address}?kind=LAPSE&amp;section=INVESTMENT&amp;amount=1000000.00"
    assert link in text
    form = client.get(link.replace("&amp;", "&")).context["form"]
    assert (form["kind"].value(), form["amount_eur"].value()) == ("LAPSE", "1000000.00")
    assert mine.authorisations.count() == 1


def test_the_number_of_queries_does_not_grow_with_the_lines(
    client, mine, django_assert_num_queries, django_assert_max_num_queries
):
    make_credit(mine, LAST)
    with django_assert_max_num_queries(14) as few:
        page(client)
    for _ in range(5):
        make_credit(make_project(), LAST)
    with django_assert_num_queries(len(few.captured_queries)):
        page(client)
