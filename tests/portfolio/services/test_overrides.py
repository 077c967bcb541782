"""An override has a reason and an end, and ends by itself."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from portfolio.models import StatusOverride
from portfolio.services import overrides
from tests.factories.portfolio import NOW, make_project, make_user

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 1)


def override(project, expires_on=TODAY + timedelta(days=30), **changes):
    given = {"axis": "SCHEDULE", "status": "ON_TRACK", "reason": "Reçu hier."} | changes
    return overrides.override(
        project=project, expires_on=expires_on, by=make_user(), at=NOW, **given
    )


def test_it_holds_until_its_day_and_no_longer():
    made = override(make_project(), expires_on=date(2026, 7, 1))
    assert list(StatusOverride.objects.in_force(date(2026, 7, 1))) == [made]
    assert not StatusOverride.objects.in_force(date(2026, 7, 2)).exists()


@pytest.mark.parametrize("days", [-1, 184])
def test_it_ends_within_six_months(days):
    with pytest.raises(ValidationError) as refused:
        override(make_project(), expires_on=TODAY + timedelta(days=days))
    assert "expires_on" in refused.value.message_dict


def test_it_says_why():
    with pytest.raises(ValidationError):
        override(make_project(), reason=" ")


def test_a_new_word_replaces_the_one_before_on_the_same_axis():
    project = make_project()
    first, cost = override(project), override(project, axis="COST")
    second = override(project, status="AT_RISK")
    assert set(StatusOverride.objects.in_force(TODAY)) == {cost, second}
    first.refresh_from_db()
    assert first.ended_at == NOW


def test_it_can_be_taken_off_before_its_day():
    made = override(make_project())
    overrides.end_override(override=made, by=make_user(), reason="Corrigé", at=NOW)
    assert not StatusOverride.objects.in_force(TODAY).exists()
