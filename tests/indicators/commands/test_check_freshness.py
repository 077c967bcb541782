import io
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.utils import timezone

from indicators.services import contracts
from tests.factories.indicators import make_feed, make_indicator
from tests.pulling import MAPPING

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


def feed_of(days_ago: int, *, promised: int | None = None, **fields):
    """Daily values, the last of which is so many days old."""
    day = timezone.localdate() - timedelta(days=days_ago - 1)
    watermark = datetime(day.year, day.month, day.day, tzinfo=PARIS)
    indicator = make_indicator(stale_after_days=45)
    feed = make_feed(
        **{"mapping": MAPPING, "watermark_at": watermark, "indicator": indicator} | fields
    )
    if promised is not None:
        terms = {"freshness_days": promised}
        contracts.agree(feed=feed, document=terms, by=None, reason="", at=timezone.now())
    return feed


def checked() -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command("check_freshness", stdout=out)
    except SystemExit as stop:
        return stop.code, out.getvalue()
    return 0, out.getvalue()


def test_feeds_that_keep_their_promise_are_on_time():
    feed_of(2, promised=2)
    feed_of(30)
    assert checked() == (0, "Every feed is on time.\n")


def test_a_feed_that_gives_less_than_its_contract_promised_is_late():
    feed = feed_of(5, promised=2, code="air")
    code, said = checked()
    assert code == 1
    awaited = timezone.localdate() - timedelta(days=4)
    assert f"LATE since {awaited + timedelta(days=3)}" in said
    assert f"until {awaited}" in said
    assert said.startswith("air")
    feed.is_active = False
    feed.save()
    assert checked()[0] == 0


def test_a_feed_older_than_its_indicator_bears_is_named_without_a_contract_too():
    feed_of(50, code="air")
    code, said = checked()
    assert (code, "older than the 45 days" in said, "LATE" in said) == (1, True, False)


def test_a_feed_that_never_gave_anything_is_named():
    feed_of(0, promised=3, code="air", watermark_at=None, starts_on=date(2024, 1, 1))
    code, said = checked()
    assert (code, "nothing published yet" in said) == (1, True)
    assert "LATE since 2024-01-05" in said
