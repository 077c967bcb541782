"""Months of an index are entered all or none; what they were stays in the history."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from portfolio.models import PriceIndexValue
from portfolio.services import prices
from portfolio.services.prices import Entered, MonthValue
from tests.factories.finance import make_index
from tests.factories.portfolio import NOW

pytestmark = pytest.mark.django_db
JULY, AUGUST = date(2026, 7, 1), date(2026, 8, 1)


def enter(index, *values, reason="Journal officiel"):
    return prices.enter_values(index=index, values=values, by=None, reason=reason, at=NOW)


def value(month=JULY, figure="131.2", *, provisional=False) -> MonthValue:
    return MonthValue(month, Decimal(figure), provisional)


def test_months_are_added_changed_or_already_so():
    index = make_index()
    assert enter(index, value(provisional=True), value(AUGUST)) == Entered(2, 0, 0)
    assert enter(index, value(figure="131.4"), value(AUGUST)) == Entered(0, 1, 1)
    stored = index.values.get(month_on=JULY)
    assert (stored.value, stored.is_provisional) == (Decimal("131.400"), False)


def test_a_final_value_never_becomes_provisional_again_and_nothing_is_entered():
    index = make_index()
    enter(index, value())
    with pytest.raises(ValidationError):
        enter(index, value(AUGUST), value(provisional=True))
    assert index.values.count() == 1


@pytest.mark.parametrize("figure", ["0", "-3", "NaN", "1e9"])
def test_a_value_that_cannot_be_is_refused(figure):
    index = make_index()
    with pytest.raises(ValidationError) as refusal:
        enter(index, value(figure=figure))
    assert list(refusal.value.message_dict) == ["rows"]


def test_a_series_says_where_it_comes_from():
    with pytest.raises(ValidationError) as refusal:
        enter(make_index(), value(), reason=" ")
    assert list(refusal.value.message_dict) == ["reason"]


def test_the_database_holds_one_value_a_month_on_its_first_day():
    index = make_index()
    for month in (JULY, date(2026, 7, 2)):
        row = PriceIndexValue(index=index, month_on=month, value=1, recorded_at=NOW)
        if month == JULY:
            row.save()
            row.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)
