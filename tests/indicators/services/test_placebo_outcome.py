"""A measure that the project cannot change: an effect found there too is not the project's."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from indicators.models import Evaluation, ObservationVersion
from indicators.services import evaluations
from indicators.services.evaluating import evaluate
from tests.factories.evaluations import AFTER, DRAFTED, NOW, City
from tests.factories.indicators import make_indicator

pytestmark = pytest.mark.django_db


def check(result) -> dict:
    (found,) = [one for one in result.effect["checks"] if one["code"] == "PLACEBO_OUTCOME"]
    return found


def test_nothing_found_on_it_leaves_the_verdict_as_it_was():
    city = City()
    result = evaluate(evaluation=city.locked(placebo_indicator=city.other_measure()), at=NOW)
    assert (result.verdict, result.grade) == ("SHOWN", "A")
    told = result.effect["placebo_outcome"]
    assert told["verdict"] == "NOT_SHOWN"
    assert told["low"] < told["point"] < told["high"]
    assert check(result)["passed"] is True


@pytest.mark.parametrize("design", ["SYNTHETIC_CONTROL", "DIFFERENCE_IN_DIFFERENCES"])
def test_a_shock_on_both_measures_is_not_claimed(design):
    city = City()
    plan = city.locked(placebo_indicator=city.other_measure(effect=-0.3), design=design)
    result = evaluate(evaluation=plan, at=NOW)
    assert (result.own_verdict, result.verdict, result.grade) == ("LIKELY", "LIKELY", "C")
    assert result.effect["placebo_outcome"]["verdict"] == "SHOWN"
    assert check(result)["passed"] is False
    assert "a réduit" not in result.sentence_fr
    assert "aussi trouvé sur une mesure que le projet ne peut pas changer" in result.sentence_fr
    assert "found too on a measure that the project cannot change" in result.sentence_en


def test_what_cannot_be_judged_there_is_not_checked_and_takes_nothing_away():
    city = City()
    result = evaluate(evaluation=city.locked(placebo_indicator=make_indicator()), at=NOW)
    assert (result.verdict, result.grade) == ("SHOWN", "A")
    assert result.effect["placebo_outcome"] == {
        "verdict": "CANNOT_BE_JUDGED", "reasons": ["NOTHING_BEFORE"]
    }  # fmt: skip
    assert check(result)["passed"] is None


def test_a_plan_without_one_is_judged_as_before():
    result = evaluate(evaluation=City().locked(), at=NOW)
    assert (result.verdict, result.grade) == ("SHOWN", "A")
    assert result.effect["placebo_outcome"] is None
    assert "PLACEBO_OUTCOME" not in {one["code"] for one in result.effect["checks"]}


def test_its_figures_revised_are_a_reason_to_judge_again():
    city = City(donors=3)
    other = city.other_measure()
    plan = city.locked(placebo_indicator=other)
    first = evaluate(evaluation=plan, at=NOW)
    later = NOW + timedelta(days=1)
    assert evaluate(evaluation=plan, at=later).pk == first.pk
    last = ObservationVersion.objects.filter(series__feed__indicator=other).latest("period_start")
    ObservationVersion.objects.filter(pk=last.pk).update(superseded_at=later)
    assert evaluate(evaluation=plan, at=later).because == "DATA"


def test_the_measure_that_judges_the_project_is_not_taken():
    city = City(donors=3)
    with pytest.raises(ValidationError, match="autre mesure"):
        city.plan(placebo_indicator=city.indicator)
    plan = city.plan()
    with pytest.raises(IntegrityError), transaction.atomic():
        Evaluation.objects.filter(pk=plan.pk).update(placebo_indicator=city.indicator)


def test_it_is_named_before_the_plan_is_locked():
    city = City(donors=3)
    plan, other = city.locked(at=AFTER), city.other_measure()
    with pytest.raises(ValidationError, match="verrouillé"):
        evaluations.change(evaluation=plan, fields={"placebo_indicator": other}, at=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        Evaluation.objects.filter(pk=plan.pk).update(placebo_indicator=other)


def test_several_zones_taken_as_one_need_a_measure_that_adds_up():
    city = City(donors=4)
    city.indicator.zone_aggregation = "SUM"
    city.indicator.save()
    plan = city.plan(placebo_indicator=city.other_measure())
    evaluations.choose_zones(
        evaluation=plan, role="TREATED", zones=[city.treated, city.donors[0]], at=DRAFTED
    )
    with pytest.raises(ValidationError) as refused:
        evaluations.lock(evaluation=plan, by=None, at=AFTER)
    assert set(refused.value.message_dict) == {"placebo_indicator"}
