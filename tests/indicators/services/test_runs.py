from datetime import UTC, datetime, timedelta

import pytest
from django.db.models.functions import Now

from indicators.models import DataSource, Run
from indicators.services import breaker, planning, runs
from tests.factories.indicators import make_feed, make_run, make_source

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)


def due(feed, **fields) -> Run:
    return make_run(feed, **({"due_at": NOW - timedelta(hours=1)} | fields))


def claim(run: Run, **limits) -> Run | None:
    return runs.claim(run_id=run.pk, at=NOW, **limits)


def test_a_source_is_asked_by_one_worker_at_a_time():
    source = make_source()
    first, second = due(make_feed(source=source)), due(make_feed(source=source))
    held = claim(first)
    assert claim(second) is None
    runs.close(run=held, state=Run.State.SUCCEEDED, at=NOW)
    assert claim(second) is not None


def test_a_worker_that_has_gone_silent_holds_its_source_no_longer():
    source = make_source()
    first, second = due(make_feed(source=source)), due(make_feed(source=source))
    claim(first)
    Run.objects.filter(pk=first.pk).update(lease_until=Now() - timedelta(seconds=1))
    assert claim(second) is not None


def test_only_so_many_sources_are_asked_at_once():
    first, second, third = (due(make_feed()) for _ in range(3))
    assert claim(first, at_once=2) is not None
    assert claim(second, at_once=2) is not None
    assert claim(third, at_once=2) is None
    assert claim(third, at_once=3) is not None


def test_the_runs_of_a_feed_go_in_the_order_they_were_due():
    feed = make_feed()
    later = due(feed, due_at=NOW)
    earlier = due(feed, due_at=NOW - timedelta(hours=2))
    assert claim(later) is None
    held = claim(earlier)
    runs.close(run=held, state=Run.State.FAILED, at=NOW)
    assert claim(later) is not None


def faulty(source: DataSource, times: int, wish_s: float | None = None) -> DataSource:
    for _ in range(times):
        breaker.failed(source=source, wish_s=wish_s)
    source.refresh_from_db()
    return source


def rest_of(source: DataSource) -> timedelta:
    return (
        DataSource.objects.filter(pk=source.pk).values_list("resting_until", flat=True).get()
        - DataSource.objects.annotate(now=Now()).values_list("now", flat=True)[0]
    )


def test_two_faults_are_borne_and_the_third_gives_the_source_a_rest():
    source = faulty(make_source(), 2)
    assert source.resting_until is None
    assert timedelta(minutes=4) < rest_of(faulty(source, 1)) < timedelta(minutes=7)


def test_the_rest_grows_and_has_an_end():
    source = faulty(make_source(), 4)
    assert timedelta(minutes=9) < rest_of(source) < timedelta(minutes=12)
    assert timedelta(hours=5) < rest_of(faulty(source, 20)) < timedelta(hours=7)


def test_the_wish_of_a_source_is_respected_at_once():
    source = faulty(make_source(), 1, wish_s=1800)
    assert timedelta(minutes=29) < rest_of(source) < timedelta(minutes=31)


def test_the_runs_of_a_resting_source_wait_and_the_others_do_not():
    resting, other = make_feed(), make_feed()
    due(resting)
    run = due(other)
    faulty(resting.source, 3)
    assert list(Run.objects.claimable(datetime.now(UTC))) == [run]


def test_an_answer_and_a_person_end_the_rest():
    source = faulty(make_source(), 3)
    breaker.answered(source=source)
    source.refresh_from_db()
    assert (source.faults, source.resting_until) == (0, None)
    make_feed(source=source)
    faulty(source, 3)
    planning.plan_due(now=NOW, force=True)
    source.refresh_from_db()
    assert (source.faults, source.resting_until) == (0, None)
