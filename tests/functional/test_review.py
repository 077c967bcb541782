"""A review by keyboard alone, its two ways; the screens around it in a real browser."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from portfolio.analysis.periods import month_before, month_to_review
from portfolio.models import Alert, Review, User
from tests.factories.portfolio import (
    make_credit,
    make_estimate,
    make_milestone,
    make_organisation,
    make_project,
    make_user,
)
from tests.factories.reviews import make_alert, make_review
from tests.functional.conftest import DESKTOP, NARROWEST, PHONE, Visit

WINDOWS = {"390": PHONE, "1280": DESKTOP}
MOST_KEYS = 40  # besides the words themselves: far from a minute
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def manager(transactional_db) -> User:
    return make_user(
        username="nadia", first_name="Nadia", last_name="Berthelin",
        organisation=make_organisation(code="mobilites", name_fr="Direction des mobilités"),
        is_superuser=True,
    )  # fmt: skip


@pytest.fixture
def project(manager):
    """Late, dearer, reviewed last month, with an alert and somebody else's review to validate."""
    project = make_project(
        code="P-1", name_fr="Pont-quai des Mariniers", manager=manager, lead=manager.organisation
    )
    make_estimate(project, 1_500_000)
    make_credit(project, timezone.localdate().year)
    past = timezone.localdate() - timedelta(days=20)
    make_milestone(project, original_on=past, current_on=past)
    make_alert(project)
    other = make_project(name_fr="Halle", manager=make_user(first_name="Tom", last_name="Arrivé"))
    make_review(other, state="SUBMITTED", submitted_by=other.manager)
    return project


@pytest.fixture
def signed_in(visit, client, manager, settings):
    def start(window, **options):
        client.force_login(manager)
        tab = visit(window, **options)
        cookie = {
            "name": settings.SESSION_COOKIE_NAME,
            "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
            "url": tab.base,
        }
        tab.page.context.add_cookies([cookie])
        return tab

    return start


class Keyboard:
    """Presses keys and counts them; the mouse is not touched."""

    def __init__(self, tab: Visit) -> None:
        self.tab, self.keys = tab, 0

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.tab.page.keyboard.press(key)
            self.keys += 1

    def to(self, selector: str) -> None:
        """Tab until the focus is there; it must be in sight, with a ring."""
        for _ in range(40):
            if self.tab.page.evaluate(f"document.activeElement.matches({selector!r})"):
                assert self.tab.page.evaluate("document.activeElement.matches(':focus-visible')")
                return
            self.press("Tab")
        raise AssertionError(f"{selector} is not reached by the keyboard")


def skip_to_content(keyboard: Keyboard) -> None:
    keyboard.to("a.skip")
    keyboard.press("Enter")


@pytest.mark.parametrize("window", WINDOWS)
def test_a_review_is_written_and_submitted_by_keyboard_alone(signed_in, project, window):
    tab = signed_in(WINDOWS[window])
    tab.open("/pilotage/projets/P-1/revue/")
    tab.page.wait_for_load_state("networkidle")
    assert tab.accessibility() == []
    assert tab.overflow() <= 0
    keyboard = Keyboard(tab)
    skip_to_content(keyboard)
    # From "not given", the last choice, the arrow goes round to the first.
    for axis, steps in {"cost": 1, "schedule": 3, "scope": 1, "impact": 2}.items():
        keyboard.to(f"[name={axis}]")
        keyboard.press("ArrowRight", steps)
    keyboard.to("[name=sentence]")
    tab.page.keyboard.type("La première pile est coulée.")
    keyboard.to("[name=progress]")
    tab.page.keyboard.type("40")
    expect(tab.page.locator("#draft-state")).to_contain_text("Brouillon gardé")
    assert Review.objects.get(project=project).sentence == "La première pile est coulée."
    tab.picture(f"revue-clavier-{window}")
    keyboard.to("button[value=submit]")
    keyboard.press("Enter")
    expect(tab.page.locator(".notice__title")).to_contain_text("Soumise")
    review = Review.objects.get(project=project)
    said = (review.state, review.cost, review.schedule, review.scope, review.impact)
    assert said == ("SUBMITTED", "SUNNY", "STORMY", "SUNNY", "CLOUDY")
    assert (review.progress, review.next_step) == (40, "Ouverture")
    assert keyboard.keys <= MOST_KEYS
    assert tab.accessibility() == []


