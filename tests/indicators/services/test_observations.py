from datetime import UTC, datetime, timedelta

import pytest

from indicators.models import ObservationVersion, Series
from indicators.services.mapping import Reading
from indicators.services.observations import Published, publish, sift
from tests.factories.indicators import make_feed, make_run
from tests.factories.portfolio import make_zone

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
DAY = datetime(2026, 5, 1, tzinfo=UTC)


def reading(number: int = 1, *, day: int = 0, value: float | None = 1.0, **fields) -> Reading:
    start = DAY + timedelta(days=day)
    base = {"key": "A", "label": "", "zone": None, "status": "FINAL"} | fields
    return Reading(number=number, start=start, end=start + timedelta(days=1), value=value, **base)


def test_nothing_to_sift():
    assert sift([]).kept == []


def test_the_same_row_twice_counts_once():
    rows = [reading(1), reading(2), reading(3, day=1)]
    sifted = sift(rows)
    assert [one.number for one in sifted.kept] == [1, 3]
    assert [one.number for one in sifted.duplicates] == [2]
    assert sifted.conflicts == []


def test_a_null_given_twice_counts_once():
    assert len(sift([reading(1, value=None), reading(2, value=None)]).kept) == 1


def test_rows_that_contradict_each_other_are_all_kept_out():
    rows = [reading(1), reading(2), reading(3, value=None), reading(4, key="B")]
    sifted = sift(rows)
    assert [one.number for one in sifted.kept] == [4]
    assert {one.number for one in sifted.conflicts} == {1, 2, 3}


@pytest.fixture
def feed(db):
    return make_feed()


def put(feed, *readings: Reading, at: datetime = NOW) -> Published:
    return publish(feed=feed, run=make_run(feed), readings=list(readings), known_from=at)


def test_new_rows_are_accepted_and_the_same_rows_unchanged(feed):
    rows = [reading(1), reading(2, day=1, value=None)]
    assert put(feed, *rows) == Published(accepted=2, revised=0, unchanged=0)
    assert put(feed, *rows, at=NOW + timedelta(days=1)) == Published(0, 0, 2)
    assert ObservationVersion.objects.count() == 2
    assert ObservationVersion.objects.get(value=None).absence == "NO_VALUE"


@pytest.mark.parametrize(
    "revision", [{"value": 2.0}, {"value": None}, {"status": "PROVISIONAL"}, {"value": 0.0}]
)
def test_a_revision_closes_the_version_before_it(feed, revision):
    put(feed, reading())
    later = NOW + timedelta(days=1)
    assert put(feed, reading(**revision), at=later) == Published(0, 1, 0)
    old, new = ObservationVersion.objects.order_by("known_from")
    assert (old.superseded_at, new.superseded_at) == (later, None)
    assert ObservationVersion.objects.as_of(NOW).get() == old
    assert ObservationVersion.objects.as_of(later).get() == new


def test_labels_and_zones_follow_the_source(feed):
    zone = make_zone(code="A")
    put(feed, reading(label="Pont"))
    put(feed, reading(label="Pont Neuf", zone="A"))
    series = Series.objects.get()
    assert (series.label, series.zone) == ("Pont Neuf", zone)


def test_two_feeds_never_share_a_series(feed):
    put(feed, reading())
    put(make_feed(), reading())
    assert Series.objects.count() == 2
