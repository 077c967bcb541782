"""Two people on one block, undoing, the past, the words, the tour: in a real browser, by the mouse
and by keys."""

from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from portfolio.models import Project, User
from portfolio.services import projects
from portfolio.services.history import recorded
from tests.factories.portfolio import (
    make_authorisation,
    make_credit,
    make_funding,
    make_milestone,
    make_organisation,
    make_programme,
    make_project,
    make_user,
)
from tests.functional.conftest import DESKTOP, NARROWEST, PHONE

WINDOWS = {"390": PHONE, "1280": DESKTOP}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(transactional_db) -> dict[str, User]:
    department = make_organisation(name_fr="Direction de la mobilité")
    return {
        name: make_user(first_name=name, last_name="Morel", organisation=department)
        for name in ("Claire", "Nadia")
    }


@pytest.fixture
def project(people) -> Project:
    mandate = make_programme(code="mandat", kind="MANDATE", name_fr="Une métropole proche")
    policy = make_programme(code="politique", kind="POLICY", name_fr="Se déplacer", parent=mandate)
    programme = make_programme(
        code="velo", name_fr="Réseau vélo", parent=policy,
        objective_fr="Relier les 28 communes par des itinéraires continus.",
    )  # fmt: skip
    with recorded(by=people["Nadia"], reason="Inscription au plan pluriannuel"):
        project = make_project(
            code="P-100", name_fr="Pont-quai des Mariniers", name_en="", programme=programme,
            lead=people["Claire"].organisation, manager=people["Claire"],
            cost=Decimal(12_400_000),
        )  # fmt: skip
        make_milestone(project)
        make_authorisation(project)
        make_credit(project)
        make_funding(project)
    make_project(programme=programme, cost=None)
    return project


@pytest.fixture
def signed_in(visit, people, settings):
    """`signed_in(name, window)` opens a tab in which that person has already signed in."""

    def start(name: str, window: dict[str, int], **options):
        client = Client()  # a session of their own
        client.force_login(people[name])
        tab = visit(window, **options)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": tab.base}
        tab.page.context.add_cookies([cookie])
        return tab

    return start


def change(tab, name: str, reason: str):
    block = tab.page.locator("#block-facts")
    block.locator("[name=name_fr]").fill(name)
    block.locator("[name=reason]").fill(reason)
    block.locator("button[type=submit]").first.click()


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("resolve", ["mine", "theirs"])
def test_two_people_on_one_block_are_told_and_lose_nothing(signed_in, project, window, resolve):
    tabs = [signed_in(name, WINDOWS[window]) for name in ("Nadia", "Claire")]
    for tab in tabs:
        tab.open("/pilotage/projets/P-100/")
        tab.page.locator("#block-facts a[href$='/modifier/']").click()
        expect(tab.page.locator("#block-facts [name=name_fr]")).to_be_visible()
    first, second = tabs
    change(first, "Pont des Mariniers", "Nom retenu en conseil")
    expect(first.page.locator(".toast--success")).to_be_visible()
    second.page.locator("#block-facts [name=name_en]").fill("Quay bridge")
    change(second, "Passerelle des Mariniers", "Concertation")
    told = second.page.locator(".conflict")
    expect(told).to_be_visible()
    for text in ("Pont-quai des Mariniers", "Pont des Mariniers", "Passerelle des Mariniers",
                 "Nadia Morel", "Nom retenu en conseil"):  # fmt: skip
        expect(told.get_by_text(text, exact=False).first).to_be_visible()
    expect(second.page.locator("#block-facts [name=name_fr]")).to_have_value(
        "Passerelle des Mariniers"
    )
    second.complaints.clear()  # the browser reports the 422 that is wanted here
    assert second.accessibility() == []
    assert second.overflow() <= 0
    assert second.clipped() == []
    second.picture(f"pilotage-a-deux-{window}")
    second.page.locator(f"button[value={resolve}]").click()
    expect(second.page.locator(".toast--success")).to_be_visible()
    project.refresh_from_db()
    kept = {"mine": "Passerelle des Mariniers", "theirs": "Pont des Mariniers"}
    assert (project.name_fr, project.name_en) == (kept[resolve], "Quay bridge")


@pytest.mark.parametrize("window", WINDOWS)
def test_a_change_is_undone_from_its_news_by_keys_alone(signed_in, project, window):
    tab = signed_in("Claire", WINDOWS[window])
    tab.open("/pilotage/projets/P-100/")
    tab.page.locator("#block-facts a[href$='/modifier/']").click()
    change(tab, "Passerelle", "Point mensuel")
    undo = tab.page.locator(".toast button")
    expect(undo).to_be_in_viewport()
    expect(undo).to_be_visible()
    assert tab.accessibility() == []
    tab.picture(f"pilotage-annuler-{window}")
    undo.focus()
    tab.page.keyboard.press("Enter")
    expect(tab.page.locator(".toast")).to_contain_text("annulée")
    expect(tab.page.locator("#block-facts .facts")).to_be_visible()
    project.refresh_from_db()
    assert project.name_fr == "Pont-quai des Mariniers"


