"""The list of alerts, what is done about one in place, and how it is undone."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portfolio.models import Alert
from tests.factories.portfolio import make_project
from tests.factories.reviews import make_alert

pytestmark = pytest.mark.django_db
LIST = "/pilotage/alertes/"


@pytest.fixture
def mine(agent):
    return make_alert(make_project(manager=agent, name_fr="Pont-quai"))


def shown(client, query=""):
    return [told.alert for told in client.get(LIST + query).context["told"]]


def test_mine_are_shown_first_and_the_others_on_demand(client, mine):
    other = make_alert(kind="AP_EXCEEDED", data={"what": "CREDITS", "sum": "9", "authorised": "5"})
    assert shown(client) == [mine]
    assert set(shown(client, "?scope=all")) == {mine, other}
    assert shown(client, "?scope=all&kind=AP_EXCEEDED") == [other]
    assert shown(client, "?scope=all&q=quai") == [mine]
    assert shown(client, "?scope=nonsense") == [mine]


def test_looking_at_my_alerts_keeps_that_they_were_seen(client, mine):
    other = make_alert()
    shown(client)
    mine.refresh_from_db()
    assert mine.seen_at is not None
    shown(client, "?scope=all")
    other.refresh_from_db()
    assert other.seen_at is None


def test_acknowledged_in_place_then_undone(client, mine):
    address = reverse("portfolio:alert-handle", args=[mine.pk])
    part = client.post(address, {"reason": "Relancé"}, headers={"HX-Request": "true"})
    assert reverse("portfolio:alert-undo", args=[mine.pk]) in part.content.decode()
    assert shown(client) == []
    assert shown(client, "?state=quiet") == [mine]
    client.post(reverse("portfolio:alert-undo", args=[mine.pk]))
    assert shown(client) == [mine]


def test_put_off_until_a_day_without_a_script(client, mine):
    until = timezone.localdate() + timedelta(days=7)
    address = reverse("portfolio:alert-handle", args=[mine.pk])
    answer = client.post(address, {"reason": "Réunion", "until": until})
    assert answer.url == LIST
    mine.refresh_from_db()
    assert (mine.handling, mine.handled_until) == ("SNOOZED", until)


def test_a_reason_is_asked_for(client, mine):
    address = reverse("portfolio:alert-handle", args=[mine.pk])
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "x", "until": "2020-01-01"}).status_code == 422


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_kind_is_a_sentence_in_both_languages(client, agent, language):
    data = {
        "MILESTONE_DUE": {"name_fr": "Ouverture", "name_en": "Opening", "on": "2026-05-01"},
        "CREDITS_UNDER": {"year": 2026, "percent": 12.5},
        "CREDITS_OVER": {"year": 2026, "percent": 99.0},
        "AP_EXCEEDED": {"what": "COMMITTED", "sum": "9", "authorised": "5"},
        "REVIEW_MISSING": {"month": "2026-05-01"},
        "FIELD_STALE": {"group": "COST", "on": "2025-05-01", "days": 365},
        "FUNDING_DEADLINE": {"name": "Région", "on": "2026-05-01"},
        "FORECAST_LOW": {"name_fr": "Vélo", "name_en": "", "on": "2026-05-01", "before": 6},
        "FORECAST_HIGH": {"name_fr": "Vélo", "name_en": "", "on": "2026-05-01", "before": 5},
        "VERDICT_CHANGED": {"name_fr": "Plus de vélos ?", "on": "2026-05-01",
                            "before": {"fr": "trop tôt", "en": "too early"},
                            "after": {"fr": "effet montré", "en": "effect shown"}},
    }  # fmt: skip
    data |= dict.fromkeys(["MILESTONE_LATE", "RISK_ACTION_LATE"], data["MILESTONE_DUE"])
    assert set(data) == set(Alert.Kind.values)
    for kind, figures in data.items():
        make_alert(make_project(manager=agent), kind=kind, data=figures)
    page = client.get(("/en" if language == "en" else "") + LIST)
    sentences = [told.words.sentence for told in page.context["told"]]
    assert len(set(sentences)) == len(data)
    assert all("%(" not in sentence for sentence in sentences)
