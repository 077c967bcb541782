"""The real daily counts of Nantes, through a real pygeoapi, against the file itself."""

from datetime import UTC, date, datetime

import pandas as pd
import pytest
from django.db.models import Count, Sum

from indicators.connectors.base import HttpPolicy
from indicators.models import ObservationVersion, Series
from indicators.services import planning, pulls
from tests.factories.indicators import make_feed, make_source
from tests.pulling import means
from tests.shared import DATA, needs

PLACE = ("nantes_velo", "nantes_daily_2014_2019.csv.gz")
FILE = DATA.joinpath(*PLACE)
MAPPING = {
    "time": {"field": "jour", "timezone": "Europe/Paris", "period": "DAY"},
    "value": {"field": "valeur"},
    "series": ["counter_id", "nom"],
    "label": "nom",
}
NOW = datetime(2020, 1, 1, 12, tzinfo=UTC)

pytestmark = [
    pytest.mark.django_db,
    needs(*PLACE),
]


@pytest.fixture(scope="module")
def counts() -> pd.DataFrame:
    return pd.read_csv(FILE, dtype={"id": "float64", "count": "float64", "name": "string"})


@pytest.fixture
def feed(platform, counts):
    platform.fill(
        (
            {
                "counter_id": None if pd.isna(row.id) else row.id,
                "nom": row.name_,
                "jour": row.date,
                "valeur": None if pd.isna(row.count_) else row.count_,
            }
            for row in counts.rename(columns={"name": "name_", "count": "count_"}).itertuples()
        ),
        table="comptages",
    )
    source = make_source(base_url=platform.url)
    return make_feed(
        source=source, collection="comptages", mapping=MAPPING, starts_on=date(2014, 1, 1)
    )


def pull(feed, now=NOW, *, force=False):
    (run,) = planning.plan_due(now=now, force=force)
    return pulls.execute(run_id=run.pk, means=means(now, HttpPolicy(allow=("127.0.0.1",))))


def test_count_and_sum_equal_those_of_the_file(feed, counts):
    run = pull(feed)
    assert (run.state, run.quarantined, run.dropped) == ("SUCCEEDED", 0, 0), run.error_message
    assert run.received == run.accepted == len(counts)
    stored = ObservationVersion.objects.filter(series__feed=feed).aggregate(
        rows=Count("pk"), values=Count("value"), total=Sum("value")
    )
    assert stored["rows"] == len(counts)
    assert stored["values"] == counts["count"].notna().sum()  # null stays null, not zero
    assert stored["total"] == counts["count"].sum()


def test_counters_without_id_stay_two_series(feed, counts):
    pull(feed)
    nameless = counts[counts["id"].isna()].groupby("name")["count"].sum()
    assert len(nameless) == 2
    for name, total in nameless.items():
        series = Series.objects.get(feed=feed, key=f'[null, "{name}"]')
        assert series.versions.aggregate(total=Sum("value"))["total"] == total
    assert Series.objects.filter(feed=feed).count() == len(counts[["id", "name"]].drop_duplicates())


def test_a_second_pull_changes_nothing(feed, counts):
    pull(feed)
    feed.lookback_days = 3000
    feed.save()
    run = pull(feed, datetime(2020, 1, 2, tzinfo=UTC), force=True)
    assert (run.state, run.accepted, run.revised) == ("SUCCEEDED", 0, 0)
    assert run.unchanged == run.received == len(counts)
