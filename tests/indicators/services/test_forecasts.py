from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, transaction

from indicators.forecasts import view_of
from indicators.models import ForecastResult, ObservationVersion, TargetPoint
from indicators.queries.forecasts import forecasts_of
from indicators.queries.targets import target_view
from indicators.services import forecasts
from tests.factories.forecasts import later, make_break, make_forecast, make_measured_target
from tests.factories.indicators import make_indicator, make_target
from tests.factories.portfolio import NOW

pytestmark = pytest.mark.django_db


def forecast(target, at=NOW):
    return forecasts.forecast_target(target=target, now=at, code_version="of the tests")


def revise(target, by: float) -> None:
    """The last value of the measure is published anew."""
    versions = ObservationVersion.objects.filter(series__feed__indicator=target.indicator)
    last = versions.order_by("-period_start").first()
    versions.filter(pk=last.pk).update(value=last.value + by)


def standing(target, *, at=NOW):
    view = target_view(target, today=at.date())
    return forecasts_of([view])[target.pk]


# ---------------------------------------------------------------- what is stored


def test_a_forecast_is_stored_with_all_that_it_rests_on():
    target = make_measured_target(goal=125.0)
    row = forecast(target).result
    assert (row.reason, row.due_on, row.computed_at, row.as_of) == (
        "", date(2027, 12, 31), NOW, NOW
    )  # fmt: skip
    assert (row.code_version, row.method_version) == ("of the tests", "1")
    assert len(row.input_hash) == 64
    told = view_of(row)
    assert [told.ahead[0].on, told.ahead[-1].on] == [date(2026, 6, 1), date(2027, 12, 1)]
    assert told.chance.probability == pytest.approx(row.probability)
    low, high = told.chance.between
    assert 0 <= low <= told.chance.probability <= high <= 1
    assert told.record.points == 30
    last = told.at_target.bounds
    assert last["95"][0] < last["80"][0] < last["50"][0] < told.at_target.mean
    assert told.at_target.mean < last["50"][1] < last["80"][1] < last["95"][1]


def test_a_rising_measure_is_likelier_to_reach_a_near_target_than_a_far_one():
    near, far = (forecast(make_measured_target(goal=goal)).result for goal in (120.0, 300.0))
    assert near.probability > 0.8
    assert far.probability < 0.05
    assert view_of(far).chance.reached_on is None or view_of(far).chance.reached_on.year > 2030


def test_the_points_on_the_way_are_read_off_the_fan():
    points = {date(2026, 12, 31): 110.0, date(2027, 12, 31): 125.0}
    (step,) = view_of(forecast(make_measured_target(points=points)).result).steps
    assert (step.due_on, step.goal) == (date(2026, 12, 31), 110.0)
    assert step.low < step.mean < step.high


def test_a_range_to_be_within_has_a_chance_too():
    target = make_measured_target(indicator=make_indicator(direction="RANGE"), points={})
    TargetPoint.objects.create(target=target, due_on=date(2027, 12, 31), low=100.0, high=170.0)
    assert forecast(target).result.probability > 0.5


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"count": 5}, "TOO_FEW_POINTS"),
        ({"points": {}}, "NO_TARGET"),
        ({"points": {date(2026, 5, 31): 130.0}}, "TARGET_DATE_PASSED"),
        ({"points": {date(2025, 5, 31): 130.0}}, "TARGET_DATE_PASSED"),
        ({"slope": 0.0, "noise": 0.0}, "NEVER_CHANGED"),
    ],
)
def test_what_cannot_be_forecast_says_why(fields, reason):
    row = forecast(make_measured_target(**fields)).result
    assert (row.reason, row.probability) == (reason, None)
    assert row.result["needed"] == 8
    assert view_of(row).ahead == ()


def test_a_target_that_nobody_measures_is_too_early():
    row = forecast(make_target(points={date(2027, 12, 31): 200.0})).result
    assert (row.reason, row.result["points"]) == ("TOO_FEW_POINTS", 0)


def test_a_month_under_way_is_not_taken_for_a_low_one():
    target = make_measured_target()
    in_may = forecast(target, NOW - timedelta(days=10)).result
    assert view_of(in_may).ahead[0].on == date(2026, 5, 1)
    assert view_of(in_may).points == 29


def test_a_measure_that_was_never_below_zero_is_not_forecast_below():
    target = make_measured_target(start=4.0, slope=0.0, noise=3.0, goal=9.0, baseline_value=4.0)
    versions = ObservationVersion.objects.filter(series__feed__indicator=target.indicator)
    versions.filter(value__lt=0).update(value=0.0)
    told = view_of(forecast(target).result)
    assert min(one.bounds["95"][0] for one in told.ahead) == 0.0


# ---------------------------------------------------------------- when it is computed anew


def test_nothing_is_computed_where_nothing_changed():
    target = make_measured_target()
    first, again = forecast(target), forecast(target, later(1))
    assert (first.is_new, again.is_new) == (True, False)
    assert again.result.pk == first.result.pk
    assert ForecastResult.objects.count() == 1


