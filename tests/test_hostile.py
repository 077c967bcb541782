"""Hostile input: addresses, parameters and texts that somebody made up to break something."""

import csv
import io
import json

import pytest
from django.db import IntegrityError, transaction

from portfolio.services import documents
from portfolio.services.documents import DocumentFacts, GivenFile
from tests.factories.indicators import make_target
from tests.factories.portfolio import (
    NOW,
    make_milestone,
    make_organisation,
    make_project,
    make_risk,
    make_stakeholder,
    make_user,
)
from tests.uploads import pdf

pytestmark = pytest.mark.django_db

NUL, LONG = "%00", "9" * 40
ADDRESSES = [
    f"/projets/{NUL}/", f"/projets/a{NUL}b/effets/1.csv", f"/projets/x/effets/{LONG}.csv",
    f"/pilotage/projets/{NUL}/", f"/pilotage/projets/a{NUL}/modifier/",
    f"/pilotage/donnees/effets/{NUL}/", f"/pilotage/donnees/collectes/{LONG}/",
    f"/pilotage/documents/{LONG}/", f"/pilotage/documents/{LONG}/fichier/",
    f"/pilotage/projets/{NUL}/historique/", f"/pilotage/projets/x/historique/{LONG}/restaurer/",
    f"/pilotage/programmes/{NUL}/", "/pilotage/programmes/nulle-part/modifier/",
    f"/api/v1/projects/{NUL}/", f"/api/v1/indicators/{NUL}/", f"/tuiles/{NUL}/0/0/0.pbf",
    f"/tuiles/projets/{LONG}/0/0.pbf", f"/tuiles/projets/0/{LONG}/0.pbf",
    f"/tuiles/projets/22/{2**22}/0.pbf",
    f"/fichiers/{LONG}/", f"/fichiers/{NUL}/", "/fichiers/-1/", "/fichiers/../settings.py/",
    f"/pilotage/projets/x/pieces/{LONG}/modifier/", f"/pilotage/organisations/{NUL}/",
    f"/pilotage/projets/x/risques/{LONG}/", f"/pilotage/projets/x/zones/{LONG}/retirer/",
    "/tuiles/projets/0/0/0.pbf%00", "/tuiles/portfolio_user/0/0/0.pbf",
]  # fmt: skip
LISTS = ["/projets/", "/projets/projets.csv", "/projets/projets.geojson", "/pilotage/projets/",
         "/pilotage/projets.csv", "/api/v1/projects/", "/tuiles/projets/0/0/0.pbf",
         "/pilotage/risques/", "/api/v1/targets/", "/api/v1/observations/", "/api/v1/indicators/"]  # fmt: skip
PARAMETERS = [
    f"q={NUL}", "q=%ED%A0%80", "q=%25%5C%27%22;--", f"q={'a+' * 2000}", "bbox=nan,nan,nan,nan",
    "bbox=-inf,-inf,inf,inf", "bbox=1,2,3", "bbox=0,0,1e-320,1e-320", "bbox=9e999,0,1,1",
    f"bbox={'1,' * 4000}", f"limit={LONG}", "limit=-1", f"offset={LONG}",
    f"offset={'0' * 12}{LONG}", f"offset={'0' * 5000}1", f"limit={'0' * 12}{LONG}", "limit=1_0",
    f"page={LONG}", f"page={NUL}", "page=-1", f"zone={NUL}", f"programme={NUL}", f"phase={NUL}",
    f"state={NUL}", f"project={NUL}", f"indicator={NUL}", "as_of=0001-01-01T00:00:00Z",
    "as_of=9999-12-31T23:59:59Z", "since=0001-01-01", f"au={NUL}", "au=0000-00-00", f"lead={NUL}",
    f"missing={NUL}", "until=9999-12-31", "since=x",
]  # fmt: skip


@pytest.fixture
def agent(client):
    client.force_login(make_user(is_superuser=True))
    return client


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_leads_nowhere_answers_404(agent, address):
    assert agent.get(address).status_code == 404


@pytest.mark.parametrize("address", LISTS)
def test_a_parameter_that_cannot_be_read_is_refused_or_ignored(agent, address):
    make_target(project=make_project())
    for parameter in PARAMETERS:
        status = agent.get(f"{address}?{parameter}").status_code
        assert status in {200, 400, 404}, parameter


FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "\n=1",
    " \t +1",
    "\N{NO-BREAK SPACE}=1",
]
EXPORTS = ["/projets/projets.csv", "/pilotage/projets.csv"]


@pytest.mark.parametrize("address", EXPORTS)
def test_no_cell_of_an_export_runs_in_a_spreadsheet(agent, address):
    for number, text in enumerate(FORMULAS):
        project = make_project(name_fr=f"{text}X{number}", name_en="")
        make_milestone(project, name_fr=text, name_en="")
    text = agent.get(address).content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text), delimiter=";" if ";" in text else ",")
             for cell in row]  # fmt: skip
    assert sum("X" in cell for cell in cells) >= len(FORMULAS)
    assert not [cell for cell in cells if cell.strip().startswith(("=", "+", "-", "@"))]


SCRIPT = "<script>alert(1)</script>\"'></title><img src=x onerror=alert(2)>{{ 7*7 }}"
PAGES = ["/", "/projets/", "/projets/?view=table", "/projets/X-1/", "/en/projects/X-1/",
         "/pilotage/", "/pilotage/projets/", "/pilotage/projets/X-1/",
         "/pilotage/projets/X-1/modifier/", "/pilotage/projets/X-1/lieu/", "/pilotage/risques/",
         "/pilotage/organisations/", "/pilotage/organisations/x-1/", "/pilotage/donnees/effets/X-1/", "/sitemap.xml"]  # fmt: skip


@pytest.mark.parametrize("address", PAGES)
def test_a_text_of_the_register_is_never_markup(agent, address):
    project = make_project(code="X-1", name_fr=SCRIPT, name_en=SCRIPT, summary_fr=SCRIPT,
                           summary_en=SCRIPT, address=SCRIPT)  # fmt: skip
    make_milestone(project, name_fr=SCRIPT, name_en=SCRIPT)
    make_risk(project, title=SCRIPT, cause=SCRIPT, action=SCRIPT)
    organisation = make_organisation(code="x-1", name_fr=SCRIPT)
    make_stakeholder(project, organisation=organisation, person=SCRIPT, is_public=True)
    facts = DocumentFacts(SCRIPT, "STUDY", is_public=True)
    documents.add(project=project, facts=facts, file=GivenFile(f"{SCRIPT}.pdf", pdf()), by=None,
                  reason=SCRIPT, at=NOW)  # fmt: skip
    make_target(project=project)
    page = agent.get(address, {"q": ""} if "?" not in address else None).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "</title><img" not in page
    assert " 49" not in page.split("onerror=alert(2)")[-1][:4]


@pytest.mark.parametrize("address", ["/projets/", "/pilotage/projets/"])
def test_what_somebody_searches_for_is_never_markup(agent, address):
    page = agent.get(address, {"q": SCRIPT, "zone": SCRIPT, "phase": SCRIPT, "page": SCRIPT})
    assert "<script>alert" not in page.content.decode()


@pytest.mark.parametrize(
    "fields", [{"source_url": "javascript:alert(1)"}, {"code": "a/../b"}, {"code": "a b"}]
)
def test_the_register_holds_no_link_that_runs_code_and_no_code_that_is_no_address(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_project(**fields)
    make_project(source_url="HTTPS://exemple.fr/p", code="a.b_c-1")


@pytest.mark.parametrize("address", [*EXPORTS, "/projets/projets.geojson", "/api/v1/projects/"])
def test_data_is_served_as_data(agent, address):
    make_project(name_fr=SCRIPT)
    response = agent.get(address)
    kind = response.headers["Content-Type"].split(";")[0]
    assert kind in {"text/csv", "application/geo+json", "application/json"}
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Security-Policy" in response.headers
    if kind != "text/csv":
        json.loads(response.content)


@pytest.mark.parametrize("claimed", ["60000001", "9" * 300])
def test_a_huge_claim_is_refused_before_it_is_read(agent, claimed):
    response = agent.post("/pilotage/projets/X-1/pieces/ajouter/", CONTENT_LENGTH=claimed)
    assert response.status_code == 413
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("claimed", ["", "-1", "x", "٣"])
def test_a_length_that_is_no_number_is_no_claim(agent, claimed):
    assert agent.get("/", CONTENT_LENGTH=claimed).status_code == 200
