"""A worker that publishes rings for what is computed from it; a worker that dies loses nothing."""

from datetime import UTC, datetime

import pytest

from config.celery import app
from indicators.models import ObservationVersion, Run
from indicators.services import planning, pulls
from tests.factories.formulas import agreed, bound, compute
from tests.factories.indicators import make_indicator
from tests.pulling import daily_rows, make_daily_feed, means
from tests.workers import wait_until

NOW = datetime(2024, 2, 1, 8, tzinfo=UTC)
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]


@pytest.fixture
def halves(platform):
    """A feed that is due, and half of it, computed; nothing is there yet."""
    platform.fill(daily_rows())
    feed = make_daily_feed(
        platform.url, indicator=make_indicator(machine_unit="m", frequency="DAY")
    )
    half = make_indicator(machine_unit="m", frequency="DAY")
    compute(agreed(half, "a / 2", bound("a", feed), at=NOW).run.pk, NOW)
    (run,) = planning.plan_due(now=NOW, feeds=feed.__class__.objects.filter(pk=feed.pk))
    return run, half


def values(indicator) -> list[float]:
    return sorted(
        ObservationVersion.objects.current()
        .filter(series__feed__indicator=indicator)
        .values_list("value", flat=True)
    )


def test_a_pull_rings_for_the_formula_and_another_run_computes_it(halves, broker, start_worker):
    run, half = halves
    start_worker("only")
    with app.connection_for_write(broker) as line:
        app.send_task("indicators.tasks.pull_run", (run.pk,), connection=line)
    wait_until(lambda: len(values(half)) == 30)
    assert values(half)[:2] == [0.0, 0.5]
    last = Run.objects.filter(feed__indicator=half).order_by("-pk").first()
    assert (last.state, last.accepted) == ("SUCCEEDED", 30)


def test_what_could_not_be_published_plans_nothing(halves, monkeypatch):
    """Values and the run that follows them are one transaction."""
    run, half = halves

    def fail(**_given):
        raise RuntimeError("the end of the run cannot be written")

    monkeypatch.setattr(pulls.runs, "close", fail)
    with pytest.raises(RuntimeError):
        pulls.execute(run_id=run.pk, means=means(NOW))
    assert ObservationVersion.objects.count() == 0
    assert not Run.objects.open().filter(feed__indicator=half).exists()


def test_a_bell_rings_once_the_values_can_be_read(halves):
    run, half = halves
    seen = []

    def hear(run_id: int) -> None:
        seen.append((run_id, ObservationVersion.objects.count()))

    told = means(NOW)
    pulls.execute(run_id=run.pk, means=told.__class__(**{**vars(told), "ring": hear}))
    (planned,) = Run.objects.open().filter(feed__indicator=half)
    assert seen == [(planned.pk, 30)]
