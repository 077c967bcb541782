"""Plans: drafted, locked for ever, registered in advance or exploratory, withdrawn with a reason."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from indicators.models import Evaluation, EvaluationZone
from indicators.services import evaluations
from portfolio.models import ProjectZone
from tests.factories.evaluations import AFTER, BEFORE, DRAFTED, NOW, City
from tests.factories.portfolio import make_zone

pytestmark = pytest.mark.django_db
REFUSED = DatabaseError


@pytest.fixture
def city(db):
    return City(donors=3)


def test_a_plan_locked_before_the_intervention_is_registered_in_advance(city):
    plan = city.locked(at=BEFORE)
    plan.refresh_from_db()
    assert plan.is_preregistered is True
    assert not plan.is_exploratory
    assert plan.locked_on == date(2023, 2, 1)


def test_a_plan_locked_afterwards_is_exploratory(city):
    plan = city.locked(at=AFTER)
    assert plan.is_preregistered is False
    assert plan.is_exploratory


def test_the_day_of_the_intervention_is_too_late_and_is_that_of_the_territory(city):
    paris = ZoneInfo("Europe/Paris")
    late = city.locked(at=datetime(2023, 3, 1, 0, 30, tzinfo=paris))  # still February in UTC
    assert late.is_preregistered is False
    in_time = city.locked(at=datetime(2023, 2, 28, 23, 30, tzinfo=paris))
    assert in_time.is_preregistered is True


@pytest.mark.parametrize("change", [
    {"question": "Autre chose"}, {"intervention_on": date(2024, 6, 1)}, {"design": "INTERRUPTED"},
    {"after_until": date(2030, 1, 1)}, {"breaks": [{"first": "2020-03-01"}]}, {"locked_at": None},
    {"is_preregistered": True}, {"expected_direction": "UP"}, {"reason": "Parce que"},
])  # fmt: skip
def test_the_database_refuses_any_change_of_a_locked_plan(city, change):
    plan = city.locked(at=AFTER)
    with pytest.raises(REFUSED), transaction.atomic():
        Evaluation.objects.filter(pk=plan.pk).update(**change)


def test_the_database_keeps_the_zones_of_a_locked_plan(city):
    plan = city.locked()
    held = plan.evaluation_zones.all()
    for write in (
        lambda: held.filter(role="COMPARISON").delete(),
        lambda: held.filter(role="COMPARISON").update(role="TREATED"),
        lambda: EvaluationZone.objects.create(evaluation=plan, zone=make_zone(), role="COMPARISON"),
    ):
        with pytest.raises(REFUSED), transaction.atomic():
            write()
    assert held.count() == 4


def test_the_database_keeps_a_locked_plan_itself(city):
    plan = city.locked()
    with pytest.raises(REFUSED), transaction.atomic():
        plan.delete()
    assert Evaluation.objects.filter(pk=plan.pk).exists()


def test_the_database_refuses_to_call_a_late_plan_registered_in_advance(city):
    plan = city.plan()
    with pytest.raises(IntegrityError), transaction.atomic():
        Evaluation.objects.filter(pk=plan.pk).update(
            locked_at=AFTER, locked_on=AFTER.date(), is_preregistered=True
        )


def test_the_database_refuses_to_lock_a_plan_that_lacks_something(city):
    plan = city.plan(reason="")
    with pytest.raises(IntegrityError), transaction.atomic():
        Evaluation.objects.filter(pk=plan.pk).update(
            locked_at=BEFORE, locked_on=BEFORE.date(), is_preregistered=True
        )


def test_changing_a_locked_plan_is_refused_in_words(city):
    plan = city.locked()
    for write in (
        lambda: evaluations.change(evaluation=plan, fields={"question": "?"}, at=NOW),
        lambda: evaluations.lock(evaluation=plan, by=None, at=NOW),
        lambda: evaluations.discard(evaluation=plan),
        lambda: evaluations.choose_zones(evaluation=plan, role="TREATED", zones=[], at=NOW),
        lambda: evaluations.keep(evaluation=plan, step="question", typed={}, at=NOW),
    ):
        with pytest.raises(ValidationError, match="verrouillé"):
            write()


def test_a_draft_that_lacks_everything_says_what_by_field(city):
    plan = evaluations.register(project=city.project, by=None, at=DRAFTED)
    with pytest.raises(ValidationError) as refused:
        evaluations.lock(evaluation=plan, by=None, at=NOW)
    assert set(refused.value.message_dict) == {
        "question", "expected_direction", "indicator", "intervention_on", "before_from",
        "after_until", "design", "reason", "treated",
    }  # fmt: skip


def test_a_zone_that_the_project_touches_is_not_compared_with(city):
    ProjectZone.objects.create(project=city.project, zone=city.donors[1], origin="MANUAL")
    with pytest.raises(ValidationError) as refused:
        city.locked()
    assert city.donors[1].name in refused.value.message_dict["comparison"][0]


def test_a_comparison_needs_two_zones(city):
    plan = city.plan()
    evaluations.choose_zones(evaluation=plan, role="COMPARISON", zones=city.donors[:1], at=DRAFTED)
    with pytest.raises(ValidationError) as refused:
        evaluations.lock(evaluation=plan, by=None, at=BEFORE)
    assert set(refused.value.message_dict) == {"comparison"}


def test_windows_lie_on_both_sides_of_the_intervention(city):
    plan = city.plan(before_from=date(2023, 6, 1), after_until=date(2022, 1, 1))
    with pytest.raises(ValidationError) as refused:
        evaluations.lock(evaluation=plan, by=None, at=BEFORE)
    assert set(refused.value.message_dict) == {"before_from", "after_until"}


def test_a_zone_changes_sides_and_is_never_on_both(city):
    plan = city.plan()
    evaluations.choose_zones(evaluation=plan, role="TREATED", zones=[city.donors[0]], at=DRAFTED)
    sides = dict(plan.evaluation_zones.values_list("zone__name", "role"))
    assert sides == {"Témoin 0": "TREATED", "Témoin 1": "COMPARISON", "Témoin 2": "COMPARISON"}


def test_a_draft_is_thrown_away_and_a_locked_plan_is_withdrawn_with_its_reason(city):
    draft = city.plan()
    evaluations.discard(evaluation=draft)
    assert not Evaluation.objects.filter(pk=draft.pk).exists()
    plan = city.locked()
    with pytest.raises(ValidationError, match="raison"):
        evaluations.withdraw(evaluation=plan, by=None, reason=" ", at=NOW)
    evaluations.withdraw(evaluation=plan, by=None, reason="Le capteur a été déplacé.", at=NOW)
    kept = Evaluation.objects.get(pk=plan.pk)
    assert (kept.withdrawn_at, kept.withdrawn_reason) == (NOW, "Le capteur a été déplacé.")
    with pytest.raises(ValidationError, match="déjà"):
        evaluations.withdraw(evaluation=plan, by=None, reason="Encore", at=NOW)
    with pytest.raises(REFUSED), transaction.atomic():
        Evaluation.objects.filter(pk=plan.pk).update(withdrawn_at=None, withdrawn_reason="")
