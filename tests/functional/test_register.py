"""Risks, people, documents and organisations in a real browser: accessible, fitting, usable."""

from datetime import date

import pytest
from playwright.sync_api import expect

from portfolio.models import Project, ProjectDocument, Risk, User
from portfolio.services import documents
from portfolio.services.documents import DocumentFacts, GivenFile
from tests.factories.portfolio import (
    NOW,
    make_organisation,
    make_project,
    make_risk,
    make_stakeholder,
    make_user,
)
from tests.functional.conftest import DESKTOP, NARROWEST, PHONE
from tests.uploads import pdf

WINDOWS = {"390": PHONE, "1280": DESKTOP}
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
SIGNED = {"by": None, "reason": "Versé au dossier", "at": NOW}


@pytest.fixture
def administrator(transactional_db) -> User:
    return make_user(username="cheffe", first_name="Nadia", last_name="Berthelin",
                     is_superuser=True)  # fmt: skip


@pytest.fixture
def project(administrator) -> Project:
    top = make_organisation(code="dgs", name_fr="Direction générale des services")
    lead = make_organisation(code="mobilites", name_fr="Direction des mobilités", parent=top)
    designer = make_organisation(code="atelier", name_fr="Atelier des Quais, architectes",
                                 kind="PARTNER", siret="00001010100012")  # fmt: skip
    project = make_project(code="P-400", name_fr="Pont-quai des Mariniers", lead=lead,
                           manager=administrator)  # fmt: skip
    _risks(project, administrator)
    make_stakeholder(project, organisation=lead, role="OWNER", is_public=True)
    make_stakeholder(project, organisation=designer, role="DESIGNER", person="Léa Marsaud",
                     job="Architecte mandataire", email="lea.marsaud@atelier-des-quais.example",
                     phone="05 00 00 10 10", since_on=date(2022, 3, 1))  # fmt: skip
    make_stakeholder(project, person="Yann Kervella", until_on=date(2024, 1, 1))
    _documents(project)
    return project


def _risks(project: Project, owner: User) -> None:
    make_risk(project, 3, 4, title="Crue de l’Ombre pendant le battage des pieux", owner=owner,
              due_on=date(2026, 3, 1), category="SAFETY")  # fmt: skip
    make_risk(project, 4, 2, title="Pollution du sol sous la culée est", status="OCCURRED")
    make_risk(project, 1, 2, response="ACCEPT", action="")
    make_risk(project, status="CLOSED", closed_on=date(2026, 4, 1))


def _documents(project: Project) -> None:
    facts = DocumentFacts("Bilan de la concertation préalable", "CONSULTATION",
                          dated_on=date(2023, 5, 4), is_public=True)  # fmt: skip
    first = documents.add(project=project, facts=facts, file=GivenFile("b.pdf", pdf()), **SIGNED)
    documents.replace(document=first, facts=facts, file=GivenFile("b.pdf", pdf("b")), **SIGNED)
    gone = documents.add(project=project, facts=DocumentFacts("Note", "OTHER"),
                         file=GivenFile("n.txt", b"Note"), **SIGNED)  # fmt: skip
    documents.withdraw(document=gone, **SIGNED)


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


def screens() -> dict[str, str]:
    risk, document = Risk.objects.order_by("pk").first(), ProjectDocument.objects.current().get()
    own = "/pilotage/projets/P-400"
    return {
        "projet": f"{own}/",
        "risque": f"{own}/risques/{risk.pk}/",
        "risque-modifier": f"{own}/risques/{risk.pk}/modifier/",
        "risques": "/pilotage/risques/",
        "risques-vide": "/pilotage/risques/?q=rien",
        "acteur": f"{own}/acteurs/ajouter/",
        "document": f"{own}/pieces/ajouter/",
        "document-retirer": f"{own}/pieces/{document.pk}/retirer/",
        "organisations": "/pilotage/organisations/",
        "organisation": "/pilotage/organisations/mobilites/",
        "organisation-modifier": "/pilotage/organisations/atelier/modifier/",
        "public": "/projets/P-400/",
        "projet-en": f"/en{own}/",
    }


