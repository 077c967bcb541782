import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from indicators import storage
from indicators.models import ObservationVersion, Series
from indicators.services import observations
from indicators.services.observations import Published
from indicators.services.reading import Readings, SeriesKey, microseconds
from tests.factories.indicators import make_feed, make_run
from tests.factories.portfolio import make_zone

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
DAY = datetime(2026, 5, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
ONE_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def staging(db):
    storage.begin()
    yield
    storage.end()


@pytest.fixture
def feed(db):
    return make_feed()


def stage(*rows: dict) -> list[SeriesKey]:
    """Rows of {series, at, value, status, within}: a day each unless said otherwise."""
    full = [{"series": 0, "at": DAY, "value": 1.0, "provisional": False} | row for row in rows]
    starts = [row.get("within", row["at"]) for row in full]
    observations.stage(
        Readings(
            number=np.arange(1, len(full) + 1),
            series=np.array([row["series"] for row in full], dtype=np.int32),
            instant=np.array([microseconds(row["at"]) for row in full]),
            start=np.array([microseconds(start) for start in starts]),
            end=np.array([microseconds(start + ONE_DAY) for start in starts]),
            value=np.array([math.nan if r["value"] is None else r["value"] for r in full]),
            provisional=np.array([row["provisional"] for row in full]),
        )
    )
    return [SeriesKey("A", None), SeriesKey("B", None)]


def put(feed, *rows: dict, at: datetime = NOW, keys: list[SeriesKey] | None = None) -> Published:
    storage.begin()
    told = stage(*rows)
    return observations.publish(
        feed=feed, run=make_run(feed), keys=keys or told, staged=len(rows), known_from=at
    )


def test_nothing_to_sift():
    conflicts, duplicates = storage.sift(most=10)
    assert (conflicts.count, duplicates.count) == (0, 0)


def test_the_same_row_twice_counts_once():
    stage({}, {}, {"at": DAY + ONE_DAY})
    conflicts, duplicates = storage.sift(most=10)
    assert [one.number for one in duplicates.first] == [2]
    assert conflicts.count == 0


def test_a_null_given_twice_counts_once():
    stage({"value": None}, {"value": None})
    conflicts, duplicates = storage.sift(most=10)
    assert (conflicts.count, duplicates.count) == (0, 1)
    assert duplicates.first[0].value is None


def test_rows_that_contradict_each_other_are_all_kept_out():
    stage({}, {}, {"value": None}, {"series": 1})
    conflicts, duplicates = storage.sift(most=2)
    assert (conflicts.count, [one.number for one in conflicts.first]) == (3, [1, 2])
    assert duplicates.count == 0
    assert storage.staged_places() == {1}


def test_new_rows_are_accepted_and_the_same_rows_unchanged(feed):
    rows = [{}, {"at": DAY + ONE_DAY, "value": None}]
    assert put(feed, *rows) == Published(accepted=2, revised=0, unchanged=0)
    assert put(feed, *rows, at=NOW + ONE_DAY) == Published(0, 0, 2)
    assert ObservationVersion.objects.count() == 2
    assert ObservationVersion.objects.get(value=None).absence == "NO_VALUE"


@pytest.mark.parametrize(
    "revision", [{"value": 2.0}, {"value": None}, {"provisional": True}, {"value": 0.0}]
)
def test_a_revision_closes_the_version_before_it(feed, revision):
    put(feed, {})
    later = NOW + ONE_DAY
    assert put(feed, revision, at=later) == Published(0, 1, 0)
    old, new = ObservationVersion.objects.order_by("known_from")
    assert (old.superseded_at, new.superseded_at) == (later, None)
    assert ObservationVersion.objects.as_of(NOW).get() == old
    assert ObservationVersion.objects.as_of(later).get() == new


def test_labels_and_zones_follow_the_source(feed):
    zone = make_zone(code="A")
    put(feed, {}, keys=[SeriesKey("A", None, "Pont")])
    put(feed, {}, keys=[SeriesKey("A", "A", "Pont Neuf")])
    series = Series.objects.get()
    assert (series.label, series.zone) == ("Pont Neuf", zone)


def test_a_series_without_a_reading_is_not_made(feed):
    put(feed, {})
    assert [one.key for one in Series.objects.all()] == ["A"]


def test_two_feeds_never_share_a_series(feed):
    put(feed, {})
    put(make_feed(), {})
    assert Series.objects.count() == 2


@pytest.mark.parametrize(
    ("how", "value"), [("SUM", 300.0), ("MEAN", 12.5), ("MIN", 1.0), ("MAX", 24.0), ("LAST", 24.0)]
)
def test_the_hours_of_a_day_are_gathered(feed, how, value):
    keys = stage(*({"at": DAY + n * HOUR, "within": DAY, "value": float(n + 1)} for n in range(24)))
    assert storage.gather(how=how, grain_s=3600, minimum=0.75) == 1
    observations.publish(feed=feed, run=make_run(feed), keys=keys, staged=1, known_from=NOW)
    stored = ObservationVersion.objects.get()
    assert (stored.value, stored.coverage, stored.period_start) == (value, 1.0, DAY)


def test_a_day_with_three_of_24_hours_is_not_a_day(feed):
    keys = stage(*({"at": DAY + n * HOUR, "within": DAY} for n in range(3)))
    assert storage.gather(how="SUM", grain_s=3600, minimum=0.75) == 1
    observations.publish(feed=feed, run=make_run(feed), keys=keys, staged=1, known_from=NOW)
    stored = ObservationVersion.objects.get()
    assert (stored.value, stored.absence, stored.coverage) == (None, "PARTLY_MEASURED", 0.125)


def test_a_day_of_hours_without_value_has_none_and_says_so(feed):
    keys = stage(*({"at": DAY + n * HOUR, "within": DAY, "value": None} for n in range(24)))
    storage.gather(how="SUM", grain_s=3600, minimum=0.75)
    observations.publish(feed=feed, run=make_run(feed), keys=keys, staged=1, known_from=NOW)
    stored = ObservationVersion.objects.get()
    assert (stored.value, stored.absence, stored.coverage) == (None, "NO_VALUE", 0.0)
