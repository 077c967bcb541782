"""The public site in a browser: phone and desk, light and dark, French and English."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.contrib.gis.geos import LineString, Polygon
from django.utils import timezone

from portfolio.models import MilestoneRevision, Project, ProjectZone
from tests.factories.indicators import (
    make_feed,
    make_indicator,
    make_observations,
    make_target,
)  # fmt: skip
from tests.factories.portfolio import (
    make_estimate,
    make_milestone,
    make_organisation,
    make_programme,
    make_project,
    make_user,
    make_zone,
    square,
)  # fmt: skip
from tests.functional.conftest import DESKTOP, NARROWEST, PHONE, Visit

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = {
    "accueil": "/", "home": "/en/", "projets": "/projets/", "filtre": "/projets/?q=pont&state=ACTIVE",
    "vide": "/projets/?q=introuvable", "tableau": "/projets/?view=table", "projet": "/projets/RD-01/",
    "project": "/en/projects/RD-01/", "suspendu": "/projets/RD-02/",
    "accessibilite": "/accessibilite/", "introuvable": "/nulle-part/",
}  # fmt: skip


@pytest.fixture
def _register(live_server) -> None:
    """A late and dearer project with its effects, a suspended one, a few others."""
    zones = [make_zone(name=name, geometry=square(-0.55 + i * 0.04, 45.18, 0.04))
             for i, name in enumerate(["Valombre", "Saint-Aubin-sur-Vaise", "Les Rives"])]  # fmt: skip
    bridge = _bridge()
    for zone in zones[:2]:
        ProjectZone.objects.create(project=bridge, zone=zone, origin="INTERSECTION")
    _effects(bridge, zones[0])
    make_project(code="RD-02", name_fr="Requalifier l’entrée nord", state="SUSPENDED", cost=None,
                 geometry=Polygon.from_bbox((-0.5, 45.19, -0.48, 45.2), ))  # fmt: skip
    for number in range(3, 9):
        make_project(code=f"RD-{number:02d}", name_fr=f"Voie verte des Mariniers, tronçon {number}",
                     programme=bridge.programme, summary_fr="Une voie à pied et à vélo.",
                     geometry=LineString((-0.5, 45.18 + number / 500), (-0.46, 45.2)))  # fmt: skip
    make_target(indicator=make_indicator(name_fr="Part des trajets sans voiture", unit_fr="%"))


def _bridge() -> Project:
    project = make_project(
        code="RD-01", name_fr="Pont-quai des Mariniers", name_en="Mariners’ quay bridge",
        summary_fr="Un passage à pied et à vélo entre les deux rives, sans détour par le grand pont.",
        summary_en="A way across for walking and cycling, without the detour by the main bridge.",
        programme=make_programme(name_fr="Mobilités · Rive droite"),
        lead=make_organisation(name_fr="Direction des mobilités"), cost=Decimal("12400000"),
        address="Quai des Mariniers", starts_on=date(2024, 1, 8),
    )  # fmt: skip
    make_estimate(project, Decimal("13087500.50"), reason="Fondations plus profondes que prévu")
    make_milestone(project, code="chantier", name_fr="Début du chantier",
                   original_on=date(2025, 3, 1), current_on=date(2025, 3, 1),
                   actual_on=date(2025, 3, 10))  # fmt: skip
    opening = make_milestone(project, current_on=date(2027, 11, 1))
    MilestoneRevision.objects.create(
        milestone=opening, before_on=date(2027, 3, 1), after_on=date(2027, 11, 1),
        reason="Une crue a retardé les fondations", author=make_user(),
        revised_at=datetime(2026, 5, 4, tzinfo=UTC),
    )  # fmt: skip
    return project


def _effects(project: Project, zone) -> None:
    bikes = make_indicator(name_fr="Passages à vélo", name_en="Bicycles counted",
                           explanation_fr="Nombre de vélos comptés au pont, par mois.")  # fmt: skip
    make_target(project=project, zone=zone, indicator=bikes, baseline_value=20_000.0,
                points={date(2026, 6, 1): 24_000.0, date(2028, 1, 1): 30_000.0})  # fmt: skip
    last = timezone.localdate().replace(day=1)
    months = [date(2024 + i // 12, i % 12 + 1, 1) for i in range(40)]
    values = {m: None if m.month == 8 else 20_000.0 + 180 * i + 900 * (i % 3)
              for i, m in enumerate(months) if m < last}  # fmt: skip
    make_observations(make_feed(indicator=bikes), zone, values)
    noise = make_indicator(name_fr="Bruit routier", unit_fr="dB(A)", direction="DOWN", decimals=1)
    make_target(project=project, zone=zone, indicator=noise, points={date(2028, 1, 1): 60.0},
                baseline_value=64.0)  # fmt: skip


@pytest.mark.usefixtures("_register")
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["390", "1280"])
def test_every_page_is_accessible_and_fits(visit, viewport, dark):
    tab = visit(viewport, dark=dark)
    for name, path in PAGES.items():
        assert tab.open(path) == (404 if name == "introuvable" else 200), path
        tab.picture(f"public-{name}-{viewport['width']}-{'dark' if dark else 'light'}")
        assert tab.accessibility() == [], path
        assert (tab.overflow(), tab.clipped()) == (0, []), path


@pytest.mark.usefixtures("_register")
def test_nothing_scrolls_sideways_at_320_pixels(visit):
    tab = visit(NARROWEST)
    for path in PAGES.values():
        tab.open(path)
        assert tab.overflow() == 0, path


@pytest.mark.usefixtures("_register")
@pytest.mark.parametrize("path", ["/projets/", "/projets/RD-01/"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_map_opens_on_demand(visit, path, dark):
    tab: Visit = visit(DESKTOP, dark=dark)
    asked = []
    tab.page.on("request", lambda request: asked.append(request.url))
    tab.open(path)
    assert not [url for url in asked if "maplibre" in url]
    tab.page.locator("[data-map-open]").click()
    tab.page.wait_for_selector("[data-map-ready]", state="attached", timeout=30_000)
    tab.picture(f"public-map-{path.strip('/').replace('/', '-')}-{'dark' if dark else 'light'}")
    assert [url for url in asked if "/tuiles/projets/" in url]
    assert tab.accessibility() == []


@pytest.mark.usefixtures("_register")
def test_a_click_on_the_map_leads_to_the_project(visit):
    tab = visit(DESKTOP)
    tab.open("/projets/RD-01/")
    tab.page.locator("[data-map-open]").click()
    tab.page.wait_for_selector("[data-map-ready]", state="attached", timeout=30_000)
    box = tab.page.locator(".maplibregl-canvas").bounding_box()
    tab.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    link = tab.page.locator(".maplibregl-popup a")
    assert link.get_attribute("href") == "/projets/RD-01/"


@pytest.mark.usefixtures("_register")
def test_a_search_from_the_home_page_reaches_a_project_with_the_keyboard_alone(visit):
    tab = visit(PHONE)
    tab.open("/")
    tab.page.locator("#home-search").focus()
    tab.page.keyboard.type("mariniers pont")
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url("**/projets/?q=mariniers+pont")
    card = tab.page.locator(".card__name a")
    assert card.count() == 1
    card.focus()
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url("**/projets/RD-01/")
    assert tab.page.locator("h1").inner_text() == "Pont-quai des Mariniers"


@pytest.mark.usefixtures("_register")
def test_the_first_tab_stop_skips_to_the_content(visit):
    tab = visit(PHONE)
    tab.open("/projets/")
    tab.page.keyboard.press("Tab")
    assert tab.page.evaluate("document.activeElement.getAttribute('href')") == "#content"


@pytest.mark.usefixtures("_register")
def test_without_javascript_the_list_is_whole_and_no_dead_button_shows(chromium, live_server):
    page = chromium.new_context(java_script_enabled=False, viewport=PHONE).new_page()
    page.goto(f"{live_server.url}/projets/")
    assert page.locator(".card").count() == 8
    assert not page.locator("[data-map-open]").is_visible()
    page.context.close()
