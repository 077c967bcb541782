"""A dataset of Opendatasoft that has not changed is not sent again, neither as an export nor page by
page: its card says so."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote_plus
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from indicators.connectors.opendatasoft import records
from indicators.connectors.opendatasoft.question import span_in
from indicators.connectors.opendatasoft.records import Reach
from indicators.models import Feed, RawFile
from indicators.services import planning, pulls, raw_files
from tests.peers.lake import replay
from tests.peers.opendatasoft import Dataset, Replica, of_rows, running
from tests.pulling import (
    MAPPING,
    NOW,
    current_values,
    daily_rows,
    make_daily_feed,
    means,
    pull,
)

pytestmark = pytest.mark.django_db
REPLICA = running
PARIS = ZoneInfo("Europe/Paris")
FIELDS = {"commune": "text", "jour": "date", "valeur": "double", "statut": "text"}
DAYS = {"time_field": "jour"}


def fill(replica: Replica) -> None:
    replica.load(of_rows("mesures", daily_rows(), FIELDS))


def ods_feed(replica, options=DAYS, **fields):
    feed = make_daily_feed(replica.url, options=options, **fields)
    feed.source.protocol = "opendatasoft"
    feed.source.save()
    return feed


def asked_of(replica) -> list[str]:
    """What was asked since, by the last part of its path."""
    asked = [path.rpartition("/")[2] for path, _words in replica.asked]
    replica.server.requests.clear()
    return asked


CHANGED, UNCHANGED = ["mesures", "jsonl"], ["mesures", "records"]  # the card, then …
LATER = NOW + timedelta(days=1)


def test_a_dataset_that_did_not_change_is_not_exported_again(replica):
    feed = ods_feed(replica)
    first, before = pull(feed), current_values(feed)
    assert asked_of(replica) == CHANGED
    second, third = pull(feed, LATER), pull(feed, LATER + timedelta(days=1))
    assert asked_of(replica) == UNCHANGED * 2  # nothing is dated after the last pull
    for run in (second, third):
        assert (run.state, run.received, run.unchanged) == ("SUCCEEDED", 30, 30)
        assert raw_files.unchanged_since(run) == NOW
    assert raw_files.unchanged_since(first) is None
    feed.refresh_from_db()
    assert current_values(feed) == before
    assert feed.watermark_at == datetime(2024, 1, 16, tzinfo=PARIS)
    assert len(set(RawFile.objects.values_list("sha256", "received_at"))) == 1
    assert replay(third).unchanged == 30


def test_a_dataset_that_is_asked_for_whole_costs_one_question_while_it_does_not_change(replica):
    feed = ods_feed(replica, {})
    pull(feed)
    asked_of(replica)
    assert pull(feed, LATER).unchanged == 30
    assert asked_of(replica) == ["mesures"]


@pytest.mark.parametrize("change", ["processed", "count", "question", "kept"])
def test_a_dataset_is_exported_again_once_anything_is_not_as_it_was(replica, change):
    feed = ods_feed(replica)
    pull(feed)
    asked_of(replica)
    if change == "processed":
        replica.datasets["mesures"].processed_at += timedelta(hours=1)
    elif change == "count":
        replica.datasets["mesures"].records.pop()
    elif change == "question":
        Feed.objects.update(options=DAYS | {"where": "valeur < 1000"})
        feed.refresh_from_db()
    else:
        shutil.rmtree(Path(settings.RAW_STORE))
    run = pull(feed, LATER)
    assert asked_of(replica) == CHANGED
    assert (run.state, raw_files.unchanged_since(run)) == ("SUCCEEDED", None)


def test_a_portal_that_does_not_say_when_its_data_changed_is_always_asked(replica, monkeypatch):
    monkeypatch.setattr(Dataset, "card", undated(Dataset.card))
    feed = ods_feed(replica)
    pull(feed)
    pull(feed, LATER)
    assert asked_of(replica) == CHANGED * 2


def undated(card):
    def without_date(dataset) -> dict:
        told = card(dataset)
        told["metas"]["default"]["data_processed"] = None
        return told

    return without_date


def test_what_is_dated_ahead_of_the_last_pull_is_found_once_its_day_has_come(replica):
    ahead = {"commune": "A", "jour": NOW.date() + timedelta(days=1), "valeur": 5.0, "statut": ""}
    replica.load(of_rows("mesures", [*daily_rows(), ahead], FIELDS))
    feed = ods_feed(replica)
    assert pull(feed).accepted == 30
    asked_of(replica)
    assert pull(feed, NOW + timedelta(days=2)).accepted == 1
    assert asked_of(replica) == ["mesures", "records", "jsonl"]


def test_days_that_the_last_export_did_not_hold_are_asked_for(replica):
    feed = ods_feed(replica, lookback_days=2)
    pull(feed)
    replica.datasets["mesures"].processed_at += timedelta(hours=1)
    pull(feed, LATER)  # from the last days alone
    asked_of(replica)
    assert pull(feed, LATER + timedelta(hours=1)).received < 30
    assert asked_of(replica) == UNCHANGED
    whole = planning.plan_window(feed=feed, since=None, until=None, now=LATER)
    whole = pulls.execute(run_id=whole.pk, means=means(LATER))
    assert (whole.received, asked_of(replica)) == (30, CHANGED)


def test_the_word_of_the_portal_is_not_taken_for_more_than_a_month(replica):
    """Once in a while all is read again, whatever it says."""
    feed = ods_feed(replica)
    pull(feed)
    replica.datasets["mesures"].records[0]["valeur"] = 77.0  # and nothing says so
    asked_of(replica)
    for days in (10, 20, 27):
        assert pull(feed, NOW + timedelta(days=days)).revised == 0
    assert "jsonl" not in asked_of(replica)
    assert pull(feed, NOW + timedelta(days=29)).revised == 1
    assert asked_of(replica) == CHANGED


# ---------------------------------------------------------------- pages of records

PAGES = DAYS | {"records": True, "order_by": "jour, commune"}
BY_DAY = DAYS | {
    "select": "sum(valeur) as valeur", "group_by": "jour, commune", "order_by": "jour, commune"
}  # fmt: skip
BY_PLACE = DAYS | {"select": "sum(valeur) as valeur, max(jour) as jour", "group_by": "commune"}


WITHOUT_STATUS = {name: told for name, told in MAPPING.items() if name != "status"}


def pages_of(run) -> int:
    return RawFile.objects.filter(run=run).count()


@pytest.mark.parametrize("options", [PAGES, BY_DAY])
def test_pages_of_a_dataset_that_did_not_change_are_not_asked_again(replica, options):
    feed = ods_feed(replica, options, mapping=WITHOUT_STATUS)
    first, before = pull(feed), current_values(feed)
    assert (first.state, pages_of(first)) == ("SUCCEEDED", 3), first.error_message
    assert asked_of(replica).count("records") > 3
    second, third = pull(feed, LATER), pull(feed, LATER + timedelta(days=1))
    assert asked_of(replica) == UNCHANGED * 2  # nothing is dated after the last pull
    for run in (second, third):
        assert (run.state, run.received, run.unchanged) == ("SUCCEEDED", 30, 30)
        assert (pages_of(run), raw_files.unchanged_since(run)) == (3, NOW)
    assert current_values(feed) == before
    assert replay(third).unchanged == 30


def test_pages_that_are_asked_for_whole_cost_one_question_while_nothing_changes(replica):
    feed = ods_feed(replica, {"records": True, "order_by": "jour, commune"})
    pull(feed)
    asked_of(replica)
    assert pull(feed, LATER).unchanged == 30
    assert asked_of(replica) == ["mesures"]


@pytest.mark.parametrize("change", ["processed", "count", "question", "order", "kept", "one page"])
def test_pages_are_asked_again_once_anything_is_not_as_it_was(replica, change):
    feed = ods_feed(replica, PAGES)
    first = pull(feed)
    asked_of(replica)
    if change == "processed":
        replica.datasets["mesures"].processed_at += timedelta(hours=1)
    elif change == "count":
        replica.datasets["mesures"].records.pop()
    elif change in {"question", "order"}:
        other = {"question": {"where": "valeur < 1000"}, "order": {"order_by": "commune, jour"}}
        Feed.objects.update(options=PAGES | other[change])
        feed.refresh_from_db()
    elif change == "kept":
        shutil.rmtree(Path(settings.RAW_STORE))
    else:
        RawFile.objects.get(run=first, number=2).delete()
    run = pull(feed, LATER)
    assert asked_of(replica).count("records") > 3
    assert (run.state, raw_files.unchanged_since(run)) == ("SUCCEEDED", None)


def test_pages_of_a_portal_that_does_not_say_when_its_data_changed_are_always_asked(
    replica, monkeypatch
):
    monkeypatch.setattr(Dataset, "card", undated(Dataset.card))
    feed = ods_feed(replica, PAGES)
    pull(feed)
    asked_of(replica)
    pull(feed, LATER)
    assert asked_of(replica).count("records") > 3


def test_a_page_dated_ahead_of_the_last_pull_is_found_once_its_day_has_come(replica):
    ahead = {"commune": "A", "jour": NOW.date() + timedelta(days=1), "valeur": 5.0, "statut": ""}
    replica.load(of_rows("mesures", [*daily_rows(), ahead], FIELDS))
    feed = ods_feed(replica, PAGES)
    assert pull(feed).accepted == 30
    assert pull(feed, NOW + timedelta(days=2)).accepted == 1


def test_windows_that_were_cut_in_two_are_kept_as_one(replica, monkeypatch):
    monkeypatch.setattr(records, "OF_RECORDS", Reach(page=10, last=20))
    feed = ods_feed(replica, PAGES)
    first = pull(feed)
    assert (first.state, first.accepted) == ("SUCCEEDED", 30), first.error_message
    kept = RawFile.objects.filter(run=first).values_list("url", flat=True)
    assert len({span_in(unquote_plus(url)) for url in kept}) > 1
    asked_of(replica)
    assert pull(feed, LATER).unchanged == 30
    assert asked_of(replica) == UNCHANGED


def test_sums_over_a_window_are_not_those_of_another(replica):
    """Grouped by place alone, a later window has other sums although no row changed."""
    feed = ods_feed(replica, BY_PLACE, mapping=WITHOUT_STATUS, lookback_days=2)
    assert pull(feed).state == "SUCCEEDED"
    asked_of(replica)
    pull(feed, LATER)
    assert asked_of(replica).count("records") > 1


def test_the_word_of_the_portal_on_its_pages_is_not_taken_for_more_than_a_month(replica):
    feed = ods_feed(replica, PAGES)
    pull(feed)
    replica.datasets["mesures"].records[0]["valeur"] = 77.0  # and nothing says so
    assert pull(feed, NOW + timedelta(days=27)).revised == 0
    assert pull(feed, NOW + timedelta(days=29)).revised == 1
