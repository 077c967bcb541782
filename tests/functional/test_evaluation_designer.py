"""The five steps of an evaluation in a browser, on a phone and on a desk; a closed tab loses nothing."""

import pytest
from playwright.sync_api import expect

from indicators.models import Evaluation
from tests.factories.evaluations import City
from tests.factories.portfolio import make_user
from tests.functional.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
QUESTION = "La zone apaisée a-t-elle fait baisser le NO₂ ?"


@pytest.fixture
def signed_in(visit, client, settings):
    def start(window: dict[str, int]):
        client.force_login(make_user(is_superuser=True))
        tab = visit(window)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": tab.base}
        tab.page.context.add_cookies([cookie])
        return tab

    return start


def sound(tab) -> None:
    assert tab.overflow() <= 0
    assert tab.clipped() == []
    assert tab.accessibility() == []


def continue_(tab) -> None:
    sound(tab)
    tab.page.get_by_role("button", name="Continuer").click()


@pytest.mark.parametrize("window", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_an_evaluation_is_planned_in_five_steps_and_locked(signed_in, window):
    city, tab = City(donors=5), signed_in(window)
    page = tab.page
    tab.open(f"/pilotage/projets/{city.project.code}/preuves/")
    sound(tab)
    page.get_by_role("button", name="Préparer une évaluation").click()
    page.get_by_label("La question, en une phrase").fill(QUESTION)
    with page.expect_response(lambda answer: answer.url.endswith("/garder/")):
        page.get_by_label("une baisse").check()
    address = page.url
    page.goto("about:blank")  # the tab is closed
    page.goto(address)
    expect(page.get_by_label("La question, en une phrase")).to_have_value(QUESTION)
    expect(page.get_by_label("une baisse")).to_be_checked()
    continue_(tab)

    page.get_by_label("Indicateur", exact=True).select_option(city.indicator.code)
    page.get_by_label("Traitée", exact=True).check()
    continue_(tab)

    page.get_by_label("Date de l’intervention").fill("2023-03-01")
    page.get_by_label("Chiffres regardés depuis le").fill("2019-01-01")
    page.get_by_label("Chiffres regardés jusqu’au").fill("2025-12-31")
    continue_(tab)

    page.get_by_label("contrôle synthétique", exact=True).check()
    page.get_by_label("Pourquoi cette méthode et ces zones").fill("Elles se ressemblent.")
    page.get_by_role("button", name="Voir ce qui pourrait être détecté").click()
    expect(page.get_by_text("19 sont nécessaires")).to_be_visible()
    sound(tab)
    tab.picture(f"evaluation-comparison-{window['width']}")
    page.get_by_role("button", name="Continuer").click()

    expect(page.get_by_text("sera marquée exploratoire")).to_be_visible()
    sound(tab)
    tab.picture(f"evaluation-lock-{window['width']}")
    page.get_by_role("button", name="Verrouiller pour toujours").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(QUESTION)
    plan = Evaluation.objects.get()
    assert plan.is_locked
    assert plan.is_exploratory
    assert plan.evaluation_zones.filter(role="COMPARISON").count() == 5
    sound(tab)
