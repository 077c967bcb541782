"""Results: given by the rules, added and never changed, corrected for several evaluations."""

import threading
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from indicators.models import EvaluationResult, Indicator, ObservationVersion
from indicators.services import evaluations
from indicators.services.evaluating import evaluate, evaluate_all
from portfolio.models import Project, Zone
from tests.factories.evaluations import AFTER, BEFORE, NOW, OPENED, City, make_result
from tests.factories.indicators import make_run, make_target

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=30)


def revise(city, zone, factor, *, at=LATER, since=OPENED):
    """Every value of a zone from a day on, said otherwise."""
    run = make_run(city.feed, state="SUCCEEDED", finished_at=at)
    found = ObservationVersion.objects.filter(
        series__zone=zone, superseded_at=None,
        period_start__gte=datetime(since.year, since.month, since.day, tzinfo=UTC) - timedelta(1),
    )  # fmt: skip
    for old in list(found):
        ObservationVersion.objects.filter(pk=old.pk).update(superseded_at=at)
        old.pk, old.value, old.known_from, old.run = None, old.value * factor, at, run
        old.save(force_insert=True)


def test_a_plan_of_before_with_a_clear_effect_is_shown_in_causal_words():
    result = evaluate(evaluation=City().locked(at=BEFORE), at=NOW)
    assert (result.verdict, result.grade) == ("SHOWN", "A")
    assert result.sentence_fr.startswith("Le projet a réduit «")
    assert result.sentence_en.startswith("The project reduced “Measured NO₂” by")
    assert result.effect["relative"] == pytest.approx(-0.3, abs=0.03)
    assert result.effect["low"] < result.effect["point"] < result.effect["high"] < 0
    assert len(result.effect["weights"]) == 20
    assert sum(result.effect["weights"].values()) == pytest.approx(1)
    assert {check["code"] for check in result.effect["checks"]} >= {
        "RANGE_LEAVES_ZERO_OUT", "SECOND_METHOD", "PLACEBO", "FIT_BEFORE", "LEAVE_ONE_OUT",
    }  # fmt: skip
    assert len(result.series["placebos"]["gaps"]) == 20
    assert result.because == "FIRST"


def test_the_same_plan_locked_too_late_is_exploratory_and_never_causal():
    result = evaluate(evaluation=City().locked(at=AFTER), at=NOW)
    assert result.grade == "C"
    assert "a réduit" not in result.sentence_fr
    assert result.sentence_fr.startswith("Baisse de «")


@pytest.mark.parametrize(("design", "grades"), [
    ("INTERRUPTED", "C"), ("SYNTHETIC_DID", "AB"), ("BEFORE_AFTER", "E"),
    ("DIFFERENCE_IN_DIFFERENCES", "AB"),
])  # fmt: skip
def test_every_design_gives_its_figures_and_its_grade(design, grades):
    result = evaluate(evaluation=City().locked(design=design), at=NOW)
    assert result.effect["point"] < -5
    assert result.grade in list(grades)
    assert result.rule
    periods = result.series["periods"]
    assert len(periods) == 84
    assert all(one["expected"] is not None for one in periods if one["on"] >= str(OPENED))


def test_too_few_zones_to_tell_chance_from_effect_show_nothing():
    result = evaluate(evaluation=City(donors=4).locked(), at=NOW)
    assert result.verdict == "NOT_SHOWN"
    assert result.sentence_fr.startswith("Aucun effet montré")


def test_zones_that_do_not_follow_are_refused_with_the_reason():
    city = City(donors=3)
    revise(city, city.treated, 3.0, since=date(2019, 1, 1))
    result = evaluate(evaluation=city.locked(), at=LATER)
    assert (result.verdict, result.grade) == ("CANNOT_BE_JUDGED", "")
    assert "OUTSIDE_HULL" in result.reasons
    assert "ne peut pas être jugé" in result.sentence_fr


def test_it_is_too_early_until_the_periods_awaited_are_there():
    city = City()
    plan = city.locked(minimum_after=12, after_until=date(2027, 12, 31))
    few = ObservationVersion.objects.filter(period_start__gte=datetime(2023, 10, 1, tzinfo=UTC))
    few.update(known_from=LATER)
    early = evaluate(evaluation=plan, at=NOW)
    assert (early.verdict, early.reasons) == ("TOO_EARLY", ["TOO_FEW_AFTER"])
    assert "Il est trop tôt" in early.sentence_fr
    assert "8 des 12 périodes" in early.sentence_fr
    assert evaluate(evaluation=plan, at=LATER).verdict == "SHOWN"


