"""Files of a lake in a real object store (moto)."""

import pytest

from indicators.connectors.base import HttpStatusError, MissingCollectionError, Query
from indicators.connectors.registry import opened
from indicators.models import RawFile
from tests.peers.lake import (
    ROWS,
    UNTIL_NOW,
    as_parquet,
    by_month,
    feed_of,
    fetched,
    loaded,
    published,
    replay,
)
from tests.peers.moto import object_store, running_object_store
from tests.pulling import POLICY, pull

__all__ = ["object_store", "running_object_store"]

pytestmark = pytest.mark.server


@pytest.fixture
def lake(object_store):
    """Monthly partitions, in a bucket that all may read."""
    for (year, month), rows in by_month(ROWS).items():
        object_store.put(f"velo/year={year}/month={month}/part 0+1.parquet", as_parquet(rows))
    object_store.put("velo/_SUCCESS", b"")
    return object_store


def test_partitions_that_can_hold_the_window_are_fetched_from_the_object_store(lake):
    lake.put("velo/year=2023/month=12/part.parquet", as_parquet(ROWS[:1]))
    options = {"endpoint": lake.url}
    urls, rows = fetched("s3://lac", "velo/year=*/month=*/", options)
    assert urls == [
        f"{lake.url}/lac/velo/year%3D2024/month%3D{n}/part%200%2B1.parquet" for n in (1, 2)
    ]
    assert [row["jour"] for row in rows] == [row["jour"] for row in ROWS]
    assert {row["year"] for row in rows} == {"2024"}


def test_a_listing_of_several_pages_is_followed(object_store):
    assert POLICY.page_size == 10
    for number in range(25):
        object_store.put(f"v/n={number:04d}/a.csv", b"n\n1\n")
    urls, rows = fetched("s3://lac/v", "n=*/", {"endpoint": object_store.url})
    assert len(set(urls)) == len(rows) == 25


def test_a_prefix_is_part_of_the_address(lake):
    options = {"endpoint": lake.url, "partitions": "month={m}/x", "files": ["part 0+1.parquet"]}
    _urls, rows = fetched("s3://lac/velo/year=2024", "month=1", options)
    assert len(rows) == 62


def test_the_object_store_checks_who_asks_and_the_key_is_written_nowhere(lake):
    options = {"endpoint": lake.url}
    lake.guard()
    urls, rows = fetched("s3://lac", "velo/year=*/month=*/", options, secret=lake.reader)
    assert len(rows) == len(ROWS)
    assert not any("?" in url for url in urls)
    key = lake.reader.partition(":")[0]
    with pytest.raises(HttpStatusError, match="403") as caught:
        fetched("s3://lac", "velo/year=*/month=*/", options, secret=f"{key}:wrong")
    assert key not in caught.value.message
    assert "Signature" not in caught.value.message


def test_an_object_or_a_pattern_that_is_not_there_is_named(lake):
    for collection in ("velo/none.csv", "none/year=*/"):
        with pytest.raises(MissingCollectionError):
            fetched("s3://lac", collection, {"endpoint": lake.url})


def test_probe_and_describe_take_the_latest_object(lake):
    query = Query("s3://lac", "velo/year=*/month=*/", {"endpoint": lake.url})
    with opened("files", query, POLICY) as connector:
        assert connector.probe().updated_at is not None
        assert connector.describe().fields["valeur"] == "double"
        assert connector.describe().fields["month"] == "text"


@pytest.mark.django_db
def test_a_pull_from_the_object_store_and_then_nothing_is_sent_again(lake):
    feed = feed_of("files", "s3://lac", "velo/year=*/month=*/", options={"endpoint": lake.url})
    run = pull(feed)
    assert (run.state, published(feed)) == ("SUCCEEDED", loaded(UNTIL_NOW))
    assert replay(run).unchanged == len(UNTIL_NOW)
    again = pull(feed)
    assert (again.unchanged, again.accepted, again.revised) == (len(UNTIL_NOW), 0, 0)
    first, second = (RawFile.objects.filter(run=r).order_by("number") for r in (run, again))
    assert [file.sha256 for file in first] == [file.sha256 for file in second]
    # an answer that is sent again has a new date: these are the kept ones
    assert [file.headers["date"] for file in first] == [file.headers["date"] for file in second]
