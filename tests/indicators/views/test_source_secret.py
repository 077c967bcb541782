"""The key of a source is written, used, and never shown."""

import logging

import pytest
from django.urls import reverse

from indicators.connectors.base import Query
from indicators.models import DataSource
from indicators.services import pulls, source_secrets
from tests.factories.indicators import make_feed, make_source
from tests.factories.portfolio import NOW, make_user
from tests.pulling import make_daily_feed, pull

SECRET = "cle-tres-secrete-42"


@pytest.fixture
def steward(client, db):
    steward = make_user(is_staff=True)
    client.force_login(steward)
    return steward


@pytest.fixture
def source(db) -> DataSource:
    return make_source(protocol="opendatasoft", base_url="https://opendata.example.org")


def send(client, source, secret=SECRET):
    return client.post(reverse("indicators:source-secret", args=[source.code]), {"secret": secret})


def test_a_key_is_stored_encrypted_with_who_and_when(client, steward, source):
    assert send(client, source).status_code == 302
    source.refresh_from_db()
    assert SECRET not in source.secret_encrypted
    assert source_secrets.read(source) == SECRET
    assert source.secret_set_by == steward


def test_no_page_shows_it(client, steward, source):
    send(client, source)
    for address in (
        reverse("indicators:source-secret", args=[source.code]),
        reverse("indicators:sources"),
    ):
        assert SECRET not in client.get(address).content.decode()
    assert SECRET not in repr(Query("https://x", "c", secret=SECRET))


def test_an_empty_key_takes_it_away(client, steward, source):
    send(client, source)
    send(client, source, "")
    source.refresh_from_db()
    assert source_secrets.read(source) == ""


@pytest.mark.parametrize("secret", ["x" * 2001, "deux\nlignes"])
def test_a_text_that_is_no_key_is_refused(client, steward, source, secret):
    assert send(client, source, secret).status_code == 422
    source.refresh_from_db()
    assert source.secret_encrypted == ""


def test_a_protocol_without_key_takes_none(client, steward):
    response = send(client, make_source(protocol="ogc_features"))
    assert response.status_code == 422


def test_only_the_data_team_enters_it(client, agent, source):
    assert send(client, source).status_code == 404


def test_a_key_that_no_field_key_reads_fails_the_pull_and_says_so(source, settings):
    settings.FIELD_KEYS = ["ancienne"]
    source_secrets.put(source=source, secret=SECRET, by=None, at=NOW)
    settings.FIELD_KEYS = ["nouvelle"]
    feed = make_daily_feed("https://opendata.example.org")
    feed.source = source
    feed.source.refresh_from_db()
    feed.save()
    run = pull(feed)
    assert (run.state, run.error_code) == ("FAILED", "SECRET_LOST")


def test_a_new_field_key_reads_what_the_old_one_wrote(source, settings):
    settings.FIELD_KEYS = ["ancienne"]
    source_secrets.put(source=source, secret=SECRET, by=None, at=NOW)
    settings.FIELD_KEYS = ["nouvelle", "ancienne"]
    source.refresh_from_db()
    assert source_secrets.read(source) == SECRET


def test_the_pull_gives_it_to_the_connector_and_to_nobody_else(source, monkeypatch, caplog):
    source_secrets.put(source=source, secret=SECRET, by=None, at=NOW)
    asked = []

    class Refusing:
        def fetch(self, window):
            raise source_secrets.SecretLostError("refused")

    class Opened:
        def __init__(self, protocol, query, policy):
            asked.append(query.secret)

        def __enter__(self):
            return Refusing()

        def __exit__(self, *_error):
            return None

    monkeypatch.setattr(pulls, "opened", Opened)
    feed = make_daily_feed("https://opendata.example.org")
    DataSource.objects.filter(pk=feed.source_id).update(is_active=False)
    source.refresh_from_db()
    feed.source = source
    feed.save()
    with caplog.at_level(logging.DEBUG):
        run = pull(feed)
    assert asked == [SECRET]
    assert SECRET not in caplog.text + run.error_message


def test_the_key_is_in_no_answer_of_the_api(client, steward, source):
    send(client, source)
    make_feed(source=source)
    for path in ("/api/v1/indicators/", "/api/v1/observations/", "/api/v1/schema/"):
        answer = client.get(path)
        assert "secret_encrypted" not in answer.content.decode()