def test_revised_figures_are_forecast_anew_and_the_earlier_forecast_stays_readable():
    target = make_measured_target()
    first = forecast(target).result
    revise(target, by=15.0)
    assert standing(target).is_outdated
    second = forecast(target, later(3))
    assert second.is_new
    assert second.result.probability != first.probability
    assert not standing(target).is_outdated
    view = target_view(target, today=NOW.date(), as_of=later(2))
    then = forecasts_of([view])[target.pk]
    assert (then.computed_at, then.chance.probability) == (NOW, first.probability)


def test_no_forecast_is_shown_as_of_a_day_before_the_first():
    target = make_measured_target()
    forecast(target, later(3))
    assert forecasts_of([target_view(target, today=NOW.date(), as_of=later(2))]) == {}


def test_a_method_that_changed_since_leaves_the_pages_of_before_as_they_were(monkeypatch):
    target = make_measured_target()
    forecast(target)
    monkeypatch.setattr("indicators.forecasts.METHOD_VERSION", "next")
    assert standing(target).is_outdated
    view = target_view(target, today=NOW.date(), as_of=later(2))
    assert not forecasts_of([view])[target.pk].is_outdated


def test_a_revised_target_is_forecast_anew():
    target = make_measured_target(goal=125.0)
    first = forecast(target).result
    target.points.update(value=200.0)
    second = forecast(target, later(1))
    assert second.is_new
    assert second.result.probability < first.probability


def test_a_known_break_is_reckoned_with_and_the_result_without_it_is_told():
    target = make_measured_target()
    versions = ObservationVersion.objects.filter(series__feed__indicator=target.indicator)
    for version in versions.filter(period_start__gte="2025-06-01T00:00+02:00"):
        versions.filter(pk=version.pk).update(value=version.value + 60)
    without = forecast(target).result
    make_break(indicator=target.indicator, from_on=date(2025, 6, 1))
    row = forecast(target, later(1)).result
    told = view_of(row)
    assert [one.reason_fr for one in told.breaks] == ["Compteur remplacé"]
    assert told.without.probability == pytest.approx(without.probability)
    assert told.chance != told.without


@pytest.mark.parametrize(
    ("fields", "matters"),
    [({}, True), ({"from_on": date(2020, 1, 1), "until_on": date(2021, 1, 1)}, False),
     ({"from_on": date(2026, 12, 1)}, False), ({"withdrawn_at": NOW, "withdrawn_why": "x"}, False)],
)  # fmt: skip
def test_only_breaks_that_hold_within_what_is_measured_matter(fields, matters):
    target = make_measured_target()
    forecast(target)
    make_break(**fields)
    assert forecast(target, later(1)).is_new is matters


def test_a_break_of_another_measure_or_zone_matters_to_nobody_else():
    target, other = make_measured_target(), make_measured_target(10)
    forecast(target)
    make_break(indicator=other.indicator)
    make_break(zone=other.zone)
    assert not forecast(target, later(1)).is_new


def test_a_target_removed_meanwhile_has_no_forecast(monkeypatch):
    target = make_measured_target(10)
    computing = forecasts._compute

    def remove(*given):
        found = computing(*given)
        type(target).objects.filter(pk=target.pk).delete()
        return found

    monkeypatch.setattr(forecasts, "_compute", remove)
    assert forecast(target) is None


def test_a_stored_forecast_cannot_be_changed():
    row = make_forecast(make_target())
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        ForecastResult.objects.filter(pk=row.pk).update(probability=0.9)


# ---------------------------------------------------------------- all of them


def test_all_targets_are_refreshed_and_the_unchanged_are_told_apart():
    first, second = make_measured_target(10), make_measured_target(10)
    forecast(first)
    done = forecasts.refresh(now=later(1), code_version="x")
    assert {one.result.target_id: one.is_new for one in done} == {first.pk: False, second.pk: True}


def test_after_a_pull_only_the_targets_of_its_measure_are_looked_at_and_not_twice_a_morning():
    target, other = make_measured_target(10), make_measured_target(10)
    told = {"indicator_id": target.indicator_id}
    assert forecasts.to_look_at(now=NOW, **told) == [target.pk]
    forecast(target)
    assert forecasts.to_look_at(now=NOW + timedelta(hours=1), **told) == []
    assert forecasts.to_look_at(now=NOW + timedelta(hours=7), **told) == [target.pk]
    assert forecasts.to_look_at(now=NOW) == [target.pk, other.pk]


def test_the_command_prints_a_row_a_target(capsys):
    good, early = make_measured_target(), make_measured_target(5)
    call_command("forecast", good.pk, early.pk)
    call_command("forecast", good.pk)
    head, first, second, _head, again = capsys.readouterr().out.splitlines()
    assert "forecast" in head
    assert f"{good.pk} now" in first
    assert "by 2027-12-31" in first
    assert "TOO_FEW_POINTS (5 values, 8 needed)" in second
    assert f"{good.pk} unchanged" in again


def test_the_command_names_a_target_that_does_not_exist():
    with pytest.raises(CommandError, match="999999"):
        call_command("forecast", 999999)
