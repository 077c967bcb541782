"""The feed assistant: from an address to a feed."""

import pytest
import yaml
from django.urls import reverse

from indicators.models import DataContract, DataSource, Feed, FeedDraft, Indicator
from indicators.services import source_secrets, sources
from tests.assistant import CONTRACT, INDICATOR, MAPPING, SOURCE, Assistant, recent_rows, schedule
from tests.factories.indicators import make_feed, make_indicator, make_source
from tests.factories.portfolio import make_user, make_zone
from tests.fakes import FaultServer, body
from tests.platforms import platform

__all__ = ["platform"]


@pytest.fixture
def steward(client, db, settings):
    settings.OUTBOUND_ALLOW = ["127.0.0.1"]
    steward = make_user(is_staff=True)
    client.force_login(steward)
    return steward


@pytest.fixture
def assistant(client, steward) -> Assistant:
    return Assistant(client)


@pytest.fixture
def measures(platform):
    for code in ("A", "B"):
        make_zone(code=code, name=f"Commune {code}")
    platform.fill(recent_rows())
    return platform


def text(response) -> str:
    return response.content.decode()


def test_an_address_becomes_a_feed(assistant, measures):
    assistant.ready(measures.url)
    summary = text(assistant.open("resume"))
    assert "Passages de vélos" in summary
    response = assistant.send("resume", {"reason": "Convenu avec la régie"})
    assert response.url == reverse("indicators:feed", args=["passages-velo-essai"])
    feed = Feed.objects.get()
    assert (feed.collection, feed.indicator.name_fr) == ("mesures", "Passages de vélos")
    assert feed.mapping["zone"] == {"field": "commune"}
    assert feed.source.base_url == measures.url
    contract = DataContract.objects.get()
    assert (contract.document["maximum"], contract.reason) == (5000, "Convenu avec la régie")
    assert contract.document["drop"] == 0.3
    assert not FeedDraft.objects.exists()


def test_what_the_check_of_the_whole_finds_is_told_in_french_at_the_summary_and_at_its_step(
    assistant, measures
):
    assistant.ready(measures.url)
    draft = assistant.draft
    draft.said["mapping"]["time"]["timezone"] = "Europe/Valombre"
    draft.said["address"]["options"] = {"couleur": "bleu"}
    draft.save()
    for summary in (assistant.open("resume"), assistant.send("resume", {})):
        told = {where.slug: one.message for one, where in summary.context["problems"]}
        assert told["champs"] == "Europe/Valombre est inconnu"
        assert "options connues" in told["adresse"]
    assert "mapping/time/timezone" in text(summary)
    assert "Europe/Valombre est inconnu" in text(assistant.open("champs"))
    assert "inconnu" not in text(assistant.open("rythme")).split("<main")[1]
    assert not Feed.objects.exists()


def test_the_file_that_is_offered_changes_nothing_once_the_feed_is_there(assistant, measures):
    assistant.ready(measures.url)
    answer = assistant.client.get(reverse("indicators:draft-document", args=[assistant.pk]))
    assistant.send("resume", {})
    assert sources.apply(document=yaml.safe_load(text(answer)), dry_run=True) == []


def test_what_the_source_says_is_shown_and_guessed(assistant, measures):
    assert assistant.tried(measures.url).url == assistant.address("champs")
    page = assistant.open("champs")
    form = page.context["form"]
    assert [form.initial[name] for name in ("time", "value", "zone_by", "zone_field", "period")] == [
        "jour", "valeur", "code", "commune", "DAY"
    ]  # fmt: skip
    assert "définitif" in text(page)


def test_the_preview_reads_the_rows_by_the_reader_of_the_pull(assistant, measures):
    assistant.tried(measures.url)
    assistant.send("champs", MAPPING)
    preview = assistant.open("apercu").context["preview"]
    assert (preview.received, preview.published, preview.series) == (30, 30, 2)
    assert len(preview.lines) == 20
    assert {line.zone for line in preview.lines} == {"Commune A", "Commune B"}


def test_a_mapping_that_reads_nothing_says_why(assistant, measures):
    assistant.tried(measures.url)
    assistant.send("champs", MAPPING | {"value": "statut"})
    page = assistant.open("apercu")
    assert page.context["preview"].published == 0
    assert "valeur n’est pas un nombre" in text(page)


