"""The page of a feed: changes by the same steps, switches, the contract and its versions."""

from datetime import UTC, datetime

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from indicators.models import Feed, FeedDraft
from indicators.services import contracts
from tests.assistant import MAPPING as TYPED
from tests.factories.formulas import bound, computed, measured
from tests.factories.indicators import make_feed, make_indicator, make_run
from tests.factories.portfolio import make_user, make_zone
from tests.pulling import MAPPING

CONTRACT = {"fields": {"jour": {"type": "time"}, "valeur": {"type": "number", "unit": "kg"}},
            "minimum": 0, "maximum": 100, "drop": 0.3, "spike": 10, "owner": "La régie"}  # fmt: skip
AT = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture
def steward(client, db):
    steward = make_user(is_staff=True, first_name="Nour", last_name="Sellami")
    client.force_login(steward)
    return steward


@pytest.fixture
def feed(db) -> Feed:
    return make_feed(code="comptages", mapping=MAPPING, options={}, lookback_days=7)


@pytest.fixture
def agreed(feed) -> Feed:
    contracts.agree(feed=feed, document=CONTRACT, by=None, reason="", at=AT)
    return feed


def text(response) -> str:
    return response.content.decode()


def address(name: str, feed: Feed) -> str:
    return reverse(f"indicators:{name}", args=[feed.code])


def change(client, feed: Feed) -> FeedDraft:
    client.post(address("feed-change", feed))
    return FeedDraft.objects.get()


def send(client, draft: FeedDraft, step: str, fields: dict):
    return client.post(reverse("indicators:draft-step", args=[draft.pk, step]), fields)


def rhythm(feed: Feed, **fields: str) -> dict[str, str]:
    return {"every": "1440", "lookback_days": "30", "priority": "2",
            "starts_on": feed.starts_on.isoformat()} | fields  # fmt: skip


def test_the_schedule_of_a_feed_is_changed_by_the_same_steps(client, steward, agreed):
    draft = change(client, agreed)
    assert send(client, draft, "rythme", rhythm(agreed)).status_code == 302
    assert send(client, draft, "resume", {}).status_code == 302
    agreed.refresh_from_db()
    assert (agreed.lookback_days, agreed.priority, agreed.code) == (30, 2, "comptages")
    assert agreed.contracts.count() == 1  # it says what it said


def test_its_history_says_who_changed_which_setting_when_and_why(client, steward, agreed):
    draft = change(client, agreed)
    typed = TYPED | {"scale": "1000", "zone_by": "none"}
    assert send(client, draft, "champs", typed).status_code == 302
    assert send(client, draft, "rythme", rhythm(agreed)).status_code == 302
    assert send(client, draft, "resume", {"reason": "Le producteur tarde"}).status_code == 302
    first = client.get(address("feed", agreed)).context["changes"][0]
    assert (first.author, first.reason) == ("Nour Sellami", "Le producteur tarde")
    told = {one.name: (one.before, one.after) for one in first.records[0].fields}
    assert told["lookback_days"] == ("7", "30")
    assert told["mapping.value.scale"] == ("", "1000.0")
    page = text(client.get(address("feed", agreed)))
    assert "Le producteur tarde" in page
    assert "Multipliée par" in page


def test_its_history_says_when_it_was_switched_off(client, steward, feed):
    client.post(address("feed-switch", feed))
    first, created = client.get(address("feed", feed)).context["changes"]
    assert [(one.name, one.after) for one in first.records[0].fields] == [("is_active", "non")]
    assert first.author == "Nour Sellami"
    assert created.records[0].action == "insert"


def test_what_a_pull_writes_by_itself_is_no_change_of_the_feed(client, steward, feed):
    Feed.objects.update(watermark_at=AT)
    assert len(client.get(address("feed", feed)).context["changes"]) == 1


def test_the_page_of_a_computed_feed_shows_its_formula_and_no_steps(client, steward):
    rate = make_indicator(code="taux", machine_unit="passage")
    version = computed(rate, "a + a", bound("a", measured("passage", name_fr="Passages")))
    feed = Feed.objects.get(indicator=rate, source__protocol="formula")
    page = text(client.get(address("feed", feed)))
    assert "Passages + Passages" in page
    assert version is not None
    assert address("feed-change", feed) not in page
    assert address("contract", feed) in page
    assert "Rien n’est contrôlé" not in page  # there is no mapping that would need anything
    sources = text(client.get(reverse("indicators:sources")))
    assert reverse("indicators:source-switch", args=[feed.source.code]) not in sources


def test_what_names_the_series_of_a_feed_with_values_stays(client, steward, feed):
    zone = make_zone(code="A")
    feed.series.create(key="A", zone=zone)
    draft = change(client, feed)
    typed = TYPED | {"zone_by": "none", "period": "YEAR", "series": ["statut"], "status": "statut",
                     "provisional": "estimé"}  # fmt: skip
    assert send(client, draft, "champs", typed).status_code == 302
    assert send(client, draft, "resume", {}).status_code == 302
    feed.refresh_from_db()
    assert feed.mapping == MAPPING | {"status": {"field": "statut", "provisional": ["estimé"]}}


