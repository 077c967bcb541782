"""What the doors of the worker ring for."""

import pytest

from indicators import tasks
from indicators.models import ForecastResult
from tests.factories.forecasts import make_measured_target, months
from tests.factories.formulas import agreed, bound, measured, publish
from tests.factories.indicators import make_indicator, make_target
from tests.factories.portfolio import make_zone

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rung(monkeypatch):
    """By task, what was rung for."""
    found = {"measure": [], "target": []}
    monkeypatch.setattr(tasks.forecast_measure, "delay", found["measure"].append)
    monkeypatch.setattr(
        tasks.forecast_target, "apply_async", lambda given, **how: found["target"].append(*given)
    )
    return found


def test_a_run_that_published_values_rings_for_the_forecasts_of_its_measure_once(rung):
    zone, feed = make_zone(), measured("passage")
    publish(feed, zone, months(12))
    double = make_indicator(machine_unit="passage")
    planned = agreed(double, "2 * passages", bound("passages", feed))
    tasks.pull_run(planned.run.pk)
    assert rung["measure"] == [double.pk]
    tasks.pull_run(planned.run.pk)  # it has ended: nothing is published
    assert rung["measure"] == [double.pk]


def test_after_a_pull_each_target_of_the_measure_is_rung_for(rung):
    target, _other = make_measured_target(10), make_target()
    tasks.forecast_measure(target.indicator_id)
    assert rung["target"] == [target.pk]


def test_each_night_every_target_is_rung_for(rung):
    targets = [make_target(), make_target()]
    tasks.forecast_all()
    assert rung["target"] == [target.pk for target in targets]


def test_a_target_that_was_removed_meanwhile_is_forgotten():
    target = make_target()
    tasks.forecast_target(target.pk)
    tasks.forecast_target(target.pk + 1)
    assert ForecastResult.objects.count() == 1
