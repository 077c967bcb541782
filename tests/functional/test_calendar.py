"""The calendar screens in a real browser: accessible, no wider than the window, by keyboard."""

from datetime import date

import pytest
from playwright.sync_api import expect

from portfolio.models import Milestone, Project, User
from portfolio.services import schedule
from tests.factories.portfolio import (
    NOW,
    make_dependency,
    make_milestone,
    make_organisation,
    make_period,
    make_procedure,
    make_project,
    make_user,
)
from tests.functional.conftest import DESKTOP, NARROWEST, PHONE

WINDOWS = {"390": PHONE, "1280": DESKTOP}
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]


@pytest.fixture
def administrator(transactional_db) -> User:
    return make_user(username="directrice", organisation=make_organisation(), is_superuser=True)


@pytest.fixture
def project(administrator) -> Project:
    """Late, with an overlap, a procedure, and dependencies both ways."""
    project = make_project(code="P-300", name_fr="Requalification de l’entrée Nord et de ses abords",
                           manager=administrator, starts_on=date(2025, 1, 1))  # fmt: skip
    for rank, (starts, ends) in enumerate(
        [(date(2025, 1, 6), date(2026, 3, 31)), (date(2026, 3, 1), date(2027, 10, 31))], start=1
    ):
        make_period(project, rank, original_starts_on=starts, original_ends_on=date(2026, 2, 1)
                    if rank == 1 else date(2027, 3, 1), current_starts_on=starts,
                    current_ends_on=ends, actual_starts_on=starts)  # fmt: skip
    opening = make_milestone(project, is_commissioning=True)
    schedule.postpone(milestone=opening, to=date(2027, 11, 1), by=administrator,
                      reason="Fouilles archéologiques sous la chaussée", at=NOW)  # fmt: skip
    make_milestone(project, name_fr="Marchés notifiés", original_on=date(2026, 1, 5),
                   current_on=date(2026, 1, 5), actual_on=date(2026, 1, 20))  # fmt: skip
    make_procedure(project, is_public=True, how_fr="Registre en mairie")
    other = make_project(code="P-301", name_fr="Pont", starts_on=date(2026, 1, 1))
    make_milestone(other, is_commissioning=True, current_on=date(2028, 1, 1))
    make_dependency(project, other, note="Le pont d’abord")
    make_dependency(make_project(code="P-302", name_fr="Parc"), project)
    return project


@pytest.fixture
def signed_in(visit, client, administrator, settings):
    def start(window: dict[str, int], **options):
        client.force_login(administrator)
        tab = visit(window, **options)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": tab.base}
        tab.page.context.add_cookies([cookie])
        return tab

    return start


def screens(project) -> dict[str, str]:
    pk = project.milestones.get(is_commissioning=True).pk
    home = "/pilotage/projets/P-300/"
    return {
        "projet": home,
        "vide": "/pilotage/projets/P-302/",
        "jalon": f"{home}jalons/{pk}/deplacer/",
        "phase": f"{home}phase/",
        "phases": f"{home}phases/dates/",
        "procedure": f"{home}procedures/ajouter/",
        "dependance": f"{home}dependances/ajouter/",
        "calendrier": "/pilotage/calendrier/?tri=retard",
        "jeux": "/pilotage/phases/",
        "liste": "/pilotage/projets/",
        "public": "/projets/P-300/",
    }


@pytest.mark.parametrize("width", WINDOWS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_calendar_screen_is_accessible_and_fits_its_window(signed_in, project, width, dark):
    tab = signed_in(WINDOWS[width], dark=dark)
    wrong = []
    for name, path in screens(project).items():
        assert tab.open(path) == 200
        tab.page.wait_for_load_state("networkidle")
        if not dark:
            tab.picture(f"calendar-{name}-{width}")
        wrong += [f"{path}: {violation}" for violation in tab.accessibility()]
        wrong += [f"{path}: {tab.overflow()} px too wide"] if tab.overflow() > 0 else []
        wrong += [f"{path}: cut off: {text}" for text in tab.clipped()]
    assert wrong == []


def test_no_calendar_screen_is_wider_than_the_narrowest_window(signed_in, project):
    tab = signed_in(NARROWEST)
    for path in screens(project).values():
        tab.open(path)
        assert tab.overflow() <= 0, path


def test_a_milestone_is_moved_in_place_by_keyboard_alone(signed_in, project):
    tab = signed_in(PHONE)
    tab.open("/pilotage/projets/P-300/")
    tab.page.locator("#block-milestones a[href*='/deplacer/']").first.focus()
    tab.page.keyboard.press("Enter")
    field = tab.page.locator("#block-milestones [name=current_on]")
    field.wait_for()
    expect(tab.page.locator("#block-milestones h2")).to_be_focused()
    field.fill("2028-02-01")
    tab.page.locator("#block-milestones [name=reason]").focus()
    tab.page.keyboard.type("Crue de mars")
    tab.page.keyboard.press("Tab")
    tab.page.keyboard.press("Enter")
    tab.page.locator("#block-milestones", has_text="Crue de mars").wait_for(state="attached")
    for name in ("changed", "calendar", "history"):  # what shows the same fact follows
        expect(tab.page.locator(f"#block-{name}")).to_contain_text("1er février 2028")
    opening = Milestone.objects.get(project=project, is_commissioning=True)
    assert (opening.original_on, opening.current_on) == (date(2027, 3, 1), date(2028, 2, 1))
    assert opening.revisions.count() == 2