@pytest.mark.parametrize("width", WINDOWS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_screen_of_the_register_is_accessible_and_fits(signed_in, project, width, dark):
    tab = signed_in(WINDOWS[width], dark=dark)
    wrong = []
    for name, path in screens().items():
        assert tab.open(path) == 200
        tab.page.wait_for_load_state("networkidle")
        if not dark:
            tab.picture(f"registre-{name}-{width}")
        wrong += [f"{path}: {violation}" for violation in tab.accessibility()]
        wrong += [f"{path}: {tab.overflow()} px too wide"] if tab.overflow() > 0 else []
        wrong += [f"{path}: cut off: {text}" for text in tab.clipped()]
    assert wrong == []


def test_no_screen_of_the_register_is_wider_than_the_narrowest_window(signed_in, project):
    tab = signed_in(NARROWEST)
    for path in screens().values():
        tab.open(path)
        assert tab.overflow() <= 0, path


def test_a_risk_is_entered_in_place_by_keyboard(signed_in, project):
    tab = signed_in(PHONE)
    tab.open("/pilotage/projets/P-400/")
    block = tab.page.locator("#block-risks")
    block.locator("a[hx-get$='/risques/ajouter/']").press("Enter")
    expect(block.locator("h2")).to_be_focused()  # the form takes the focus once it stands
    block.locator("[name=title]").press_sequentially("Lot infructueux")
    block.locator("[name=probability]").press_sequentially("2")
    expect(block.locator("[name=probability]")).to_have_value("2")
    block.locator("[name=severity]").press_sequentially("3")
    expect(block.locator("[name=severity]")).to_have_value("3")
    block.locator("[name=action]").press_sequentially("Allotissement revu")
    block.locator("[name=reason]").press_sequentially("Comité technique")
    block.locator("button[type=submit]").press("Enter")
    expect(block).to_contain_text("Lot infructueux")
    assert tab.accessibility() == []
    assert Risk.objects.get(title="Lot infructueux").probability == 2


def test_a_document_is_sent_in_place_and_taken(signed_in, project):
    tab = signed_in(DESKTOP)
    tab.open("/pilotage/projets/P-400/")
    block = tab.page.locator("#block-documents")
    block.locator("a[hx-get$='/pieces/ajouter/']").click()
    sent = {"name": "étude.pdf", "mimeType": "application/pdf", "buffer": pdf("étude")}
    block.locator("[name=file]").set_input_files(sent)
    block.locator("[name=title_fr]").fill("Étude de circulation")
    block.locator("[name=kind]").select_option("STUDY")
    block.locator("[name=reason]").fill("Rendu du bureau d’études")
    block.locator("button[type=submit]").click()
    link = block.get_by_role("link", name="Étude de circulation", exact=True)
    expect(link).to_be_visible()
    with tab.page.expect_download() as taken:
        link.click()
    assert taken.value.suggested_filename == "étude.pdf"


def test_a_wrong_file_is_told_in_place(signed_in, project):
    tab = signed_in(PHONE)
    tab.open("/pilotage/projets/P-400/")
    block = tab.page.locator("#block-documents")
    block.locator("a[hx-get$='/pieces/ajouter/']").click()
    page = {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": b"<html></html>"}
    block.locator("[name=file]").set_input_files(page)
    block.locator("[name=title_fr]").fill("Plan")
    block.locator("[name=reason]").fill("Versement")
    block.locator("button[type=submit]").click()
    expect(block.locator("#errors")).to_be_visible()
    tab.complaints.clear()  # the browser reports the 422 that is wanted here
    assert tab.accessibility() == []
    tab.picture("registre-mauvais-fichier-390")
