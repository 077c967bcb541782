"""Who uses a number, and the form that says so."""

from django.urls import reverse
from django.utils import timezone

from indicators.models import Usage
from tests.factories.indicators import make_indicator, make_usage
from tests.factories.portfolio import make_project


def declare(client, indicator, **given):
    data = {
        "kind": "DECISION", "label": "Comité du 12 mai", "role": "TRIGGERED",
        "as_of": timezone.localdate().isoformat(),
    }  # fmt: skip
    return client.post(reverse("indicators:use-add", args=[indicator.code]), data | given)


def page(client, indicator) -> str:
    return client.get(reverse("indicators:uses", args=[indicator.code])).content.decode()


def test_anybody_with_an_account_says_what_they_used(client, agent):
    indicator = make_indicator()
    assert "Aucun usage déclaré" in page(client, indicator)
    assert declare(client, indicator).status_code == 302
    assert Usage.objects.get().author == agent
    assert "Comité du 12 mai" in page(client, indicator)


def test_a_day_to_come_and_an_empty_title_are_refused_and_nothing_is_lost(client, agent):
    indicator = make_indicator()
    for given in ({"as_of": "2199-01-01"}, {"label": ""}):
        response = declare(client, indicator, note="À garder", **given)
        assert response.status_code == 422
        assert "À garder" in response.content.decode()
    assert not Usage.objects.exists()


def test_a_draft_of_others_cannot_be_named(client, agent):
    indicator, draft = make_indicator(), make_project(visibility="DRAFT", name_fr="Projet caché")
    form = client.get(reverse("indicators:use-add", args=[indicator.code])).content.decode()
    assert "Projet caché" not in form
    assert declare(client, indicator, project=draft.pk).status_code == 422


def test_an_address_leads_only_where_a_browser_may_go(client, agent):
    indicator = make_indicator()
    for address in ("javascript:alert(1)", "//ailleurs.example/", "Délibération 114"):
        make_usage(indicator, address=address)
    make_usage(indicator, address="https://exemple.fr/deliberation")
    text = page(client, indicator)
    assert 'href="https://exemple.fr/deliberation"' in text
    for refused in ("javascript", "//ailleurs"):
        assert f'href="{refused}' not in text


def test_an_unknown_indicator_is_not_there(client, agent):
    assert client.get(reverse("indicators:uses", args=["rien"])).status_code == 404
