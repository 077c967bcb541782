"""What a year leaves is brought into the next one, once, and only when it is known."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portfolio.models import PaymentCredit
from portfolio.queries.money import money_of
from portfolio.services.carry_over import carry_over
from tests.factories.portfolio import NOW, make_credit, make_project

pytestmark = pytest.mark.django_db
euros = st.integers(0, 10**7).map(Decimal)


def bring(credit, **given):
    return carry_over(**({"credit": credit, "by": None, "reason": "Clôture", "at": NOW} | given))


def test_what_is_left_opens_the_next_year():
    credit = make_credit(make_project(), 2025)
    line = bring(credit)
    assert (line.year, line.voted_eur, line.carried_over_eur) == (2026, 0, 100_000)
    assert line.committed_eur is None


def test_the_next_year_keeps_what_it_says():
    project = make_project()
    credit = make_credit(project, 2025)
    make_credit(project, 2026, carried_over_eur=None)
    line = bring(credit)
    assert (line.voted_eur, line.committed_eur, line.paid_eur) == (500_000, 300_000, 200_000)
    assert line.carried_over_eur == 100_000
    assert PaymentCredit.objects.count() == 2


@pytest.mark.parametrize("figures", [{"committed_eur": None}, {"paid_eur": None}, {"year": 2026}])
def test_what_is_not_known_or_not_over_is_not_carried(figures):
    credit = make_credit(make_project(), **({"year": 2025} | figures))
    with pytest.raises(ValidationError):
        bring(credit)
    assert PaymentCredit.objects.count() == 1


def test_a_next_year_that_commits_less_than_what_comes_is_put_right_first():
    project = make_project()
    credit = make_credit(project, 2025)
    make_credit(project, 2026, committed_eur=Decimal(5), paid_eur=None, carried_over_eur=None)
    with pytest.raises(ValidationError):
        bring(credit)


def test_a_next_year_that_paid_more_than_what_comes_is_put_right_first():
    project = make_project()
    credit = make_credit(project, 2025)
    make_credit(project, 2026, voted_eur=Decimal(50_000), carried_over_eur=Decimal(150_000))
    with pytest.raises(ValidationError) as refusal:
        bring(credit)
    assert not hasattr(refusal.value, "error_dict")  # no form has these fields
    assert project.credits.get(year=2026).carried_over_eur == 150_000


def test_each_section_is_carried_on_its_own():
    project = make_project()
    make_credit(project, 2025)
    line = bring(make_credit(project, 2025, section="OPERATING"))
    assert line.section == "OPERATING"
    assert project.credits.filter(year=2026).count() == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(committed=euros, paid=euros, later=euros)
def test_a_commitment_carried_over_counts_once_in_the_totals(db, committed, paid, later):
    project = make_project(cost=None)
    paid = min(paid, committed)
    credit = make_credit(project, 2025, voted_eur=committed, committed_eur=committed,
                         paid_eur=paid, carried_over_eur=Decimal(0))  # fmt: skip
    make_credit(project, 2026, voted_eur=later, committed_eur=committed - paid + later,
                paid_eur=Decimal(0), carried_over_eur=None)  # fmt: skip
    bring(credit, at=datetime(2026, 12, 1, tzinfo=UTC))
    bring(credit, at=datetime(2026, 12, 2, tzinfo=UTC))
    (section,) = money_of(project, today=date(2026, 12, 3), parameters={}).sections
    assert section.totals.committed == committed + later
    assert section.remaining == committed - paid + later
