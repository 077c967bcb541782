"""Whatever a source does, the run says why and the published values stay as they were."""

from dataclasses import replace
from datetime import timedelta

import pytest

from indicators import storage
from indicators.models import Feed, ObservationVersion
from indicators.reasons import RUN_REASONS
from ops.platform import free_port
from tests.faults.invariants import Truth, assert_invariants, truth_of
from tests.pulling import MAPPING, NOW, POLICY, daily_rows, make_daily_feed, pull
from tests.sockets import noted

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


@pytest.fixture
def feed(platform, injector) -> Feed:
    """Pulled once without fault: thirty values over three pages."""
    platform.fill(daily_rows())
    feed = make_daily_feed(injector.url)
    run = pull(feed)
    assert (run.state, run.accepted, run.error_message) == ("SUCCEEDED", 30, "")
    feed.refresh_from_db()
    injector.be_honest()
    return feed


def pulled_again(feed: Feed, truth: Truth | None = None, policy=POLICY):
    """Once more, a day later: whatever becomes of it, all invariants hold."""
    before = truth_of(feed)
    port = int(feed.source.base_url.rpartition(":")[2])
    with noted() as sockets:
        run = pull(feed, LATER, policy)
    assert_invariants(
        feed, truth=truth or before, now=LATER, sockets=sockets, allowed={("127.0.0.1", port)}
    )
    return run


def fails_and_keeps(feed: Feed, code: str, policy=POLICY):
    """It must fail with `code` and leave everything else alone."""
    versions = ObservationVersion.objects.count()
    run = pulled_again(feed, policy=policy)
    assert (run.state, run.error_code) == ("FAILED", code), run.error_message
    assert code in RUN_REASONS
    assert ObservationVersion.objects.count() == versions
    return run


def test_an_unreachable_source_fails_the_run(feed):
    feed.source.base_url = f"http://127.0.0.1:{free_port()}"
    feed.source.save()
    fails_and_keeps(feed, "UNREACHABLE")


def test_a_next_page_on_another_server_is_not_followed(injector, feed):
    elsewhere = injector.url.replace("127.0.0.1", "localhost")
    injector.spoil("replaces", old=injector.url, new=elsewhere)
    fails_and_keeps(feed, "FOREIGN_LINK")
    assert len(injector.requests) == 1


@pytest.mark.parametrize("link", ["http://[", "http://127.0.0.1:99999999/", "http://a:b/"])
def test_a_next_page_without_a_readable_address_fails_the_run(injector, feed, link):
    links = [{"rel": "next", "href": link}]
    body = {"type": "FeatureCollection", "features": [], "links": links}
    injector.spoil("document", body=body)
    fails_and_keeps(feed, "FOREIGN_LINK")


def test_a_list_of_allowed_addresses_that_cannot_be_read_is_named(feed):
    policy = replace(POLICY, allow=("http://127.0.0.1",))
    run = fails_and_keeps(feed, "ADDRESS_REFUSED", policy)
    assert "http://127.0.0.1" in run.error_message


def test_a_renamed_field_names_itself_without_a_contract_too(injector, feed):
    injector.spoil("renames", field="valeur", to="valeur_jour")
    run = fails_and_keeps(feed, "ALL_REJECTED")
    assert "valeur MISSING_FIELD" in run.error_message
    assert (run.received, run.quarantined) == (30, 30)
    assert run.quarantine.count() == 30
    assert "valeur_jour" in run.quarantine.first().row


def test_a_row_given_twice_counts_once(feed, platform):
    platform.change(
        "INSERT INTO mesures (commune, jour, valeur, statut)"
        " SELECT commune, jour, valeur, statut FROM mesures WHERE jour = '2024-01-03'"
    )
    run = pulled_again(feed)
    assert (run.state, run.received, run.unchanged, run.quarantined) == ("PARTIAL", 32, 30, 2)
    assert set(run.quarantine.values_list("reason", flat=True)) == {"DUPLICATE"}


def test_two_rows_that_contradict_each_other_are_both_set_aside(feed, platform):
    platform.change(
        "INSERT INTO mesures (commune, jour, valeur, statut) VALUES ('A', '2024-01-03', 999, '')"
    )
    run = pulled_again(feed)
    assert (run.state, run.unchanged, run.quarantined) == ("PARTIAL", 29, 2)
    assert set(run.quarantine.values_list("reason", flat=True)) == {"CONFLICT"}


def test_a_nan_of_the_platform_itself_is_set_aside(feed, platform):
    platform.change("UPDATE mesures SET valeur = 'NaN' WHERE jour = '2024-01-05' AND commune = 'A'")
    run = pulled_again(feed)
    assert (run.state, run.quarantined) == ("PARTIAL", 1)
    assert run.quarantine.get().reason == "NOT_FINITE"


def test_a_null_of_the_platform_is_unknown_and_not_zero(feed, platform):
    platform.change("UPDATE mesures SET valeur = NULL WHERE jour = '2024-01-05' AND commune = 'A'")
    before = truth_of(feed)
    values = [(*o[:2], None, "NO_VALUE", *o[4:]) if o[2] == 4 else o for o in before.values]
    run = pulled_again(feed, Truth(values, before.watermark_at))
    assert (run.state, run.revised, run.unchanged) == ("SUCCEEDED", 1, 29)
    version = ObservationVersion.objects.current().get(value__isnull=True)
    assert version.absence == "NO_VALUE"


def test_rows_that_the_source_no_longer_has_stay(feed, platform):
    platform.change("DELETE FROM mesures WHERE jour < '2024-01-10'")
    run = pulled_again(feed)
    assert (run.state, run.received) == ("SUCCEEDED", 12)


def test_an_empty_collection_that_never_had_rows_is_no_fault(platform, injector):
    platform.fill([])
    run = pull(make_daily_feed(injector.url))
    assert (run.state, run.received) == ("SUCCEEDED", 0)
    assert run.feed.watermark_at is None


def test_a_collection_that_does_not_exist_is_named(feed):
    feed.collection = "comptage"
    feed.save()
    fails_and_keeps(feed, "MISSING_COLLECTION")


def test_a_feed_with_a_broken_mapping_fails_alone(feed):
    feed.mapping = {"time": "jour"}
    feed.save()
    fails_and_keeps(feed, "BAD_MAPPING")


def test_a_feed_redefined_while_it_is_read_publishes_nothing(feed):
    sift = storage.sift

    def redefine(**given):
        mapping = MAPPING | {"value": {"field": "valeur", "scale": 1000}}
        Feed.objects.filter(pk=feed.pk).update(mapping=mapping)
        return sift(**given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storage, "sift", redefine)
        fails_and_keeps(feed, "REDEFINED")
