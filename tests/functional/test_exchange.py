"""The list, its address and the imports in a real browser, on a phone and on a desk."""

import io
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from config.celery import app
from portfolio.models import ImportJob, Project, SavedView, User
from tests.factories.portfolio import make_credit, make_organisation, make_project, make_user
from tests.functional.conftest import DESKTOP, NARROWEST, PHONE
from tests.portfolio.imports.exchange.sheets import put, saved

WINDOWS = {"390": PHONE, "1280": DESKTOP}
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]


@pytest.fixture(autouse=True)
def worker_at_hand():
    """A task that is rung runs at once."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


@pytest.fixture
def owner(transactional_db) -> User:
    return make_user(username="cheffe", organisation=make_organisation(name_fr="Mobilités"))


@pytest.fixture
def projects(owner) -> list[Project]:
    made = [
        make_project(code=f"P-{n}", name_fr=f"Pont {n}", name_en="", manager=owner,
                     lead=owner.organisation, starts_on=date(2025, 1, n + 1))
        for n in range(3)
    ]  # fmt: skip
    make_credit(made[0], 2026)
    make_project(code="H-1", name_fr="Halle", state="SUSPENDED")
    return made


@pytest.fixture
def signed_in(visit, client, settings):
    def start(window: dict[str, int], person: User, **options):
        client.force_login(person)
        tab = visit(window, **options)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": tab.base}
        tab.page.context.add_cookies([cookie])
        return tab

    return start


def downloaded(tab, label: str):
    with tab.page.expect_download() as event:
        tab.page.get_by_role("link", name=label).click()
    return load_workbook(io.BytesIO(Path(event.value.path()).read_bytes()))


def upload(tab, book) -> None:
    file = {"name": "projets.xlsx", "mimeType": "application/octet-stream", "buffer": saved(book)}
    tab.page.set_input_files("[name=file]", files=[file])
    tab.page.locator("form[enctype] button[type=submit]").click()
    tab.page.wait_for_url("**/imports/*/")


@pytest.mark.parametrize("width", WINDOWS)
def test_a_file_with_three_bad_cells_is_corrected_and_applied(signed_in, owner, projects, width):
    tab = signed_in(WINDOWS[width], owner)
    tab.open("/en/pilotage/imports/")
    book = downloaded(tab, "Projects to change (Excel)")
    lines = {book.worksheets[0].cell(n, 1).value: n for n in range(2, 6)}
    put(book, "PROJECTS", lines["P-0"], "phase", "Wokrs")
    put(book, "PROJECTS", lines["P-1"], "starts_on", "hier")
    put(book, "PROJECTS", lines["P-1"], "name_fr", None)
    put(book, "PROJECTS", lines["P-2"], "address", "Quai des Mariniers")
    upload(tab, book)
    assert {fault["cell"][0] for fault in ImportJob.objects.get().faults} == {"J", "M", "B"}
    expect(tab.page.locator("#errors-title + p + .table tbody tr")).to_have_count(3)
    tab.picture(f"import-errors-{width}")
    problems = tab.accessibility() + tab.clipped()
    assert problems == []
    assert tab.overflow() <= 0
    marked = downloaded(tab, "Take my file back with its errors")
    put(marked, "PROJECTS", lines["P-0"], "phase", "In service")
    put(marked, "PROJECTS", lines["P-1"], "starts_on", date(2026, 5, 1))
    put(marked, "PROJECTS", lines["P-1"], "name_fr", "Passerelle")
    tab.page.get_by_role("link", name="Send a corrected file").click()
    upload(tab, marked)
    expect(tab.page.locator("#changes-title + p")).to_contain_text("3 projects change")
    assert tab.accessibility() + tab.clipped() == []
    tab.picture(f"import-preview-{width}")
    tab.page.fill("[name=reason]", "Revue de juin")
    tab.page.get_by_role("button", name="Apply these changes").click()
    expect(tab.page.locator("#outcome-title + p")).to_contain_text("3 projects changed")
    tab.picture(f"import-done-{width}")
    assert tab.accessibility() == []
    assert tab.overflow() <= 0
    after = {p.code: p for p in Project.objects.select_related("phase")}
    assert after["P-0"].phase.code == "service"
    assert (after["P-1"].name_fr, after["P-1"].starts_on) == ("Passerelle", date(2026, 5, 1))
    assert after["P-2"].address == "Quai des Mariniers"


@pytest.mark.parametrize("width", WINDOWS)
def test_a_filtered_list_is_shared_by_its_address(signed_in, owner, projects, width):
    tab = signed_in(WINDOWS[width], owner)
    tab.open("/en/pilotage/projets/")
    tab.page.fill("[name=q]", "pont")
    tab.page.locator(".filters button[type=submit]").click()
    tab.page.wait_for_url("**q=pont**")
    tab.page.locator(".list-tools__columns summary").click()
    tab.page.get_by_label("Updated", exact=True).uncheck()
    tab.page.get_by_label("Start", exact=True).check()
    tab.page.get_by_role("button", name="Show these columns").click()
    tab.page.wait_for_url("**columns=starts_on**")
    if width == "1280":
        tab.page.get_by_role("link", name="Start").focus()
        tab.page.keyboard.press("Enter")
        tab.page.wait_for_url("**sort=starts_on**")
        tab.page.get_by_role("link", name="Start").click()
        tab.page.wait_for_url("**sort=-starts_on**")
    address = tab.page.url.removeprefix(tab.base)
    shown = tab.page.locator("tbody").inner_text()
    colleague = signed_in(WINDOWS[width], make_user())
    assert colleague.open(address) == 200
    assert colleague.page.locator("tbody").inner_text() == shown
    assert "Halle" not in shown
    expect(colleague.page.locator(".filters__result")).to_have_text("3 projects")
    assert colleague.accessibility() == []


@pytest.mark.parametrize("width", WINDOWS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_screens_of_lists_are_accessible_and_fit_their_window(
    signed_in, owner, projects, width, dark
):
    SavedView.objects.create(owner=owner, name="Mes ponts", query="q=pont", saved_at=projects[0].created_at)  # fmt: skip
    tab = signed_in(WINDOWS[width], owner, dark=dark)
    wrong = []
    for path in ("/pilotage/projets/", "/pilotage/imports/", "/pilotage/vues/",
                 "/pilotage/vues/enregistrer/?q=pont", "/pilotage/projets/?q=absent"):  # fmt: skip
        tab.open(path)
        tab.page.wait_for_load_state("networkidle")
        wrong += [f"{path}: {violation}" for violation in tab.accessibility()]
        wrong += [f"{path}: cut off: {text}" for text in tab.clipped()]
        wrong += [f"{path}: {tab.overflow()} px too wide"] if tab.overflow() > 0 else []
    assert wrong == []


def test_no_screen_of_lists_is_wider_than_the_narrowest_window(signed_in, owner, projects):
    tab = signed_in(NARROWEST, owner)
    for path in ("/pilotage/projets/", "/pilotage/imports/", "/pilotage/vues/"):
        tab.open(path)
        for summary in tab.page.locator(".list-tools summary").all():
            summary.click()
        assert tab.overflow() <= 0, path


def test_the_map_opens_beside_a_wide_list_and_lights_up_the_row_at_hand(signed_in, owner, projects):
    tab = signed_in(DESKTOP, owner)
    tab.open("/pilotage/projets/?q=pont")
    tab.page.wait_for_selector("[data-map-ready]")
    tab.page.locator("tr[data-map-code=P-1] a").focus()
    expect(tab.page.locator(".map__canvas")).to_have_attribute("data-lit", "P-1")
    tab.page.locator("tr[data-map-code=P-2]").hover()
    expect(tab.page.locator(".map__canvas")).to_have_attribute("data-lit", "P-2")


def test_a_click_on_the_map_leads_to_the_project(signed_in, owner, projects):
    Project.objects.exclude(code="P-1").update(geometry=None)
    tab = signed_in(DESKTOP, owner)
    tab.open("/pilotage/projets/")
    tab.page.wait_for_selector("[data-map-ready]")
    box = tab.page.locator(".map__canvas").bounding_box()
    tab.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tab.page.wait_for_url("**/projets/P-1/")


def test_on_a_phone_the_map_waits_for_its_button(signed_in, owner, projects):
    tab = signed_in(PHONE, owner)
    tab.open("/pilotage/projets/")
    expect(tab.page.locator(".map__canvas")).to_be_hidden()
    tab.page.locator("[data-map-open]").click()
    tab.page.wait_for_selector("[data-map-ready]")