@pytest.mark.parametrize("window", WINDOWS)
def test_nothing_has_changed_is_said_and_undone_by_keyboard_alone(signed_in, project, window):
    month = month_to_review(timezone.localdate())
    make_review(project, month_before(month), state="PUBLISHED", scope="SUNNY")
    tab = signed_in(WINDOWS[window])
    tab.open("/pilotage/projets/P-1/revue/")
    keyboard = Keyboard(tab)
    skip_to_content(keyboard)
    keyboard.to("form[action$='/rien-de-neuf/'] button")
    keyboard.press("Enter")
    expect(tab.page.locator(".notice__title")).to_contain_text("rien n’a changé")
    assert Review.objects.get(project=project, month=month).is_unchanged
    assert keyboard.keys < 10
    skip_to_content(keyboard)
    keyboard.to("form[action$='/reprendre/'] button")
    keyboard.press("Enter")
    expect(tab.page.locator("[name=sentence]")).to_have_value("Le chantier avance.")
    assert Review.objects.get(project=project, month=month).state == "DRAFT"


def test_one_who_writes_after_a_colleague_keeps_their_words(signed_in, project):
    tab = signed_in(PHONE)
    tab.open("/pilotage/projets/P-1/revue/")
    month = month_to_review(timezone.localdate())
    colleague = make_user(first_name="Tom", last_name="Arrivé")
    make_review(project, month, sentence="Ses mots.", author=colleague)
    tab.page.fill("[name=sentence]", "Mes mots.")
    tab.page.locator("button[value=submit]").click()
    expect(tab.page.locator("#errors")).to_contain_text("Ses mots.")
    expect(tab.page.locator("[name=sentence]")).to_have_value("Mes mots.")
    tab.complaints.clear()  # the browser reports the 422 that is wanted here
    tab.picture("revue-perimee-390")
    assert Review.objects.get(project=project).sentence == "Ses mots."
    tab.page.locator("button[value=submit]").click()
    expect(tab.page.locator(".notice__title")).to_contain_text("Soumise")
    assert Review.objects.get(project=project).sentence == "Mes mots."


@pytest.mark.parametrize("window", WINDOWS)
def test_an_alert_is_silenced_in_place_and_brought_back(signed_in, project, window):
    tab = signed_in(WINDOWS[window])
    tab.open("/pilotage/alertes/")
    item = tab.page.locator(".alert")
    item.get_by_role("link", name="Prendre en compte").click()
    item.locator("[name=reason]").fill("L’entreprise est relancée")
    item.locator("button[type=submit]").click()
    expect(item).to_contain_text("Prise en compte")
    assert Alert.objects.get().handling == "ACKNOWLEDGED"
    assert tab.accessibility() == []
    item.get_by_role("button", name="Annuler").click()
    expect(item.get_by_role("link", name="Prendre en compte")).to_be_visible()
    assert Alert.objects.get().handling == "NONE"
    assert tab.page.url.endswith("/pilotage/alertes/")


SCREENS = {
    "semaine": "/pilotage/", "tableau": "/pilotage/tableau-de-bord/",
    "validation": "/pilotage/revues/", "alertes": "/pilotage/alertes/",
    "notifications": "/pilotage/mes-notifications/", "projet": "/pilotage/projets/P-1/",
    "correction": "/pilotage/projets/P-1/statut/calendrier/",
}  # fmt: skip


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("window", WINDOWS)
def test_every_screen_is_accessible_and_fits_its_window(signed_in, project, window, dark):
    make_review(project, state="PUBLISHED", cost="TEMPEST")
    tab = signed_in(WINDOWS[window], dark=dark)
    wrong = []
    for name, path in SCREENS.items():
        for prefix in ("", "/en"):
            assert tab.open(prefix + path) == 200
            tab.page.wait_for_load_state("networkidle")
            if not dark and not prefix:
                tab.picture(f"{name}-{window}")
            wrong += [f"{prefix}{path}: {violation}" for violation in tab.accessibility()]
            wrong += [f"{path}: {tab.overflow()} px too wide"] if tab.overflow() > 0 else []
    assert wrong == []


def test_no_screen_is_wider_than_the_narrowest_window(signed_in, project):
    tab = signed_in(NARROWEST)
    for path in [*SCREENS.values(), "/pilotage/projets/P-1/revue/"]:
        tab.open(path)
        tab.page.wait_for_load_state("networkidle")
        assert tab.overflow() <= 0, path
