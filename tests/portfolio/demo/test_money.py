"""The money of the demonstration is consistent with its projects, and shows every finding."""

from datetime import date
from decimal import Decimal

import pytest

from portfolio.demo import green, money, prices, projects, reference
from portfolio.models import (
    Authorisation,
    CostEstimate,
    Funding,
    GreenMark,
    PaymentCredit,
    PriceIndex,
    Project,
    RunningCost,
    ShareDerogation,
)
from portfolio.queries.money import money_of, parameters_on
from portfolio.queries.money_checks import findings
from portfolio.queries.ppi import ppi

TODAY = date(2026, 11, 22)


@pytest.fixture
def seeded(db):
    reference.seed()
    projects.seed()
    count = money.seed()
    prices.seed()
    green.seed()
    return count


def codes(code: str) -> set[str]:
    project, parameters = Project.objects.get(code=code), parameters_on(TODAY)
    found = money_of(project, today=TODAY, parameters=parameters)
    return {f.code for f in findings(found, today=TODAY, parameters=parameters)}


def test_the_years_add_up_to_the_cost_less_what_rounding_leaves():
    for entry in money._entries():
        total = sum(line.figures.voted_eur for line in money.lines(entry))
        cost = Decimal(entry["costs"][-1]["eur"])
        assert cost - 20_000 < total <= cost or entry["code"] == "pole-gare", entry["code"]


def test_about_forty_projects_have_a_budget_and_seeding_twice_changes_nothing(seeded):
    assert 38 <= seeded <= 45
    counts = [m.objects.count() for m in (Authorisation, PaymentCredit, Funding)]
    assert money.seed() == 0
    assert [m.objects.count() for m in (Authorisation, PaymentCredit, Funding)] == counts


def test_every_case_by_hand_is_found(seeded):
    assert "CP_OVER_AP" in codes("piscine-abbaye")
    assert "PAID_AHEAD" in codes("pole-gare")
    assert "PAID_BEHIND" in codes("places-fraiches")
    assert "OWN_SHARE_LOW" in codes("parc-saules")
    assert "OWN_SHARE_AT_RISK" in codes("velo-rive-droite")
    assert "COMMITTED_NOT_CHECKED" in codes("usine-eau-est")
    assert "IMPACT_STUDY_DUE" in codes("tram-e")
    assert "OWN_SHARE_LEAD" not in codes("tram-e")
    assert Funding.objects.get(project__code="coeur-talvaire").status == "REFUSED"


def test_most_projects_break_no_rule(seeded):
    budgeted = Project.objects.exclude(authorisations=None).values_list("code", flat=True)
    broken = [code for code in budgeted if codes(code) & {"CP_OVER_AP", "COMMITTED_OVER_AP",
              "CARRIED_TOO_MUCH", "OWN_SHARE_LOW", "FUNDING_OVER_COST"}]  # fmt: skip
    assert len(broken) <= 3, broken


def test_what_is_not_known_to_be_left_is_carried_over_as_unknown(seeded):
    lines = PaymentCredit.objects.filter(project__code="logements-saint-corvan")

    assert lines.get(year=2023).committed_eur is None
    assert lines.get(year=2024).carried_over_eur is None
    assert lines.get(year=2025).carried_over_eur is not None


def test_most_estimates_say_their_index_and_some_do_not(seeded):
    told = CostEstimate.objects.filter(index__isnull=False, scope="ALL_IN")
    assert CostEstimate.objects.filter(index=None).exists()
    assert told.count() > CostEstimate.objects.count() * 3 / 4
    assert set(PriceIndex.objects.values_list("source", flat=True)) == {prices.SOURCE}
    assert prices.seed() == 0


def test_studies_are_paid_from_the_operating_section(seeded):
    plan = ppi(Project.objects.all(), [2025, 2026], this_year=2026, section="OPERATING")
    assert plan.totals.total.projects == 2


def test_every_mark_is_shown_and_some_projects_are_not_rated(seeded):
    assert set(GreenMark.objects.values_list("mark", flat=True)) == {
        "FAVORABLE", "UNFAVORABLE", "MIXED", "NEUTRAL",
    }  # fmt: skip
    assert Project.objects.filter(green_marks=None, credits__isnull=False).exists()
    counts = [m.objects.count() for m in (GreenMark, RunningCost, ShareDerogation)]
    assert all(counts)
    assert green.seed() == 0
    assert [m.objects.count() for m in (GreenMark, RunningCost, ShareDerogation)] == counts