def test_once_the_window_is_closed_too_few_periods_cannot_be_judged():
    plan = City().locked(design="INTERRUPTED", after_until=date(2023, 6, 30))
    result = evaluate(evaluation=plan, at=NOW)
    assert (result.verdict, result.reasons) == ("CANNOT_BE_JUDGED", ["TOO_FEW_AFTER"])


def test_a_window_that_closed_with_fewer_periods_than_the_plan_awaits_tells_nothing():
    result = evaluate(evaluation=City(donors=3).locked(minimum_after=60), at=NOW)
    assert (result.verdict, result.reasons) == ("CANNOT_BE_JUDGED", ["TOO_FEW_AFTER"])


def test_the_periods_awaited_are_those_of_the_method_where_the_plan_awaits_fewer():
    plan = City(donors=3).locked(
        design="INTERRUPTED", minimum_after=2, after_until=date(2027, 12, 31)
    )
    few = ObservationVersion.objects.filter(period_start__gte=datetime(2023, 6, 30, tzinfo=UTC))
    few.update(known_from=LATER)
    early = evaluate(evaluation=plan, at=NOW)
    assert early.verdict == "TOO_EARLY"
    assert "4 des 6 périodes" in early.sentence_fr


def test_a_period_under_way_is_not_read_as_a_whole_one():
    middle = datetime(2025, 12, 15, 9, tzinfo=UTC)
    result = evaluate(evaluation=City(donors=3).locked(), at=middle)
    assert result.series["periods"][-1]["on"] == "2025-11-01"


def test_another_event_at_that_time_forbids_a_mere_description_too():
    plan = City(donors=3).locked(design="BEFORE_AFTER", other_shock=True)
    result = evaluate(evaluation=plan, at=NOW)
    assert (result.verdict, result.reasons) == ("CANNOT_BE_JUDGED", ["OTHER_PROJECT_OR_SHOCK"])


def test_inhabitants_counted_anew_are_a_reason_to_judge_again():
    city = City(donors=3)
    Indicator.objects.filter(pk=city.indicator.pk).update(zone_aggregation="POPULATION_MEAN")
    city.indicator.refresh_from_db()
    zones = [city.treated, city.donors[0]]
    Zone.objects.filter(pk__in=[zone.pk for zone in zones]).update(population=1000)
    plan = city.plan(design="BEFORE_AFTER")
    evaluations.choose_zones(evaluation=plan, role="TREATED", zones=zones, at=BEFORE)
    plan = evaluations.lock(evaluation=plan, by=None, at=BEFORE)
    first = evaluate(evaluation=plan, at=NOW)
    Zone.objects.filter(pk=city.treated.pk).update(population=9000)
    assert evaluate(evaluation=plan, at=LATER).effect["point"] < first.effect["point"]


def test_the_look_at_the_end_of_the_window_stays_and_repeats_no_series():
    plan = City(donors=3).locked(after_until=date(2026, 6, 15))
    first = evaluate(evaluation=plan, at=NOW)
    last = evaluate(evaluation=plan, at=LATER)
    assert (last.because, last.verdict) == ("CLOSED", first.verdict)
    assert last.series_of == first
    assert evaluate(evaluation=plan, at=LATER + timedelta(1)).pk == last.pk


def test_what_was_too_early_cannot_be_judged_once_the_window_is_closed():
    plan = City(donors=3).locked(minimum_after=60, after_until=date(2026, 6, 15))
    assert evaluate(evaluation=plan, at=NOW).verdict == "TOO_EARLY"
    assert evaluate(evaluation=plan, at=LATER).verdict == "CANNOT_BE_JUDGED"
    assert evaluate(evaluation=plan, at=LATER).verdict == "CANNOT_BE_JUDGED"
    assert plan.results.count() == 2


def test_the_period_that_the_intervention_cuts_in_two_is_left_out():
    result = evaluate(evaluation=City().locked(intervention_on=date(2023, 3, 15)), at=NOW)
    assert result.series["left_out"] == ["2023-03-01"]
    assert "2023-03-01" not in {one["on"] for one in result.series["periods"]}


def test_nothing_new_adds_no_result():
    city = City(donors=3)
    plan = city.locked()
    first = evaluate(evaluation=plan, at=NOW)
    assert evaluate(evaluation=plan, at=LATER).pk == first.pk
    assert evaluate_all(at=LATER) == 0
    assert plan.results.count() == 1


def test_revised_figures_are_judged_again_and_the_earlier_verdict_stays():
    city = City()
    plan = city.locked()
    first = evaluate(evaluation=plan, at=NOW)
    revise(city, city.treated, 1 / 0.7)
    assert evaluate_all(at=LATER) == 1
    last = plan.results.last_of_each().get()
    assert (first.verdict, last.verdict, last.because) == ("SHOWN", "NOT_SHOWN", "DATA")
    assert plan.results.as_of(NOW).last_of_each().get().verdict == "SHOWN"
    again = evaluate(evaluation=plan, at=LATER + timedelta(1), as_of=NOW)
    assert again.effect["point"] == first.effect["point"]


