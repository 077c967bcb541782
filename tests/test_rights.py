"""Who may see which project, on every address: generated from the list of addresses.

The three projects differ by their visibility alone. What one may not see answers 404, or is
absent from a list; below /pilotage/ a stranger is sent to the sign-in page.
"""

from datetime import date
from io import BytesIO

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from openpyxl import load_workbook
from wagtail.models import GroupPagePermission

from indicators.models import Target
from portfolio.models import MilestoneRevision, Organisation, Project, User
from publicsite.models import ProjectsPage, ProjectStoryPage
from reports.services import documents
from tests.factories.finance import make_derogation, make_running_cost
from tests.factories.indicators import make_target
from tests.factories.portfolio import (
    NOW,
    make_credit,
    make_funding,
    make_milestone,
    make_organisation,
    make_project,
    make_user,
)  # fmt: skip

pytestmark = pytest.mark.django_db

VISIBILITIES = {"PUBLIC", "INTERNAL", "DRAFT"}
READS = {
    "stranger": {"PUBLIC"},
    "agent": {"PUBLIC", "INTERNAL"},
    "staff": {"PUBLIC", "INTERNAL"},
    "colleague": VISIBILITIES,
    "manager": VISIBILITIES,
    "administrator": VISIBILITIES,
}
CHANGES = {"colleague", "manager", "administrator"}
TILE = "/tuiles/projets/0/0/0.pbf"

# What residents see is the same for everybody, whoever is signed in.
PUBLIC_PAGES = [
    "/projets/{code}/", "/en/projects/{code}/", "/projets/{code}/effets/{target}.csv",
    "/en/projects/{code}/effets/{target}.csv",
]  # fmt: skip
PUBLIC_LISTS = [
    "/", "/en/", "/projets/", "/en/projects/", "/projets/?view=table", "/projets/?q={code}",
    "/projets/projets.csv", "/projets/projets.geojson",
    "/en/projects/projets.csv", "/en/projects/projets.geojson", "/sitemap.xml",
]  # fmt: skip
PAGES = ["/api/v1/projects/{code}/"]
LISTS = ["/api/v1/projects/", "/api/v1/projects/?limit=500&q=Rue", "/api/v1/targets/", TILE,
         f"{TILE}?q=Rue"]  # fmt: skip
STEERING_PAGES = ["/pilotage/projets/{code}/", "/en/pilotage/projets/{code}/",
                  "/pilotage/donnees/effets/{code}/"]  # fmt: skip
STEERING_LISTS = ["/pilotage/projets/", "/pilotage/projets.csv", "/pilotage/projets.geojson",
                  "/pilotage/projets/?q=Rue"]  # fmt: skip
OWN_LISTS = ["/pilotage/", "/pilotage/donnees/effets/"]
EDITING = "/pilotage/projets/{code}/modifier/"


@pytest.fixture(params=READS)
def role(request, client) -> str:
    """Signs the client in as somebody of that role."""
    if request.param != "stranger":
        client.force_login(_people()[request.param])
    return request.param


def _people():
    department = make_organisation(code="voirie")
    staff = make_user(is_staff=True, organisation=make_organisation())
    staff.user_permissions.set(Permission.objects.filter(content_type__app_label="portfolio"))
    return {
        "agent": make_user(organisation=make_organisation()),
        "staff": staff,
        "colleague": make_user(organisation=department),
        "manager": make_user(username="cheffe"),
        "administrator": make_user(is_superuser=True, is_staff=True),
    }


@pytest.fixture
def projects(role):
    """Each with a late milestone and a target, so that every list has a reason to name it."""
    lead = Organisation.objects.filter(code="voirie").first()
    manager = User.objects.filter(username="cheffe").first()
    made = {}
    for visibility in sorted(VISIBILITIES):
        made[visibility] = make_project(
            code=f"RUE-{visibility}", name_fr=f"Rue {visibility}", name_en=f"Rue {visibility}",
            visibility=visibility, lead=lead, manager=manager,
        )  # fmt: skip
        milestone = make_milestone(
            made[visibility], name_fr=f"Ouverture de la Rue {visibility}",
            current_on=date(2020, 1, 1), original_on=date(2019, 1, 1),
        )  # fmt: skip
        MilestoneRevision.objects.create(
            milestone=milestone, before_on=date(2019, 1, 1), after_on=date(2020, 1, 1),
            reason="Retard", revised_at=NOW,
        )  # fmt: skip
        make_target(project=made[visibility])
    return made