def test_how_a_feed_shares_polygons_is_kept(client, steward, feed):
    zone = {"field": "geometry", "by_area": {"kind": "COMMUNE", "measure": "MEAN", "crs": 2154}}
    Feed.objects.update(mapping=MAPPING | {"zone": zone})
    draft = change(client, feed)
    typed = TYPED | {"zone_by": "area", "zone_field": "", "status": "statut"}
    typed |= {"provisional": "provisoire"}
    assert send(client, draft, "champs", typed).status_code == 302
    page = client.get(reverse("indicators:draft-step", args=[draft.pk, "apercu"]))
    assert page.status_code == 200
    assert send(client, draft, "resume", {}).status_code == 302
    feed.refresh_from_db()
    assert feed.mapping["zone"] == zone


def test_a_second_change_goes_on_with_the_first(client, steward, feed):
    change(client, feed)
    assert change(client, feed).author == steward


def test_a_feed_that_another_changed_meanwhile_is_not_overwritten(client, steward, feed):
    draft = change(client, feed)
    Feed.objects.update(priority=9)
    response = send(client, draft, "resume", {})
    assert response.status_code == 422
    feed.refresh_from_db()
    assert feed.priority == 9


def test_a_feed_and_its_source_are_switched_off_and_on(client, steward, feed):
    for is_on in (False, True):
        client.post(address("feed-switch", feed))
        client.post(reverse("indicators:source-switch", args=[feed.source.code]))
        feed.refresh_from_db()
        feed.source.refresh_from_db()
        assert (feed.is_active, feed.source.is_active) == (is_on, is_on)


def test_its_page_shows_the_contract_and_its_versions_to_every_agent(client, agent, agreed):
    page = text(client.get(address("feed", agreed)))
    assert "La régie" in page
    assert address("contract-file", agreed) in page
    assert address("contract", agreed) not in page


def test_bounds_are_changed_by_form_and_the_rest_stays(client, steward, agreed):
    form = {"kept": ["jour", "valeur"], "unit": "kg", "minimum": "0", "maximum": "250",
            "spike": "10", "drop": "30", "owner": "La régie", "reason": "Convenu en réunion"}  # fmt: skip
    assert client.post(address("contract", agreed), form).status_code == 302
    held = contracts.current(agreed)
    assert (held.version, held.author, held.reason) == (2, steward, "Convenu en réunion")
    assert held.document == CONTRACT | {"maximum": 250}


def test_a_version_needs_a_reason(client, steward, agreed):
    response = client.post(address("contract", agreed), {"maximum": "250"})
    assert response.status_code == 422
    assert contracts.current(agreed).version == 1


def test_a_contract_goes_out_as_odcs_and_comes_back(client, steward, agreed):
    sent = client.get(address("contract-file", agreed))
    document = yaml.safe_load(text(sent))
    assert document["kind"] == "DataContract"
    document["customProperties"] = [
        one | ({"value": 500} if one["property"] == "maximum" else {})
        for one in document["customProperties"]
    ]
    file = SimpleUploadedFile("c.yml", yaml.safe_dump(document).encode())
    send_to = address("contract-send", agreed)
    assert client.post(send_to, {"file": file, "reason": "Revue annuelle"}).status_code == 302
    assert contracts.current(agreed).document["maximum"] == 500
    first = client.get(address("contract-file", agreed), {"version": "1"})
    assert yaml.safe_load(text(first))["version"] == "1.0.0"


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe\x00", b"a: [", b"kind: Other", b"a: &a [1]\nb: [*a, *a]",
     b"!!python/object/apply:os.system ['true']", b"[" * 5000],
)  # fmt: skip
def test_a_file_that_is_no_contract_is_refused_by_name(client, steward, agreed, body):
    file = SimpleUploadedFile("c.yml", body)
    response = client.post(address("contract-send", agreed), {"file": file, "reason": "x"})
    assert response.status_code == 422
    assert response.context["form"].errors["file"]
    assert contracts.current(agreed).version == 1


def test_a_file_whose_contract_is_wrong_names_the_place(client, steward, agreed):
    document = {"apiVersion": "v3.1.0", "kind": "DataContract",
                "schema": [{"name": "x", "properties": []}],
                "customProperties": [{"property": "drop", "value": 7}]}  # fmt: skip
    file = SimpleUploadedFile("c.yml", yaml.safe_dump(document).encode())
    response = client.post(address("contract-send", agreed), {"file": file, "reason": "x"})
    assert response.status_code == 422
    assert "drop" in text(response)


def test_the_file_of_a_feed_holds_no_key(client, steward, feed):
    feed.source.secret_encrypted = "gAAAA"
    feed.source.save()
    body = text(client.get(address("feed-document", feed)))
    assert "gAAAA" not in body
    assert yaml.safe_load(body)["feeds"][0]["code"] == "comptages"


@pytest.mark.parametrize("name", ["feed-change", "feed-switch", "contract", "contract-send"])
def test_an_agent_changes_nothing(client, agent, agreed, name):
    make_run(agreed)
    assert client.post(address(name, agreed)).status_code == 404
