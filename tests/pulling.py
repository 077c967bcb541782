"""A feed of daily values by commune, pulled from a platform with short patience."""

from datetime import UTC, date, datetime, timedelta

from django.conf import settings

from indicators.connectors.base import HttpPolicy
from indicators.models import Feed, ObservationVersion, Run
from indicators.raw_store import RawStore
from indicators.services import planning, pulls
from indicators.services.pulls import Means
from portfolio.models import Zone
from tests.factories.indicators import make_feed, make_source
from tests.factories.portfolio import make_zone

NOW = datetime(2024, 2, 1, 8, tzinfo=UTC)
FIRST_DAY = date(2024, 1, 1)
POLICY = HttpPolicy(
    allow=("127.0.0.1",),
    connect_s=1,
    read_s=1,
    total_s=4,
    max_body_bytes=2_000_000,
    page_size=10,
    max_pages=20,
    attempts=3,
    first_wait_s=0.01,
    longest_wait_s=1.5,
)
MAPPING = {
    "time": {"field": "jour", "timezone": "Europe/Paris", "period": "DAY"},
    "value": {"field": "valeur"},
    "zone": {"field": "commune"},
    "status": {"field": "statut", "provisional": ["provisoire"]},
}


def daily_rows(days: int = 15, communes: tuple[str, ...] = ("A", "B")) -> list[dict]:
    return [
        {
            "commune": commune,
            "jour": FIRST_DAY + timedelta(days=day),
            "valeur": float(100 * number + day),
            "statut": "définitif",
        }
        for day in range(days)
        for number, commune in enumerate(communes)
    ]


def make_daily_feed(url: str, **fields) -> Feed:
    for code in ("A", "B"):
        if not Zone.objects.filter(code=code).exists():
            make_zone(code=code)
    fields = {"mapping": MAPPING, "starts_on": FIRST_DAY, "lookback_days": 60} | fields
    return make_feed(source=make_source(base_url=url), collection="mesures", **fields)


def means(now: datetime = NOW, policy: HttpPolicy = POLICY) -> Means:
    """What a pull works with, at a fixed hour."""
    store = RawStore(settings.RAW_STORE)
    return Means(clock=lambda: now, policy=policy, store=store, code_version="of the tests")


def pull(feed: Feed, now: datetime = NOW, policy: HttpPolicy = POLICY) -> Run:
    (run,) = planning.plan_due(now=now, feeds=Feed.objects.filter(pk=feed.pk), force=True)
    done = pulls.execute(run_id=run.pk, means=means(now, policy))
    assert done is not None
    return done


def current_values(feed: Feed) -> list[tuple]:
    """What is published: the checksum of the tests, readable."""
    return list(
        ObservationVersion.objects.current()
        .filter(series__feed=feed)
        .order_by("series__key", "period_start")
        .values_list("series__key", "period_start", "value", "absence", "status")
    )


def assert_adds_up(run: Run) -> None:
    published = run.accepted + run.revised + run.unchanged
    assert run.received == published + run.gathered + run.quarantined + run.dropped
