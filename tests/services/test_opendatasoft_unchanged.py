"""A dataset of Opendatasoft that has not changed is not exported again: its card says so."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from indicators.models import Feed, RawFile
from indicators.services import planning, pulls, raw_files
from tests.peers.lake import replay
from tests.peers.opendatasoft import Dataset, Replica, of_rows, running
from tests.pulling import NOW, current_values, daily_rows, make_daily_feed, means, pull

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