def test_rows_that_contradict_each_other_point_at_the_series(assistant, measures):
    assistant.tried(measures.url)
    assistant.send("champs", MAPPING | {"zone_by": "none"})
    preview = assistant.open("apercu").context["preview"]
    assert preview.reasons == [("jour", "CONFLICT", 30)]


def test_the_preview_never_asks_the_source_again(assistant, measures, settings):
    assistant.tried(measures.url)
    settings.OUTBOUND_ALLOW = []
    assistant.send("champs", MAPPING)
    assert assistant.open("apercu").context["preview"].published == 30


def test_a_refused_address_says_what_the_operator_adds(assistant, settings):
    settings.OUTBOUND_ALLOW = ["10.0.0.0/8"]
    response = assistant.tried("http://127.0.0.1:8199")
    assert response.status_code == 422
    assert "OUTBOUND_ALLOW" in text(response)
    assert response.context["fault"].entry == "127.0.0.1:8199"


def test_a_failed_try_loses_nothing_of_what_was_typed(assistant):
    response = assistant.tried("http://127.0.0.1:9", collection="mesures")
    assert response.status_code == 422
    assert response.context["fault"].code == "UNREACHABLE"
    again = assistant.open("adresse")
    assert 'value="http://127.0.0.1:9"' in text(again)
    assert 'value="mesures"' in text(again)
    assert assistant.open("champs").status_code == 302


def test_a_collection_that_is_not_there_is_named(assistant, measures):
    response = assistant.tried(measures.url, collection="mesure")
    assert response.context["fault"].code == "MISSING_COLLECTION"


def test_the_collections_of_an_address_are_offered(assistant, measures):
    assistant.tried(measures.url, act="list", collection="")
    choices = dict(assistant.open("adresse").context["form"].fields["listed"].choices)
    assert {"mesures", "comptages"} <= choices.keys()
    response = assistant.tried(measures.url, collection="", listed="mesures")
    assert response.url == assistant.address("champs")


def test_an_address_that_lists_nothing_says_so(assistant):
    with FaultServer(otherwise=body({"collections": []})) as server:
        response = assistant.tried(server.url, act="list", collection="")
        page = assistant.client.get(response.url)
    assert "écrivez son identifiant" in text(page)


@pytest.mark.parametrize(
    "address",
    ["ftp://x", "x", "https://", "https://user:pw@example.org", "https://example.org/?key=1"],
)
def test_what_is_no_address_is_refused_before_it_is_asked(assistant, address):
    response = assistant.tried(address)
    assert response.status_code == 422
    assert response.context["form"].errors["base_url"]


def test_nothing_is_observed_nor_run_by_a_try(assistant, measures):
    assistant.tried(measures.url)
    assert len(assistant.draft.rows) == 30
    assert not Feed.objects.exists()
    assert not DataSource.objects.exists()


def test_what_is_typed_is_kept_before_it_is_sent(assistant):
    keep = reverse("indicators:draft-keep", args=[assistant.pk, "source"])
    assert assistant.client.post(keep, SOURCE | {"licence": "ODbL"}).status_code == 204
    page = text(assistant.open("source"))
    assert 'value="ODbL"' in page
    assert "source" not in assistant.draft.said


def test_the_key_is_kept_encrypted_and_given_to_the_source(assistant, monkeypatch):
    assistant.send("source", SOURCE | {"protocol": "opendatasoft"})
    fields = {"base_url": "http://127.0.0.1:9", "collection": "x", "secret": "cle-secrete"}
    response = assistant.send("adresse", fields | {"act": "try"})
    draft = assistant.draft
    assert "cle-secrete" not in str(draft.typed) + draft.secret_encrypted + text(response)
    draft.said = {
        "source": {"new": {"code": "portail", "name": "P", "protocol": "opendatasoft"}},
        "address": {"base_url": "https://x.example", "collection": "x", "options": {}},
        "mapping": {"time": {"field": "j", "timezone": "Europe/Paris", "period": "DAY"},
                    "value": {"field": "v"}},
        "contract": {}, "indicator": {"existing": make_indicator().code},
        "schedule": {"code": "f", "starts_on": "2024-01-01", "every_minutes": 60, "lookback_days": 0},
    }  # fmt: skip
    draft.save()
    assert "cle-secrete" not in text(assistant.open("resume"))
    assert assistant.send("resume", {}).status_code == 302
    assert source_secrets.read(DataSource.objects.get()) == "cle-secrete"