def _status(client, address: str, project: Project) -> int:
    target = Target.objects.get(project=project)
    return client.get(address.format(code=project.code, target=target.pk)).status_code


def _named(client, address: str, projects) -> set[str]:
    """The visibilities of the projects that the answer names, by code or by name."""
    response = client.get(address.format(code="RUE"))
    assert response.status_code == 200, address
    body = response.content
    return {v for v in projects if f"RUE-{v}".encode() in body or f"Rue {v}".encode() in body}


@pytest.mark.parametrize("address", PUBLIC_PAGES)
def test_a_public_page_shows_public_projects_alone(client, role, projects, address):
    for visibility, project in projects.items():
        expected = 200 if visibility == "PUBLIC" else 404
        assert _status(client, address, project) == expected, visibility


@pytest.mark.parametrize("address", PUBLIC_LISTS)
def test_a_public_list_names_public_projects_alone(client, role, projects, address):
    assert _named(client, address, projects) == {"PUBLIC"}


@pytest.mark.parametrize("address", PAGES + STEERING_PAGES)
def test_a_page_answers_404_for_what_its_reader_may_not_see(client, role, projects, address):
    for visibility, project in projects.items():
        expected = 200 if visibility in READS[role] else 404
        if role == "stranger" and address in STEERING_PAGES:
            expected = 302
        assert _status(client, address, project) == expected, visibility


@pytest.mark.parametrize("address", LISTS)
def test_a_list_names_what_its_reader_may_see(client, role, projects, address):
    assert _named(client, address, projects) == READS[role]


@pytest.mark.parametrize("address", STEERING_LISTS + OWN_LISTS)
def test_a_steering_list_names_what_its_reader_may_see(client, role, projects, address):
    if role == "stranger":
        assert client.get(address).status_code == 302
        return
    own = VISIBILITIES if role in CHANGES else set()
    assert _named(client, address, projects) == (own if address in OWN_LISTS else READS[role])


def test_naming_a_hidden_project_is_the_same_error_as_naming_none(client, role, projects):
    for visibility, project in projects.items():
        response = client.get("/api/v1/targets/", {"project": project.code})
        assert response.status_code == (200 if visibility in READS[role] else 400), visibility


def test_the_form_of_a_project_opens_and_saves_for_those_who_may_change_it(client, role, projects):
    expected = 200 if role in CHANGES else 302 if role == "stranger" else 404
    for project in projects.values():
        address = EDITING.format(code=project.code)
        assert client.get(address).status_code == expected
        if expected != 200:
            assert client.post(address, {"name_fr": "x", "reason": "y"}).status_code == expected
            project.refresh_from_db()
            assert project.name_fr != "x"


def test_the_money_of_a_project_is_changed_by_those_who_may_change_it(client, role, projects):
    expected = 200 if role in CHANGES else 302 if role == "stranger" else 404
    for project in projects.values():
        line, running = make_funding(project), make_running_cost(project)
        derogation = make_derogation(project)
        make_credit(project, 2025)
        tails = ["credits/investissement/2026/", "autorisations/ajouter/", "financements/ajouter/",
                 f"financements/{line.pk}/", "estimations/ajouter/", "estimations/1/completer/",
                 "budget-vert/", "fonctionnement/ajouter/", f"fonctionnement/{running.pk}/",
                 f"fonctionnement/{running.pk}/retirer/", "chef-de-file/", "derogations/ajouter/",
                 f"derogations/{derogation.pk}/retirer/",
                 "credits/investissement/2025/reporter/"]  # fmt: skip
        for tail in tails:
            address = f"/pilotage/projets/{project.code}/{tail}"
            assert client.get(address).status_code == expected, address
            if expected != 200:
                assert client.post(address, {"reason": "y"}).status_code == expected, address


def test_the_investment_plan_counts_what_its_reader_may_see(client, role, projects):
    for project in projects.values():
        make_credit(project, 2026)
    for address in ("/pilotage/ppi/?from=2026", "/pilotage/ppi.csv"):
        response = client.get(address)
        assert response.status_code == (302 if role == "stranger" else 200)
    if role != "stranger":
        total = client.get("/pilotage/ppi/?from=2026").context["ppi"].totals.total
        assert total.projects == len(READS[role])


