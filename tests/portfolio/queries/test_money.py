"""What the register says of a project's money, and which rules it breaks."""

from datetime import date
from decimal import Decimal

import pytest

from portfolio.models import FinanceParameter
from portfolio.queries.money import money_of, parameters_on
from portfolio.queries.money_checks import findings
from portfolio.results import Unknown
from tests.factories.portfolio import (
    make_authorisation,
    make_credit,
    make_funding,
    make_project,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 1)
DAY = date(2024, 6, 1)
ZERO = Decimal(0)


def read(project, today=TODAY):
    return money_of(project, today=today, parameters=parameters_on(today))


def codes(project, today=TODAY) -> list[str]:
    parameters = parameters_on(today)
    money = money_of(project, today=today, parameters=parameters)
    return [finding.code for finding in findings(money, today=today, parameters=parameters)]


def notified(project, amount, **given):
    return make_funding(project, amount, notified_eur=Decimal(amount), notified_on=DAY, **given)


def test_a_project_without_money_lines_says_nothing_and_breaks_nothing():
    project = make_project()
    assert read(project).is_empty
    assert codes(project) == []


def test_the_sections_are_kept_apart():
    project = make_project()
    make_authorisation(project, "1000000")
    make_authorisation(project, "500000", kind="AFFECTATION")
    make_credit(project, 2026)
    make_credit(project, 2026, section="OPERATING", voted_eur=Decimal(7), paid_eur=ZERO)
    investment, operating = read(project).sections
    assert (investment.ceiling.authorised, investment.ceiling.available) == (1_000_000, 500_000)
    assert operating.ceiling == Unknown("NO_AUTHORISATION")
    assert (operating.voted, investment.voted) == (7, 1_000_000)


def test_the_net_own_share_takes_off_grants_and_compensation():
    project = make_project(cost=Decimal(1_000_000))
    notified(project, "200000")
    make_funding(project, "50000", scheme="FEDER")
    plan = read(project).plan
    assert (plan.notified, plan.pending) == (200_000, 50_000)
    assert plan.own == Decimal("635960.00")


def test_without_estimate_the_own_share_is_unknown():
    project = make_project(cost=None)
    notified(project, "10")
    assert read(project).plan.own == Unknown("NO_ESTIMATE")


def test_a_parameter_holds_from_its_day_until_the_next():
    FinanceParameter.objects.create(
        code="FCTVA_RATE", value=Decimal("0.1485"), from_on=date(2027, 1, 1), source="LF 2027"
    )
    assert parameters_on(date(2026, 12, 31))["FCTVA_RATE"].value == Decimal("0.16404")
    assert parameters_on(date(2027, 1, 1))["FCTVA_RATE"].value == Decimal("0.1485")
    assert "FCTVA_RATE" not in parameters_on(date(2014, 1, 1))


def test_credits_above_the_authorisation_are_found():
    project = make_project()
    make_authorisation(project, "1200000")
    for year in (2025, 2026, 2027):
        make_credit(project, year, committed_eur=Decimal(400_000), paid_eur=Decimal(250_000))
    assert codes(project) == ["CP_OVER_AP"]


def test_commitments_above_the_authorisation_are_found():
    project = make_project(cost=Decimal(500_000))
    make_authorisation(project, "600000")
    make_credit(project, committed_eur=Decimal(700_000), paid_eur=Decimal(250_000))
    assert codes(project) == ["COMMITTED_OVER_AP"]


def test_what_cannot_be_checked_is_said():
    project = make_project()
    make_authorisation(project, "1200000")
    make_credit(project, 2025, committed_eur=None, paid_eur=None)
    assert codes(project) == ["CP_NOT_CHECKED", "COMMITTED_NOT_CHECKED"]


@pytest.mark.parametrize(("paid", "found"), [("480000", ["PAID_AHEAD"]), ("10", ["PAID_BEHIND"])])
def test_a_pace_far_from_the_calendar_is_found(paid, found):
    project = make_project()
    make_credit(project, committed_eur=Decimal(500_000), paid_eur=Decimal(paid))
    assert codes(project) == found


def test_a_year_that_carries_over_more_than_was_left_is_found():
    project = make_project()
    make_credit(project, 2025)
    make_credit(project, 2026, carried_over_eur=Decimal(100_001), paid_eur=Decimal(300_000))
    assert codes(project) == ["CARRIED_TOO_MUCH"]


@pytest.mark.parametrize(
    ("amount", "found"),
    [("850000", ["OWN_SHARE_LOW"]), ("750000", ["OWN_SHARE_LEAD"]), ("500000", []),
     ("1100000", ["FUNDING_OVER_COST", "OWN_SHARE_LOW"])],
)  # fmt: skip
def test_the_owner_pays_a_minimum_of_the_public_money(amount, found):
    project = make_project(cost=Decimal(1_000_000))
    notified(project, amount)
    assert codes(project) == found


def test_a_request_that_would_break_the_minimum_is_to_watch():
    project = make_project(cost=Decimal(1_000_000))
    make_funding(project, "850000")
    assert codes(project) == ["OWN_SHARE_AT_RISK"]


def test_private_money_counts_apart():
    project = make_project(cost=Decimal(1_000_000))
    notified(project, "850000", is_public_money=False)
    assert codes(project) == []


@pytest.mark.parametrize(
    ("cost", "revenue", "found"),
    [("100000001", None, True), ("60000000", None, False), ("60000000", "200000000", True),
     ("60000000", "2000000000", False)],
)  # fmt: skip
def test_a_study_of_the_running_costs_is_due_above_the_threshold(cost, revenue, found):
    if revenue:
        FinanceParameter.objects.create(
            code="OPERATING_REVENUE_EUR", value=Decimal(revenue), from_on=DAY, source="CA 2023"
        )
    assert (codes(make_project(cost=Decimal(cost))) == ["IMPACT_STUDY_DUE"]) is found


def test_an_authorisation_below_the_cost_is_to_watch():
    project = make_project(cost=Decimal(1_000_000))
    make_authorisation(project, "900000")
    assert codes(project) == ["AP_BELOW_COST"]


def test_every_finding_names_its_law():
    project = make_project(cost=Decimal(1_000_000))
    notified(project, "850000")
    parameters = parameters_on(TODAY)
    (finding,) = findings(read(project), today=TODAY, parameters=parameters)
    assert "L1111-10" in finding.source


def test_the_number_of_queries_does_not_grow(django_assert_num_queries):
    project = make_project()
    for year in range(2020, 2030):
        make_credit(project, year)
        notified(project, "10", scheme=str(year))
    parameters = parameters_on(TODAY)
    with django_assert_num_queries(6):
        money_of(project, today=TODAY, parameters=parameters)