def test_a_known_source_at_a_refused_address_is_explained_too(assistant, settings):
    settings.OUTBOUND_ALLOW = []
    make_source(code="plateforme", base_url="http://127.0.0.1:8199")
    assistant.send("source", {"source": "plateforme"})
    response = assistant.send("adresse", {"collection": "mesures", "act": "try"})
    assert response.context["fault"].entry == "127.0.0.1:8199"


def test_a_draft_stays_small_whatever_is_sent(assistant):
    assistant.send("source", SOURCE | {"name": "x" * 1_000_000})
    assert len(assistant.draft.typed["source"]["name"]) == 5000


def test_a_known_source_is_asked_by_its_own_address(assistant, measures):
    make_source(code="plateforme", base_url=measures.url)
    assistant.send("source", {"source": "plateforme"})
    page = assistant.open("adresse")
    assert "base_url" not in page.context["form"].fields
    response = assistant.send("adresse", {"collection": "mesures", "act": "try"})
    assert response.url == assistant.address("champs")


def test_a_code_that_is_taken_is_refused_at_its_step(assistant, measures):
    assistant.ready(measures.url)
    make_feed(code="passages-velo-essai")
    response = assistant.send("resume", {})
    assert response.status_code == 422
    assert response.context["problems"][0][1].slug == "rythme"
    assert assistant.send("rythme", schedule()).status_code == 422


def test_another_address_drops_what_was_read_of_the_first(assistant, measures):
    assistant.ready(measures.url)
    assistant.tried(measures.url, collection="comptages")
    assert "mapping" not in assistant.draft.said


def test_another_mapping_asks_for_the_contract_again(assistant, measures):
    assistant.ready(measures.url)
    assistant.send("champs", MAPPING | {"scale": "0.5"})
    assert assistant.open("resume").url == assistant.address("contrat")


def test_a_contract_may_be_left_out(assistant, measures):
    assistant.ready(measures.url)
    assistant.send("contrat", {})
    assistant.send("resume", {})
    assert not DataContract.objects.exists()


@pytest.mark.parametrize(
    ("step", "fields", "wrong"),
    [
        ("source", {"source": "__new__"}, "protocol"),
        ("champs", MAPPING | {"time": ""}, "time"),
        ("champs", MAPPING | {"timezone": "Europe/Nulle-part"}, "timezone"),
        ("champs", MAPPING | {"zone_by": "place"}, "zone_point"),
        ("champs", MAPPING | {"gather": "SUM"}, "every_minutes"),
        ("champs", MAPPING | {"value": "jour"}, "value"),
        ("contrat", CONTRACT | {"minimum": "9000"}, "maximum"),
        ("contrat", CONTRACT | {"spike": "1"}, "spike"),
        ("indicateur", INDICATOR | {"unit_fr": ""}, "unit_fr"),
        ("rythme", schedule() | {"every": "other"}, "every_minutes"),
        ("rythme", schedule() | {"starts_on": "hier"}, "starts_on"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_kept(assistant, measures, step, fields, wrong):
    assistant.ready(measures.url)
    response = assistant.send(step, fields)
    assert response.status_code == 422
    assert wrong in response.context["form"].errors
    part = {"champs": "mapping", "contrat": "contract", "indicateur": "indicator",
            "rythme": "schedule"}.get(step, step)  # fmt: skip
    assert (assistant.draft.typed[part][wrong] or "") == fields.get(wrong, "")


def test_a_draft_is_thrown_away(assistant):
    assistant.client.post(reverse("indicators:draft-discard", args=[assistant.pk]))
    assert not FeedDraft.objects.exists()


def test_drafts_are_listed_for_their_author_alone(assistant, client):
    address = assistant.address("source")
    resume = assistant.address("resume")
    assert resume in text(client.get(reverse("indicators:sources")))
    client.force_login(make_user(is_staff=True))
    assert resume not in text(client.get(reverse("indicators:sources")))
    assert client.get(address).status_code == 404
    assert client.post(address, SOURCE).status_code == 404


def test_an_agent_without_the_right_connects_nothing(client, agent):
    assert client.post(reverse("indicators:draft-start")).status_code == 404
    assert not Indicator.objects.exists()
