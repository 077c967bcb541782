"""The database itself refuses what the rules of money forbid."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError, ProgrammingError

from portfolio.models import Authorisation, FinanceParameter, Funding
from tests.factories.portfolio import make_authorisation, make_credit, make_funding, make_project

pytestmark = pytest.mark.django_db
DAY = date(2024, 5, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"voted_eur": Decimal(-1)},
        {"committed_eur": Decimal(-1), "paid_eur": None},
        {"paid_eur": Decimal(300_001)},
        {"committed_eur": None, "paid_eur": Decimal(500_001)},
        {"year": 1789},
    ],
)
def test_a_wrong_credit_is_refused(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_credit(make_project(), **wrong)


def test_unknown_figures_are_accepted_as_unknown():
    credit = make_credit(
        make_project(), committed_eur=None, paid_eur=Decimal(1), carried_over_eur=None
    )
    credit.refresh_from_db()
    assert credit.committed_eur is None


def test_a_year_has_one_line_a_section():
    project = make_project()
    make_credit(project)
    make_credit(project, section="OPERATING")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_credit(project)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "VOTED", "amount": "0"},
        {"kind": "LAPSE", "amount": "-5"},
        {"kind": "REVISION", "reason": ""},
    ],
)
def test_a_wrong_act_is_refused(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_authorisation(make_project(), **wrong)


def test_a_section_is_voted_once():
    project = make_project()
    make_authorisation(project)
    make_authorisation(project, section="OPERATING")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_authorisation(project)


def test_an_act_is_never_rewritten():
    act = make_authorisation(make_project())
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        Authorisation.objects.filter(pk=act.pk).update(amount_eur=Decimal(2))


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "0"},
        {"notified_eur": Decimal(1)},
        {"received_eur": Decimal(1), "received_on": DAY},
        {"notified_eur": Decimal(1), "notified_on": DAY, "received_eur": Decimal(2),
         "received_on": DAY},
    ],
)  # fmt: skip
def test_a_wrong_funding_is_refused(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_funding(make_project(), **wrong)


@pytest.mark.parametrize(
    ("notified", "received", "status"),
    [(None, None, "REQUESTED"), (0, None, "REFUSED"), (5, None, "NOTIFIED"), (5, 0, "NOTIFIED"),
     (5, 3, "PARTLY_RECEIVED"), (5, 5, "RECEIVED")],
)  # fmt: skip
def test_the_status_follows_the_amounts(notified, received, status):
    assert Funding(notified_eur=notified, received_eur=received).status == status


def test_the_law_is_seeded_with_its_texts():
    rate = FinanceParameter.objects.get(code="FCTVA_RATE")
    assert (rate.value, rate.from_on) == (Decimal("0.16404"), date(2015, 1, 1))
    assert "L1615-6" in rate.source
    assert FinanceParameter.objects.count() == 5
