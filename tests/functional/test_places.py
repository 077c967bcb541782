"""Drawing a place in a real browser: with a mouse, with a finger, with keys alone."""

import pytest
from django.contrib.gis.geos import GEOSGeometry
from playwright.sync_api import expect

from portfolio.models import Project, User
from tests.factories.portfolio import make_project, make_user, make_zone, square
from tests.functional.conftest import DESKTOP, NARROWEST, PHONE

WINDOWS = {"390": PHONE, "1280": DESKTOP}
ADDRESS = "/pilotage/projets/P-300/lieu/"
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]


@pytest.fixture
def manager(transactional_db) -> User:
    return make_user(username="tracé")


@pytest.fixture
def project(manager) -> Project:
    make_zone(name="Rive-Haute", geometry=square(-0.85, 45.0, 0.3))
    make_zone(name="Rive-Basse", geometry=square(-0.55, 45.0, 0.45))
    return make_project(code="P-300", manager=manager, geometry=None)


@pytest.fixture
def signed_in(visit, client, manager, settings):
    def start(window: dict[str, int], **options):
        client.force_login(manager)
        tab = visit(window, **options)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": tab.base}
        tab.page.context.add_cookies([cookie])
        return tab

    return start


def open_map(tab, part) -> None:
    expect(part.locator("[data-draw-open]")).to_be_visible()
    part.locator("[data-draw-open]").press("Enter")
    tab.page.wait_for_selector("[data-map-ready]", state="attached", timeout=30_000)


def save(tab, part) -> GEOSGeometry:
    """Checks, looks at what was understood, saves; returns what is stored."""
    part.locator("[name=reason]").fill("Tracé arrêté en comité")
    part.locator("button.button--primary").click()
    return confirm(tab, part)


def confirm(tab, part) -> GEOSGeometry:
    expect(part.locator("#preview")).to_contain_text("Rive-")
    assert tab.accessibility() == []
    assert tab.overflow() <= 0
    tab.picture(f"lieu-apercu-{tab.page.viewport_size['width']}")
    part.locator("button.button--primary").click()
    expect(tab.page.locator(".toast")).to_be_visible()
    stored = Project.objects.get(code="P-300").geometry
    assert stored is not None
    return stored


@pytest.mark.parametrize("width", WINDOWS)
def test_an_area_is_drawn_on_the_map_and_its_communes_are_shown(signed_in, project, width):
    tab = signed_in(WINDOWS[width])
    tab.open("/pilotage/projets/P-300/")
    block = tab.page.locator("#block-place")
    block.locator("a[hx-get$='/lieu/']").click()
    expect(block.locator("h2")).to_be_focused()
    open_map(tab, block)
    block.locator("[data-draw-kind=Polygon]").click()
    tab.page.locator(".maplibregl-canvas").scroll_into_view_if_needed()
    box = tab.page.locator(".maplibregl-canvas").bounding_box()
    for x, y in ((0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.5, 0.7)):
        tab.page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
    tab.picture(f"lieu-dessin-{width}")
    block.locator("[data-draw-do=undo]").click()
    block.locator("[data-draw-do=finish]").click()
    stored = save(tab, block)
    tab.picture(f"lieu-enregistre-{width}")
    assert (stored.geom_type, stored.num_coords) == ("Polygon", 4)
    expect(block).to_contain_text("Rive-Haute")
    expect(block).to_contain_text("Rive-Basse")


def test_a_line_is_drawn_with_fingers(signed_in, project, visit, client, settings):
    tab = signed_in(PHONE)
    context = tab.page.context.browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    context.add_cookies(tab.page.context.cookies())
    page = context.new_page()
    page.goto(f"{tab.base}{ADDRESS}")
    page.locator("[data-draw-open]").tap()
    page.wait_for_selector("[data-map-ready]", state="attached", timeout=30_000)
    page.locator("[data-draw-kind=LineString]").tap()
    canvas = page.locator(".maplibregl-canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    for x in (0.3, 0.5, 0.7):
        page.touchscreen.tap(box["x"] + box["width"] * x, box["y"] + box["height"] / 2)
        page.wait_for_timeout(400)  # two taps at once would zoom
    page.locator("[data-draw-do=finish]").tap()
    shape = page.locator("[name=place]").input_value()
    assert '"LineString"' in shape
    assert shape.count("[-0.") == 3
    context.close()


def test_a_place_is_drawn_by_keyboard_alone(signed_in, project):
    tab = signed_in(DESKTOP)
    tab.open(ADDRESS)
    form = tab.page.locator("main form")
    open_map(tab, form)
    form.locator("[data-draw-kind=LineString]").focus()
    tab.page.keyboard.press("Enter")
    for key in ("ArrowRight", "ArrowDown"):
        form.locator("[data-draw-do=centre]").focus()
        tab.page.keyboard.press("Enter")
        tab.page.locator(".maplibregl-canvas").focus()
        tab.page.keyboard.press(key)
        tab.page.wait_for_timeout(600)  # the map glides
    form.locator("[data-draw-do=centre]").focus()
    tab.page.keyboard.press("Enter")
    stored = save(tab, form)  # what is under way counts when the form is sent
    assert (stored.geom_type, stored.num_coords) == ("LineString", 3)


def test_a_place_is_typed_without_a_map(signed_in, project):
    tab = signed_in(NARROWEST)
    tab.open(ADDRESS)
    tab.page.focus("[name=place]")
    tab.page.keyboard.type("45,21 -0,49")
    tab.page.fill("[name=reason]", "Relevé")
    tab.page.locator("main button.button--primary").click()
    expect(tab.page.locator("#errors")).to_be_visible()
    tab.complaints.clear()  # the browser reports the 422 that is wanted here
    assert tab.overflow() <= 0
    tab.picture("lieu-inverse-320")
    tab.page.locator("button[value=swap]").click()
    stored = confirm(tab, tab.page.locator("main form"))
    assert stored.coords == (-0.49, 45.21)


@pytest.mark.parametrize("width", WINDOWS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_form_of_a_place_is_accessible_and_fits(signed_in, project, width, dark):
    tab = signed_in(WINDOWS[width], dark=dark)
    tab.open(ADDRESS)
    open_map(tab, tab.page.locator("main form"))
    tab.page.locator("[data-draw-kind=Polygon]").click()
    assert tab.accessibility() == []
    assert tab.overflow() <= 0
    if not dark:
        tab.picture(f"lieu-formulaire-{width}")
