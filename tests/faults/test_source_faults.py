"""Whatever a source does, the run says why and the published values stay as they were."""

from dataclasses import replace
from datetime import timedelta

import pytest

from indicators import storage
from indicators.models import Feed, ObservationVersion
from indicators.reasons import RUN_REASONS
from tests import fakes
from tests.fakes import FaultServer
from tests.pulling import (
    MAPPING,
    NOW,
    POLICY,
    assert_adds_up,
    current_values,
    daily_rows,
    make_daily_feed,
    pull,
)  # fmt: skip

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


@pytest.fixture
def proxy(platform):
    platform.fill(daily_rows())
    with FaultServer(upstream=platform.url) as server:
        yield server


@pytest.fixture
def feed(proxy) -> Feed:
    """Pulled once without fault: thirty values over three pages."""
    feed = make_daily_feed(proxy.url)
    run = pull(feed)
    assert (run.state, run.accepted, run.error_message) == ("SUCCEEDED", 30, "")
    feed.refresh_from_db()
    proxy.requests.clear()
    return feed


def fails_and_keeps(feed: Feed, code: str):
    """Pull once more: it must fail with `code` and leave everything else alone."""
    before, watermark = current_values(feed), feed.watermark_at
    versions = ObservationVersion.objects.count()
    run = pull(feed, LATER)
    assert (run.state, run.error_code) == ("FAILED", code), run.error_message
    assert code in RUN_REASONS
    assert current_values(feed) == before
    assert ObservationVersion.objects.count() == versions
    feed.refresh_from_db()
    assert feed.watermark_at == watermark
    assert run.finished_at is not None
    return run


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (fakes.status(500), "HTTP_STATUS"),
        (fakes.status(403), "HTTP_STATUS"),
        (fakes.status(404), "MISSING_COLLECTION"),
        (fakes.status(429, Retry_After="3600"), "HTTP_STATUS"),
        (fakes.status(302, Location="http://169.254.169.254/latest/meta-data/"), "REDIRECT"),
        (fakes.status(302, Location="file:///etc/passwd"), "REDIRECT"),
        (fakes.silence(1.5), "TIMEOUT"),
        (fakes.html_with_200, "NOT_JSON"),
        (fakes.empty_200, "NOT_JSON"),
        (fakes.truncated_json, "TRUNCATED"),
        (fakes.cut_connection, "TRUNCATED"),
        (fakes.huge_body, "TOO_BIG"),
        (fakes.gzip_bomb, "TOO_BIG"),
        (fakes.drip_feed, "DEADLINE"),
        (fakes.body({"type": "FeatureCollection"}), "WRONG_SHAPE"),
        (fakes.body([1, 2]), "WRONG_SHAPE"),
        (fakes.body({"type": "FeatureCollection", "features": []}), "EMPTY_ANSWER"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_faulty_answer_fails_the_run_and_keeps_the_values(proxy, feed, fault, code):
    proxy.otherwise = fault
    fails_and_keeps(feed, code)


@pytest.mark.parametrize("page", [1, 2, 3])
def test_a_fault_on_any_page_publishes_nothing(proxy, feed, platform, page):
    platform.change("UPDATE mesures SET valeur = valeur + 1")
    proxy.faults = {page: fakes.html_with_200}
    fails_and_keeps(feed, "NOT_JSON")


def test_a_passing_error_is_retried(proxy, feed):
    proxy.faults = {1: fakes.status(503), 2: fakes.cut_connection, 4: fakes.status(500)}
    run = pull(feed, LATER)
    assert (run.state, run.unchanged) == ("SUCCEEDED", 30)
    assert len(proxy.requests) == 4 + 3  # a full page always announces another one


def test_retry_after_is_honoured_up_to_a_bound(proxy, feed):
    import time

    proxy.faults = {1: fakes.status(429, Retry_After="1")}
    started = time.monotonic()
    assert pull(feed, LATER).state == "SUCCEEDED"
    assert time.monotonic() - started >= 1
    proxy.requests.clear()
    proxy.faults, proxy.otherwise = {}, fakes.status(429, Retry_After="3600")
    fails_and_keeps(feed, "HTTP_STATUS")
    assert len(proxy.requests) == 1  # it said when to come back


def test_an_unreachable_source_fails_the_run(proxy, feed, unused_port):
    feed.source.base_url = f"http://127.0.0.1:{unused_port}"
    feed.source.save()
    fails_and_keeps(feed, "UNREACHABLE")


@pytest.fixture
def unused_port():
    from ops.platform import free_port

    return free_port()


def test_an_address_that_is_not_allowed_is_not_opened(proxy, feed):
    run_policy = replace(POLICY, allow=("data.example.org",))
    before = current_values(feed)
    run = pull(feed, LATER, run_policy)
    assert (run.state, run.error_code) == ("FAILED", "ADDRESS_REFUSED")
    assert proxy.requests == []
    assert current_values(feed) == before


def test_a_page_given_twice_fails_the_run(proxy, feed):
    first = []

    def repeat(exchange):
        if not first:
            first.append(exchange.real_body())
        exchange.send(first[0])

    proxy.otherwise = repeat
    fails_and_keeps(feed, "PAGE_LOOP")


def test_a_page_whose_content_repeats_under_another_address_fails_the_run(proxy, feed):
    def second_as_first(exchange):
        exchange.handler.path = proxy.requests[0]
        body = exchange.real_body()
        exchange.send(body.replace(b"offset=10", b"offset=20"))

    proxy.faults = {2: second_as_first}
    fails_and_keeps(feed, "PAGE_LOOP")


def test_a_next_page_on_another_server_is_not_followed(proxy, feed, platform):
    elsewhere = proxy.url.replace("127.0.0.1", "localhost").encode()
    proxy.otherwise = lambda exchange: exchange.send(
        exchange.real_body().replace(proxy.url.encode(), elsewhere)
    )
    fails_and_keeps(feed, "FOREIGN_LINK")
    assert len(proxy.requests) == 1


@pytest.mark.parametrize("link", ["http://[", "http://127.0.0.1:99999999/", "http://a:b/"])
def test_a_next_page_without_a_readable_address_fails_the_run(proxy, feed, link):
    links = [{"rel": "next", "href": link}]
    proxy.otherwise = fakes.body({"type": "FeatureCollection", "features": [], "links": links})
    fails_and_keeps(feed, "FOREIGN_LINK")


def test_a_list_of_allowed_addresses_that_cannot_be_read_is_named(proxy, feed):
    policy = replace(POLICY, allow=("http://127.0.0.1",))
    run = pull(feed, LATER, policy)
    assert (run.state, run.error_code) == ("FAILED", "ADDRESS_REFUSED")
    assert "http://127.0.0.1" in run.error_message


def test_endless_pages_stop_at_the_cap(proxy, feed):
    def endless(exchange):
        feature = {"type": "Feature", "id": exchange.number, "geometry": None, "properties": {}}
        link = {"rel": "next", "href": f"?page={exchange.number}"}
        exchange.send_json({"type": "FeatureCollection", "features": [feature], "links": [link]})

    proxy.otherwise = endless
    fails_and_keeps(feed, "PAGE_CAP")


def test_a_renamed_field_names_itself(proxy, feed):
    proxy.otherwise = lambda exchange: exchange.send(
        exchange.real_body().replace(b'"valeur"', b'"valeur_jour"')
    )
    run = fails_and_keeps(feed, "ALL_REJECTED")
    assert "valeur MISSING_FIELD" in run.error_message
    assert (run.received, run.quarantined) == (30, 30)
    assert run.quarantine.count() == 30
    assert "valeur_jour" in run.quarantine.first().row


def test_rows_outside_the_window_are_dropped_and_counted(proxy, feed, platform):
    platform.change(
        "INSERT INTO mesures (commune, jour, valeur, statut)"
        " VALUES ('A', '2019-05-05', 7, ''), ('B', '2030-05-05', 7, '')"
    )

    def ignores_datetime(exchange):
        exchange.handler.path = exchange.handler.path.replace("datetime=", "bogus=")
        exchange.send(exchange.real_body())

    proxy.otherwise = ignores_datetime
    run = pull(feed, LATER)
    assert (run.state, run.received, run.unchanged, run.dropped) == ("SUCCEEDED", 32, 30, 2)


@pytest.mark.parametrize(
    ("old", "new", "field", "reason"),
    [
        (b'"valeur": 3.0', b'"valeur": NaN', "valeur", "NOT_FINITE"),
        (b'"valeur": 3.0', b'"valeur": Infinity', "valeur", "NOT_FINITE"),
        (b'"valeur": 3.0', b'"valeur": 1e400', "valeur", "NOT_FINITE"),
        (b'"valeur": 3.0', b'"valeur": "n.d."', "valeur", "NOT_A_NUMBER"),
        (b'"valeur": 3.0', b'"valeur": "1 234,5"', "valeur", "NOT_A_NUMBER"),
        (b'"valeur": 3.0', b'"valeur": true', "valeur", "NOT_A_NUMBER"),
        (b'"valeur": 3.0', b'"autre": 3.0', "valeur", "MISSING_FIELD"),
        (b'"jour": "2024-01-04"', b'"jour": "04/01/2024"', "jour", "BAD_TIME"),
        (b'"jour": "2024-01-04"', b'"jour": null', "jour", "BAD_TIME"),
        (b'"commune": "A"', b'"commune": "\\u0000"', "commune", "UNKNOWN_ZONE"),
    ],
)
def test_a_bad_row_is_set_aside_and_the_others_published(proxy, feed, old, new, field, reason):
    proxy.faults = {1: spaced_replaced(old, new)}
    before = current_values(feed)
    run = pull(feed, LATER)
    assert (run.state, run.received, run.unchanged, run.quarantined) == ("PARTIAL", 30, 29, 1)
    row = run.quarantine.get()
    assert (row.field, row.reason) == (field, reason)
    assert current_values(feed) == before
    assert_adds_up(run)


def spaced_replaced(old, new):
    """pygeoapi writes compact or spaced JSON by version: both forms are replaced."""

    def fault(exchange):
        body = exchange.real_body()
        compact = old.replace(b'": ', b'":')
        target = old if old in body else compact
        assert target in body
        exchange.send(body.replace(target, new, 1))

    return fault


def test_a_row_given_twice_counts_once(proxy, feed, platform):
    platform.change(
        "INSERT INTO mesures (commune, jour, valeur, statut)"
        " SELECT commune, jour, valeur, statut FROM mesures WHERE jour = '2024-01-03'"
    )
    before = current_values(feed)
    run = pull(feed, LATER)
    assert (run.state, run.received, run.unchanged, run.quarantined) == ("PARTIAL", 32, 30, 2)
    assert set(run.quarantine.values_list("reason", flat=True)) == {"DUPLICATE"}
    assert current_values(feed) == before


def test_two_rows_that_contradict_each_other_are_both_set_aside(proxy, feed, platform):
    platform.change(
        "INSERT INTO mesures (commune, jour, valeur, statut) VALUES ('A', '2024-01-03', 999, '')"
    )
    before = current_values(feed)
    run = pull(feed, LATER)
    assert (run.state, run.unchanged, run.quarantined) == ("PARTIAL", 29, 2)
    assert set(run.quarantine.values_list("reason", flat=True)) == {"CONFLICT"}
    assert current_values(feed) == before


def test_a_nan_of_the_platform_itself_is_set_aside(feed, platform):
    platform.change("UPDATE mesures SET valeur = 'NaN' WHERE jour = '2024-01-05' AND commune = 'A'")
    run = pull(feed, LATER)
    assert (run.state, run.quarantined) == ("PARTIAL", 1)
    assert run.quarantine.get().reason == "NOT_FINITE"


def test_a_null_of_the_platform_is_unknown_and_not_zero(feed, platform):
    platform.change("UPDATE mesures SET valeur = NULL WHERE jour = '2024-01-05' AND commune = 'A'")
    run = pull(feed, LATER)
    assert (run.state, run.revised, run.unchanged) == ("SUCCEEDED", 1, 29)
    version = ObservationVersion.objects.current().get(value__isnull=True)
    assert version.absence == "NO_VALUE"


def test_a_revised_value_adds_a_version_and_keeps_the_former_readable(feed, platform):
    platform.change(
        "UPDATE mesures SET valeur = 55, statut = 'provisoire'"
        " WHERE jour = '2024-01-05' AND commune = 'A'"
    )
    run = pull(feed, LATER)
    assert (run.state, run.revised, run.unchanged) == ("SUCCEEDED", 1, 29)
    versions = ObservationVersion.objects.filter(
        series__key="A", period_start="2024-01-05T00:00:00+01:00"
    )
    assert versions.as_of(NOW).get().value == 4
    assert versions.as_of(LATER).get().value == 55
    assert versions.current().get().status == "PROVISIONAL"
    assert versions.current().get().run == run


def test_rows_that_the_source_no_longer_has_stay(feed, platform):
    before = current_values(feed)
    platform.change("DELETE FROM mesures WHERE jour < '2024-01-10'")
    run = pull(feed, LATER)
    assert (run.state, run.received) == ("SUCCEEDED", 12)
    assert current_values(feed) == before


def test_an_empty_collection_that_never_had_rows_is_no_fault(platform, proxy):
    platform.fill([])
    run = pull(make_daily_feed(proxy.url))
    assert (run.state, run.received) == ("SUCCEEDED", 0)
    assert run.feed.watermark_at is None


def test_a_collection_that_does_not_exist_is_named(proxy, feed):
    feed.collection = "comptage"
    feed.save()
    fails_and_keeps(feed, "MISSING_COLLECTION")


def test_a_feed_with_a_broken_mapping_fails_alone(proxy, feed):
    feed.mapping = {"time": "jour"}
    feed.save()
    fails_and_keeps(feed, "BAD_MAPPING")


def test_a_feed_redefined_while_it_is_read_publishes_nothing(proxy, feed):
    sift = storage.sift

    def redefine(**given):
        mapping = MAPPING | {"value": {"field": "valeur", "scale": 1000}}
        Feed.objects.filter(pk=feed.pk).update(mapping=mapping)
        return sift(**given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storage, "sift", redefine)
        fails_and_keeps(feed, "REDEFINED")