def test_results_are_never_changed_nor_removed():
    result = evaluate(evaluation=City(donors=3).locked(), at=NOW)
    for write in (
        lambda: EvaluationResult.objects.filter(pk=result.pk).update(verdict="SHOWN", grade="A"),
        result.delete,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()


def test_the_same_figures_give_the_same_result_to_the_last_digit():
    city = City()
    one, other = (evaluate(evaluation=city.locked(design="INTERRUPTED"), at=NOW) for _ in range(2))
    assert one.effect["point"] == other.effect["point"]
    assert one.effect["p_value"] == other.effect["p_value"]


def test_several_evaluations_of_a_project_are_corrected_together():
    city = City(donors=20)
    first = city.locked()
    alone = evaluate(evaluation=first, at=NOW)
    assert (alone.family_size, alone.q_value) == (1, pytest.approx(1 / 21))
    nothing = city.locked(intervention_on=date(2021, 6, 1), after_until=date(2023, 2, 28))
    other = evaluate(evaluation=nothing, at=LATER)
    assert other.p_value > 0.1
    last = first.results.last_of_each().get()
    assert (last.because, last.family_size) == ("FAMILY", 2)
    assert last.q_value == pytest.approx(2 / 21)
    assert (last.own_verdict, last.verdict) == ("SHOWN", "LIKELY")
    assert last.family == f"Projet {city.project.code}"
    assert "Corrigé pour les 2 évaluations" in last.sentence_fr
    assert "a réduit" not in last.sentence_fr
    assert first.results.as_of(NOW).last_of_each().get().verdict == "SHOWN"


def test_a_withdrawn_evaluation_is_computed_no_more_and_stays_in_the_family():
    city = City()
    plans = [city.locked(), city.locked(intervention_on=date(2021, 6, 1), after_until=date(2023, 2, 28))]  # fmt: skip
    for plan in plans:
        evaluate(evaluation=plan, at=NOW)
    evaluations.withdraw(evaluation=plans[1], by=None, reason="Mauvaise date.", at=NOW)
    with pytest.raises(ValidationError, match="retirée"):
        evaluate(evaluation=plans[1], at=LATER)
    revise(city, city.treated, 1.001)
    assert evaluate(evaluation=plans[0], at=LATER).family_size == 2


def test_a_draft_is_not_evaluated():
    with pytest.raises(ValidationError, match="Verrouillez"):
        evaluate(evaluation=City(donors=3).plan(), at=NOW)


def test_a_known_break_is_declared_and_the_result_given_without_it_too():
    breaks = [{"first": "2020-03-01", "last": "2020-06-30", "why": "Confinement"}]
    result = evaluate(evaluation=City().locked(breaks=breaks), at=NOW)
    assert result.effect["without_breaks"]["verdict"] == "SHOWN"
    codes = {check["code"]: check["passed"] for check in result.effect["checks"]}
    assert codes["WITHOUT_BREAKS"] is True


def test_the_command_evaluates_the_designs_of_a_target(capsys):
    city = City()
    plan = city.locked()
    target = make_target(project=city.project, indicator=city.indicator, zone=city.treated)
    call_command("evaluate", str(target.pk))
    told = capsys.readouterr().out
    assert f"{plan.pk} SYNTHETIC_CONTROL: SHOWN, grade A (new)" in told
    assert "The project reduced" in told
    call_command("evaluate", str(target.pk))
    assert "(unchanged)" in capsys.readouterr().out


def test_the_command_says_what_is_not_there(capsys):
    call_command("evaluate", str(make_target().pk))
    assert "No locked design" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no target 0"):
        call_command("evaluate", "0")


@pytest.mark.django_db(transaction=True)
def test_two_plans_of_a_project_computed_at_once_do_not_stop_each_other():
    plan = City(donors=3).locked(design="BEFORE_AFTER")
    failed = []

    def compute():
        try:
            evaluate(evaluation=plan, at=NOW)
        except DatabaseError as error:
            failed.append(error)
        finally:
            connection.close()

    other = threading.Thread(target=compute)
    with transaction.atomic():
        # As the other plan does when its result corrects this one.
        Project.objects.select_for_update(of=("self",), no_key=True).get(pk=plan.project_id)
        other.start()
        wait_until_blocked()
        make_result(plan)
    other.join(timeout=20)
    assert (other.is_alive(), failed) == (False, [])


def wait_until_blocked():
    """Until some session waits for a lock of this one."""
    asked = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute(asked)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits")