SCREENS = {
    "historique": "/pilotage/projets/P-100/historique/",
    "projet-passe": "/pilotage/projets/P-100/?au={today}",
    "projet-inconnu": "/pilotage/projets/P-100/?au=2020-01-01",
    "liste-passee": "/pilotage/projets/?au={today}",
    "qualite": "/pilotage/qualite/",
    "programmes": "/pilotage/programmes/",
    "programme": "/pilotage/programmes/velo/",
    "aide": "/pilotage/aide/",
    "glossaire": "/pilotage/glossaire/",
    "projet-complet": "/pilotage/projets/P-100/",
    "accueil-visite": "/pilotage/",
}


@pytest.mark.parametrize("language", ["", "/en"], ids=["fr", "en"])
@pytest.mark.parametrize("window", WINDOWS)
def test_each_screen_is_accessible_and_fits_its_window(signed_in, project, window, language):
    for name in ("Passerelle", "Pont des Mariniers"):
        projects.update(project=project, changes={"name_fr": name}, by=project.manager,
                        reason="Point mensuel", at=timezone.now())  # fmt: skip
    tab = signed_in("Claire", WINDOWS[window])
    today, wrong = timezone.localdate().isoformat(), []
    for name, path in SCREENS.items():
        assert tab.open(language + path.format(today=today)) == 200
        tab.page.wait_for_load_state("networkidle")
        tab.picture(f"pilotage-{name}{language.replace('/', '-')}-{window}")
        wrong += [f"{path}: {violation}" for violation in tab.accessibility()]
        wrong += [f"{path}: {tab.overflow()} px too wide"] if tab.overflow() > 0 else []
        wrong += [f"{path}: {clipped} is clipped" for clipped in tab.clipped()]
    assert wrong == []


def test_no_screen_is_wider_than_the_narrowest_window(signed_in, project):
    tab = signed_in("Claire", NARROWEST)
    wide = []
    for path in SCREENS.values():
        tab.open(path.format(today=timezone.localdate().isoformat()))
        tab.page.wait_for_load_state("networkidle")
        wide += [path] if tab.overflow() > 0 else []
    assert wide == []


@pytest.mark.parametrize("window", WINDOWS)
def test_a_word_is_explained_by_keys_and_closed_by_escape(signed_in, project, window):
    tab = signed_in("Claire", WINDOWS[window])
    tab.open("/pilotage/projets/P-100/")
    word = tab.page.locator("#block-money .term").first
    word.focus()
    tab.page.keyboard.press("Enter")
    said = tab.page.locator(".term__text:popover-open")
    expect(said).to_contain_text("Plafond")
    assert tab.accessibility() == []
    box = said.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= WINDOWS[window]["width"]
    tab.page.screenshot(path=f"var/screenshots/pilotage-mot-{window}.png")
    tab.page.keyboard.press("Escape")
    expect(said).to_have_count(0)
    expect(word).to_be_focused()


@pytest.mark.parametrize("window", WINDOWS)
def test_the_tour_is_taken_by_keys_left_and_not_offered_again(signed_in, project, people, window):
    tab = signed_in("Claire", WINDOWS[window])
    tab.open("/pilotage/")
    tab.page.locator("[data-tour-open]").click()
    expect(tab.page.locator("[data-tour-step]:visible")).to_have_count(1)
    tab.page.keyboard.press("ArrowRight")
    expect(tab.page.locator("#tour-2")).to_be_visible()
    assert tab.accessibility() == []
    tab.page.screenshot(path=f"var/screenshots/pilotage-visite-{window}.png")
    tab.page.keyboard.press("ArrowLeft")
    expect(tab.page.locator("#tour-1")).to_be_visible()
    with tab.page.expect_navigation():
        tab.page.keyboard.press("Escape")
    expect(tab.page.locator("[data-tour-open]")).to_have_count(0)
    people["Claire"].refresh_from_db()
    assert people["Claire"].toured_at is not None
    tab.open("/pilotage/aide/")
    tab.page.locator("[data-tour-open]").click()
    for _ in range(6):
        tab.page.locator("[data-tour-next]").click()
    with tab.page.expect_navigation():
        tab.page.locator("[data-tour-end]").click()