def test_the_lines_behind_the_plan_are_those_that_their_reader_may_see(client, role, projects):
    for project in projects.values():
        make_credit(project, 2025)
    addresses = ["/pilotage/ppi/investissement/2025/", "/pilotage/reports-de-credits/?year=2025"]
    for address in addresses:
        if role == "stranger":
            assert client.get(address).status_code == 302
        else:
            assert _named(client, address, projects) == READS[role], address
    file = client.get("/pilotage/ppi.xlsx")
    if role != "stranger":
        lines = load_workbook(BytesIO(file.content)).worksheets[1]
        named = {cell.value for cell in lines["A"][1:]}
        assert named == {f"RUE-{visibility}" for visibility in READS[role]}


def test_the_figures_of_the_law_are_changed_by_administrators(client, role, db):
    expected = {"stranger": 302, "administrator": 200}.get(role, 404)
    for address in ("/pilotage/parametres/ajouter/", "/pilotage/parametres/index/ajouter/"):
        assert client.get(address).status_code == expected
    listed = client.get("/pilotage/parametres/")
    assert listed.status_code == (302 if role == "stranger" else 200)


def test_a_sheet_is_asked_for_by_those_who_may_read_the_project(client, role, projects):
    for visibility, project in projects.items():
        response = client.post(reverse("reports:project-sheet", args=[project.code]))
        seen = role == "stranger" or visibility in READS[role]
        assert response.status_code == (302 if seen else 404), visibility
    assert role != "stranger" or not documents.Document.objects.exists()


def test_a_document_is_for_whoever_asked_for_it(client, role, projects):
    document = documents.ask(
        name="project-sheet", arguments={"project": "RUE-DRAFT"}, language="fr",
        by=make_user(is_superuser=True),
        at=NOW,
    )  # fmt: skip
    expected = {"stranger": 302, "administrator": 200}.get(role, 404)
    for name in ("document", "progress"):
        address = reverse(f"reports:{name}", args=[document.pk])
        assert client.get(address).status_code == expected
    file = client.get(reverse("reports:download", args=[document.pk]))
    assert file.status_code == (302 if role == "stranger" else 404)  # not made yet


def test_support_staff_read_what_their_account_may_see(client, role, projects):
    if role not in {"staff", "administrator"}:
        assert client.get("/admin/portfolio/project/").status_code == 302
        return
    assert _named(client, "/admin/portfolio/project/", projects) == READS[role]
    assert _named(client, "/admin/portfolio/milestonerevision/", projects) == READS[role]
    for visibility, project in projects.items():
        response = client.get(f"/admin/portfolio/project/{project.pk}/change/")
        assert response.status_code == (200 if visibility in READS[role] else 302), visibility


# ---------------------------------------------------------------- editors


@pytest.fixture
def editor(role):
    """Somebody who writes stories, whatever they may read of the register."""
    page = ProjectsPage.objects.get(slug="projets")
    editors = Group.objects.create(name="rédaction")
    editors.permissions.set(Permission.objects.filter(codename="access_admin"))
    for codename in ("add_page", "change_page", "publish_page"):
        permission = Permission.objects.get(
            codename=codename, content_type__app_label="wagtailcore"
        )
        GroupPagePermission.objects.create(group=editors, page=page, permission=permission)
    for person in User.objects.all():
        person.groups.add(editors)
    return page


def _story(page, project, *, live):
    story = ProjectStoryPage(title="Histoire", slug=f"histoire-{project.pk}", project=project,
                             live=live)  # fmt: skip
    return page.add_child(instance=story)


def test_a_preview_shows_a_project_to_those_who_may_read_it(client, role, projects, editor):
    for visibility, project in projects.items():
        story = _story(editor, project, live=False)
        response = client.get(f"/cms/pages/{story.pk}/view_draft/")
        expected = 200 if visibility in READS[role] else 404
        assert response.status_code == (302 if role == "stranger" else expected), visibility


def test_an_editor_chooses_among_the_projects_they_may_read(client, role, projects, editor):
    address = f"/cms/pages/add/publicsite/projectstorypage/{editor.pk}/"
    if role == "stranger":
        assert client.get(address).status_code == 302
        return
    assert _named(client, address, projects) == READS[role]


def test_the_address_of_a_story_leads_to_public_projects_alone(client, role, projects, editor):
    for visibility, project in projects.items():
        story = _story(editor, project, live=True)
        response = client.get(f"/projets/{story.slug}/")
        assert response.status_code == (302 if visibility == "PUBLIC" else 404), visibility
