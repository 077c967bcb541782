from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from portfolio.services import finance
from tests.factories.portfolio import NOW, make_phase_set, make_project, make_user

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 1)


def estimate(project, amount="1000000.00", **given):
    given = {"valued_on": DAY, "by": None, "at": NOW} | given
    return finance.estimate(project=project, amount_eur=Decimal(amount), **given)


def test_the_first_estimate_needs_no_reason():
    author = make_user()
    version = estimate(make_project(cost=None), by=author)
    assert (version.version, version.author) == (1, author)


def test_a_revision_adds_a_version_and_keeps_the_first():
    project = make_project(cost=None)
    estimate(project)
    estimate(project, "1200000", reason="Pollution du sol")
    amounts = list(project.cost_estimates.order_by("version").values_list("amount_eur", flat=True))
    assert amounts == [Decimal("1000000.00"), Decimal("1200000.00")]


@pytest.mark.parametrize(
    ("amount", "given", "field"),
    [
        ("1", {"reason": " "}, "reason"),
        ("-1", {"reason": "Avoir"}, "amount_eur"),
        ("0.001", {"reason": "Centimes"}, "amount_eur"),
        ("NaN", {"reason": "Inconnu"}, "amount_eur"),
        ("1e13", {"reason": "Trop"}, "amount_eur"),
    ],
)
def test_a_wrong_revision_is_refused_by_field(amount, given, field):
    project = make_project()
    with pytest.raises(ValidationError) as refusal:
        estimate(project, amount, **given)
    assert list(refusal.value.message_dict) == [field]
    assert project.cost_estimates.count() == 1


def test_a_phase_of_another_set_is_refused():
    other = make_phase_set("batiment").phases.get(rank=1)
    with pytest.raises(ValidationError) as refusal:
        estimate(make_project(), reason="Études", phase=other)
    assert list(refusal.value.message_dict) == ["phase"]


def test_an_estimate_dates_the_project():
    project = make_project()
    estimate(project, reason="Indice", at=NOW.replace(day=9))
    project.refresh_from_db()
    assert project.updated_at == NOW.replace(day=9)
