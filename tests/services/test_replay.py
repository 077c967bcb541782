"""The answers of a pull are kept as received, and can be read again."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from indicators.models import ObservationVersion, RawFile, Run
from indicators.raw_store import RawStore
from indicators.services import planning, pulls
from tests.pulling import NOW, current_values, daily_rows, make_daily_feed, means, pull

LATER = NOW + timedelta(days=1)


@pytest.fixture
def feed(db, platform):
    platform.fill(daily_rows())
    return make_daily_feed(platform.url)


def replay(run: Run) -> Run:
    planned = planning.plan_replay(run=run, now=LATER)
    done = pulls.execute(run_id=planned.pk, means=means(LATER))
    assert done is not None
    return done


def test_every_answer_is_kept_with_its_address_and_its_digest(feed):
    run = pull(feed)
    files = list(RawFile.objects.filter(run=run).order_by("number"))
    assert [file.number for file in files] == [1, 2, 3, 4]
    assert all("/collections/mesures/items" in file.url for file in files)
    assert len({file.sha256 for file in files}) == 4
    assert all("json" in file.content_type for file in files)


def test_a_replay_asks_nothing_of_the_source_and_gives_the_same_rows(feed, platform):
    run = pull(feed)
    before = current_values(feed)
    platform.change("TRUNCATE mesures")
    feed.source.base_url = "http://127.0.0.1:1"
    feed.source.save()
    again = replay(run)
    assert (again.state, again.received, again.unchanged) == ("SUCCEEDED", run.received, 30)
    assert again.answer_sha256 == run.answer_sha256
    assert current_values(feed) == before
    assert ObservationVersion.objects.count() == 30


def test_a_corrected_mapping_is_applied_to_what_was_kept(feed):
    run = pull(feed)
    feed.mapping = feed.mapping | {"value": {"field": "valeur", "scale": 10}}
    feed.save()
    again = replay(run)
    assert (again.revised, again.unchanged) == (29, 1)  # ten times nothing is nothing


def test_a_replay_does_not_write_over_what_a_later_pull_said(feed, platform):
    run = pull(feed)
    platform.change("UPDATE mesures SET valeur = valeur + 1000 WHERE jour = '2024-01-05'")
    assert pull(feed, LATER).revised == 2
    before = current_values(feed)
    assert replay(run).revised == 0
    assert current_values(feed) == before


def test_a_replay_of_a_replay_reads_the_same_answers(feed):
    run = pull(feed)
    again = replay(replay(run))
    assert (again.replay_of_id, again.unchanged) == (run.pk, 30)


def test_answers_that_are_gone_fail_the_run_and_keep_the_values(feed):
    run = pull(feed)
    before = current_values(feed)
    shutil.rmtree(Path(settings.RAW_STORE))
    again = replay(run)
    assert (again.state, again.error_code) == ("FAILED", "RAW_LOST")
    assert current_values(feed) == before


def test_a_replay_changes_neither_the_date_published_up_to_nor_the_next_pull(feed):
    run = pull(feed)
    feed.refresh_from_db()
    mark, due = feed.watermark_at, planning.plan_due(now=NOW + timedelta(minutes=1))
    replay(run)
    feed.refresh_from_db()
    assert feed.watermark_at == mark
    assert due == planning.plan_due(now=NOW + timedelta(minutes=1)) == []


def test_by_hand(feed, capsys):
    run = pull(feed)
    call_command("pull", replay=run.pk)
    assert Run.objects.filter(replay_of=run, state="SUCCEEDED").count() == 1
    with pytest.raises(CommandError, match="There is no run 999"):
        call_command("pull", replay=999)


def test_a_run_that_failed_before_all_was_fetched_cannot_be_read_again(feed):
    feed.source.base_url = "http://127.0.0.1:1"
    feed.source.save()
    run = pull(feed)
    assert run.state == "FAILED"
    with pytest.raises(ValueError, match="never fetched whole"):
        planning.plan_replay(run=run, now=LATER)


def test_a_spoilt_answer_is_kept_again_by_the_next_pull(feed):
    run = pull(feed)
    for kept in Path(settings.RAW_STORE).rglob("*.zst"):
        kept.write_bytes(b"spoilt")
    assert replay(run).error_code == "RAW_LOST"
    assert pull(feed, LATER + timedelta(days=1)).state in {"FAILED", "SUCCEEDED"}
    assert pull(feed, LATER + timedelta(days=2)).state == "SUCCEEDED"


def test_a_store_that_cannot_be_written_fails_the_run_and_keeps_the_values(feed, monkeypatch):
    pull(feed)
    before = current_values(feed)

    def full(self, body):
        raise OSError("No space left on device")

    monkeypatch.setattr(RawStore, "put", full)
    run = pull(feed, LATER)
    assert (run.state, run.error_code) == ("FAILED", "STORE")
    assert current_values(feed) == before


def test_a_fault_of_ours_ends_the_run_and_is_logged(feed, monkeypatch, caplog):
    def broken(*_given, **_more):
        raise ZeroDivisionError("nobody thought of it")

    monkeypatch.setattr(pulls.storage, "sift", broken)
    run = pull(feed)
    assert (run.state, run.error_code) == ("FAILED", "INTERNAL")
    assert "nobody thought of it" in caplog.text
