"""The steering screens in a real browser: accessible, no wider than the window, usable by keys."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from indicators.models import Quarantine, Run
from portfolio.models import MilestoneRevision, Project, ProjectZone, User
from reports.models import Document
from reports.services import documents
from tests.factories.indicators import make_feed, make_observations, make_run, make_target
from tests.factories.portfolio import (
    NOW,
    make_estimate,
    make_milestone,
    make_organisation,
    make_programme,
    make_project,
    make_user,
    make_zone,
)
from tests.functional.conftest import DESKTOP, NARROWEST, PHONE

PASSWORD = "mot-de-passe-long"
WINDOWS = {"390": PHONE, "1280": DESKTOP}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def steward(transactional_db) -> User:
    department = make_organisation(name_fr="Direction de la mobilité")
    return make_user(
        username="claire", first_name="Claire", last_name="Morel", password=PASSWORD,
        organisation=department, is_staff=True,
    )  # fmt: skip


@pytest.fixture
def project(steward) -> Project:
    """Late, dearer than announced, measured, and one effect that nobody measures."""
    project = make_project(
        code="P-100", name_fr="Pont-quai des Mariniers", lead=steward.organisation,
        manager=steward, cost=Decimal(12_400_000), programme=make_programme(name_fr="Mobilités"),
        summary_fr="Un passage à pied et à vélo, sans voiture, entre les deux rives.",
    )  # fmt: skip
    make_estimate(project, Decimal(13_100_000), reason="Fondations plus profondes que prévu.")
    milestone = make_milestone(project, current_on=date(2027, 11, 1))
    MilestoneRevision.objects.create(
        milestone=milestone, before_on=date(2027, 3, 1), after_on=date(2027, 11, 1),
        reason="Pollution trouvée dans le sol.", author=steward, revised_at=NOW,
    )  # fmt: skip
    zone, feed = make_zone(name="Rive-Haute"), make_feed()
    ProjectZone.objects.create(project=project, zone=zone, origin="INTERSECTION")
    values = {date(2025 + m // 12, m % 12 + 1, 1): 100.0 + 3 * m for m in range(22)}
    make_observations(feed, zone, values)
    make_target(project=project, indicator=feed.indicator, zone=zone)
    make_target(project=project, zone=zone)
    for _ in range(3):
        make_project(lead=steward.organisation, state="SUSPENDED")
    return project


@pytest.fixture
def run(project) -> Run:
    now = timezone.now()
    run = make_run(
        make_feed(watermark_at=now - timedelta(days=400)), state="PARTIAL", received=1210,
        accepted=1200, quarantined=2, unchanged=8, finished_at=now, started_at=now,
        answer_sha256="a" * 64, attempts=1,
    )  # fmt: skip
    make_run(run.feed, state="FAILED", error_code="UNREACHABLE", finished_at=now, due_at=now)
    for number, reason in enumerate(["NOT_A_NUMBER", "UNKNOWN_ZONE"], start=1):
        row = {"commune": "V0004", "date": "2026-04", "valeur": "n.d."}
        Quarantine.objects.create(
            run=run, row_number=number, field="valeur", reason=reason, row=row
        )
    return run


@pytest.fixture
def signed_in(visit, client, steward, settings):
    """`signed_in(window)` opens a tab in which the steward has already signed in."""

    def start(window: dict[str, int], **options):
        client.force_login(steward)
        tab = visit(window, **options)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": tab.base}
        tab.page.context.add_cookies([cookie])
        return tab

    return start


def screens(run: Run) -> dict[str, str]:
    return {
        "accueil": "/pilotage/",
        "projets": "/pilotage/projets/",
        "projet": "/pilotage/projets/P-100/",
        "modifier": "/pilotage/projets/P-100/modifier/",
        "donnees": "/pilotage/donnees/",
        "collectes": "/pilotage/donnees/collectes/",
        "collecte": f"/pilotage/donnees/collectes/{run.pk}/",
        "documents": "/pilotage/documents/",
        "composants": "/pilotage/composants/",
    }


@pytest.mark.parametrize("width", WINDOWS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_screen_is_accessible_and_fits_its_window(signed_in, run, width, dark):
    tab = signed_in(WINDOWS[width], dark=dark)
    wrong = []
    for name, path in screens(run).items():
        assert tab.open(path) == 200
        tab.page.wait_for_load_state("networkidle")
        if not dark:
            tab.picture(f"pilotage-{name}-{width}")
        wrong += [f"{path}: {violation}" for violation in tab.accessibility()]
        wrong += [f"{path}: {tab.overflow()} px too wide"] if tab.overflow() > 0 else []
    assert wrong == []


def test_no_screen_is_wider_than_the_narrowest_window(signed_in, run):
    tab = signed_in(NARROWEST)
    for path in screens(run).values():
        tab.open(path)
        tab.page.wait_for_load_state("networkidle")
        assert tab.overflow() <= 0, path


@pytest.mark.parametrize("width", WINDOWS)
def test_the_sign_in_page_is_accessible_and_leads_home(visit, steward, width):
    tab = visit(WINDOWS[width])
    tab.open("/pilotage/")
    tab.picture(f"pilotage-connexion-{width}")
    assert tab.accessibility() == []
    tab.page.fill("input[name=username]", "claire")
    tab.page.fill("input[name=password]", PASSWORD)
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url(f"{tab.base}/pilotage/")


def test_home_loads_the_evidence_of_my_projects(signed_in, project):
    tab = signed_in(DESKTOP)
    tab.open("/pilotage/")
    expect(tab.page.locator("[hx-get] table tbody tr")).not_to_have_count(0)


def test_a_change_sent_twice_from_two_tabs_is_stopped_with_a_reason(signed_in, project):
    first, second = signed_in(DESKTOP), signed_in(DESKTOP)
    for tab in (first, second):
        tab.open("/pilotage/projets/P-100/modifier/")
        tab.page.fill("[name=reason]", "Point mensuel")
    first.page.fill("[name=name_en]", "Quay bridge")
    first.page.locator("main button[type=submit]").click()
    first.page.wait_for_url("**/projets/P-100/#facts")
    second.page.fill("[name=name_en]", "Other")
    second.page.locator("main button[type=submit]").click()
    expect(second.page.locator("#errors")).to_be_visible()
    second.complaints.clear()  # the browser reports the 422 that is wanted here
    second.picture("pilotage-perime-1280")
    project.refresh_from_db()
    assert project.name_en == "Quay bridge"


@pytest.mark.parametrize("window", WINDOWS)
def test_a_block_is_changed_in_place(signed_in, project, window):
    tab = signed_in(WINDOWS[window])
    tab.open("/pilotage/projets/P-100/")
    block = tab.page.locator("#block-facts")
    block.get_by_role("link", name="Modifier").click()
    block.locator("[name=name_en]").fill("Quay bridge")
    block.locator("button[type=submit]").click()
    expect(block.locator("#errors")).to_be_visible()  # the reason is missing
    tab.complaints.clear()  # the browser reports the 422 that is wanted here
    assert tab.accessibility() == []
    assert tab.overflow() == 0
    tab.picture(f"pilotage-sur-place-{window}")
    block.locator("[name=reason]").fill("Point mensuel")
    block.locator("button[type=submit]").click()
    expect(tab.page.locator(".toast")).to_be_visible()
    expect(block.get_by_role("link", name="Modifier")).to_be_visible()
    assert tab.page.url.endswith("/projets/P-100/")
    project.refresh_from_db()
    assert project.name_en == "Quay bridge"


def test_a_sheet_is_asked_for_made_and_taken(signed_in, project, monkeypatch):
    tab = signed_in(DESKTOP)
    tab.open("/pilotage/projets/P-100/")
    tab.page.locator("form[action*='/documents/fiche/'] button").click()
    tab.page.wait_for_url("**/documents/*/")
    documents.produce(document_id=Document.objects.get().pk, now=timezone.now())
    link = tab.page.locator("#progress a, .job a").first
    expect(link).to_be_visible()
    tab.picture("pilotage-document-1280")
    with tab.page.expect_download() as taken:
        link.click()
    assert taken.value.suggested_filename == "project-sheet-P-100-fr.pdf"
