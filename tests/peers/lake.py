"""The same measures as files of a lake, how they are pulled, and what is published of them."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
from django.db.models import Count, Sum

from indicators.connectors.base import Query, Window
from indicators.connectors.registry import opened
from indicators.models import Feed, ObservationVersion, Run
from indicators.services import planning, pulls
from tests.pulling import NOW, POLICY, daily_rows, make_daily_feed, means

WINDOW = Window(datetime(2024, 1, 20, tzinfo=UTC), datetime(2024, 2, 20, tzinfo=UTC))
LATER = NOW + timedelta(days=1)
ROWS = daily_rows(60)
ROWS[7]["valeur"] = None
UNTIL_NOW = [row["valeur"] for row in ROWS if row["jour"] < NOW.date() + timedelta(days=1)]


def fetched(
    url: str, collection: str, options: dict, window: Window = WINDOW, secret: str = ""
) -> tuple[list[str], list[dict]]:
    """Addresses asked for, and their rows."""
    query = Query(url, collection, options, secret)
    with opened("files", query, POLICY) as connector:
        answers = list(connector.fetch(window))
        rows = [row for batch in connector.read(answers) for row in batch.to_pylist()]
        return [answer.url for answer in answers], rows


def feed_of(protocol: str, url: str, collection: str, **fields) -> Feed:
    """Daily values by commune, read by another protocol."""
    feed = make_daily_feed(url, **fields)
    feed.source.protocol, feed.collection = protocol, collection
    feed.source.save()
    feed.save()
    return feed


def replay(run: Run) -> Run:
    planned = planning.plan_replay(run=run, now=LATER)
    return pulls.execute(run_id=planned.pk, means=means(LATER))


def as_csv(rows: list[dict]) -> bytes:
    file = io.StringIO()
    writer = csv.DictWriter(file, rows[0], delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode("utf-8-sig")


def as_parquet(rows: list[dict], **options) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), file, **options)
    return file.getvalue()


def by_month(rows: list[dict]) -> dict[tuple[int, int], list[dict]]:
    found: dict[tuple[int, int], list[dict]] = {}
    for row in rows:
        day: date = row["jour"]
        found.setdefault((day.year, day.month), []).append(row)
    return found


def published(feed: Feed) -> tuple[int, int, float | None]:
    """Count, count of values that are known, and their sum."""
    told = (
        ObservationVersion.objects.current()
        .filter(series__feed=feed)
        .aggregate(count=Count("pk"), known=Count("value"), total=Sum("value"))
    )
    return told["count"], told["known"], told["total"]


def loaded(values: list[float | None]) -> tuple[int, int, float]:
    known = [value for value in values if value is not None]
    return len(values), len(known), sum(known)
