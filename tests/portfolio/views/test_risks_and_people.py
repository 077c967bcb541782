"""Risks, stakeholders and organisations on their screens: who reads, who changes, what is kept."""

import pytest
from django.urls import reverse

from portfolio.models import Organisation, Risk, Stakeholder
from tests.factories.portfolio import (
    make_organisation,
    make_programme,
    make_project,
    make_risk,
    make_stakeholder,
    make_user,
    make_zone,
)
from tests.portfolio.views.test_documents import make_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(client):
    manager = make_user()
    client.force_login(manager)
    return make_project(code="P-1", manager=manager)


def send(client, project, name, *arguments, **fields):
    project.refresh_from_db()
    data = {"seen_at": project.updated_at.isoformat(), "reason": "Revue"} | fields
    return client.post(reverse(f"portfolio:{name}", args=[project.code, *arguments]), data)


RISK = {"title": "Sol pollué", "category": "ENVIRONMENT", "probability": "3", "severity": "4",
        "response": "REDUCE", "action": "Sonder", "status": "OPEN"}  # fmt: skip


def test_no_level_is_chosen_for_a_new_risk(client, project):
    """A risk that nobody judged does not pass for a small one."""
    address = reverse("portfolio:risk-add", args=["P-1"])
    form = client.get(address).context["form"]
    assert [form.fields[name].choices[0][0] for name in ("probability", "severity")] == ["", ""]
    unsaid = {name: value for name, value in RISK.items() if name != "severity"}
    assert send(client, project, "risk-add", **unsaid).status_code == 422


def test_a_risk_is_entered_changed_taken_off_and_brought_back(client, project):
    assert send(client, project, "risk-add", **RISK).status_code == 302
    risk = Risk.objects.get()
    page = client.get("/en/pilotage/projets/P-1/").content.decode()
    assert f'href="#risk-{risk.pk}"' in page
    assert "critical (12)" in " ".join(page.split())
    answer = send(client, project, "risk-edit", risk.pk, **(RISK | {"severity": "1"}))
    assert answer.status_code == 302
    history = client.get(f"/en/pilotage/projets/P-1/risques/{risk.pk}/").content.decode()
    assert "4 – major" in history
    assert "Revue" in history
    for taken_off in (True, False):
        assert send(client, project, "risk-move", risk.pk).status_code == 302
        risk.refresh_from_db()
        assert bool(risk.withdrawn_at) == taken_off
    wrong = send(client, project, "risk-edit", risk.pk, **(RISK | {"action": ""}))
    assert wrong.status_code == 422


def test_the_list_of_risks_is_filtered_by_its_address(client, project):
    make_risk(project, 4, 4, title="Sol pollué")
    make_risk(make_project(), 1, 1, title="Retard de livraison")
    page = client.get("/en/pilotage/risques/?level=12").content.decode()
    assert "Sol pollué" in page
    assert "Retard de livraison" not in page
    assert "1 risk" in page
    assert client.get("/pilotage/risques/?level=x&lead=%00&page=-3&q=%25").status_code == 200


def test_a_programme_holds_the_risks_of_all_that_is_below_it(client, project):
    top = make_programme(code="engagement")
    policy = make_programme(code="mobilites", parent=top)
    bikes = make_programme(code="velo", parent=policy)
    make_risk(make_project(programme=bikes), title="Sol pollué")
    for code in ("engagement", "mobilites", "velo"):
        found = client.get(f"/pilotage/risques/?programme={code}").context["page"].object_list
        assert [risk.title for risk in found] == ["Sol pollué"]


def test_the_list_of_risks_asks_a_constant_number_of_questions(
    client, project, django_assert_max_num_queries
):
    lead = make_organisation()
    for _ in range(30):
        make_risk(make_project(lead=lead), owner=make_user())
    with django_assert_max_num_queries(10):
        assert client.get("/pilotage/risques/").status_code == 200


def test_somebody_is_entered_changed_taken_off_and_brought_back(client, project):
    part = {"role": "DESIGNER", "person": "Léa Martin", "email": "lea@exemple.fr"}
    assert send(client, project, "part-add", **part).status_code == 302
    entered = Stakeholder.objects.get()
    assert "Léa Martin" in client.get("/pilotage/projets/P-1/").content.decode()
    answer = send(client, project, "part-edit", entered.pk, **(part | {"job": "Architecte"}))
    assert answer.status_code == 302
    for taken_off in (True, False):
        assert send(client, project, "part-move", entered.pk).status_code == 302
        entered.refresh_from_db()
        assert bool(entered.withdrawn_at) == taken_off
    assert send(client, project, "part-add", role="OWNER").status_code == 422


def test_a_record_of_another_project_is_not_there(client, project):
    other = make_project()
    risk, part = make_risk(other), make_stakeholder(other)
    for name, pk in (("risk-edit", risk.pk), ("risk-move", risk.pk), ("part-edit", part.pk),
                     ("part-move", part.pk)):  # fmt: skip
        assert send(client, project, name, pk).status_code == 404
    assert client.get(reverse("portfolio:risk", args=["P-1", risk.pk])).status_code == 404


# ---------------------------------------------------------------- rights


@pytest.mark.parametrize("reader", ["agent", "colleague", "manager", "administrator"])
@pytest.mark.parametrize("visibility", ["PUBLIC", "DRAFT"])
def test_a_part_of_the_record_is_changed_by_those_who_may(client, reader, visibility):
    department = make_organisation()
    people = {
        "agent": make_user(), "colleague": make_user(organisation=department),
        "manager": make_user(), "administrator": make_user(is_superuser=True),
    }  # fmt: skip
    project = make_project(code="P-9", manager=people["manager"], lead=department,
                           visibility=visibility)  # fmt: skip
    zone = make_zone()
    project.project_zones.create(zone=zone, origin="MANUAL")
    risk, part, document = make_risk(project), make_stakeholder(project), make_document(project)
    client.force_login(people[reader])
    forms = [("place-edit",), ("zone-add",), ("zone-remove", zone.pk), ("risk-add",),
             ("risk-edit", risk.pk), ("risk-move", risk.pk), ("part-add",), ("part-edit", part.pk),
             ("part-move", part.pk), ("document-add",), ("document-edit", document.pk),
             ("document-replace", document.pk), ("document-move", document.pk)]  # fmt: skip
    expected = 404 if reader == "agent" else 200
    for name, *arguments in forms:
        address = reverse(f"portfolio:{name}", args=["P-9", *arguments])
        assert client.get(address).status_code == expected, name
        if expected == 404:
            assert client.post(address, {"reason": "x"}).status_code == 404, name
    seen = reader != "agent" or visibility == "PUBLIC"
    page = client.get(reverse("portfolio:risk", args=["P-9", risk.pk]))
    assert page.status_code == (200 if seen else 404)
    assert (risk.title in client.get("/pilotage/risques/").content.decode()) == seen
    of_partner = reverse("portfolio:organisation", args=[part.organisation.code])
    assert (project.name in client.get(of_partner).content.decode()) == seen


def test_an_organisation_is_changed_by_administrators_alone(client):
    made = make_organisation(code="eau", kind="PARTNER")
    addresses = [reverse("portfolio:organisation-add"),
                 reverse("portfolio:organisation-edit", args=["eau"])]  # fmt: skip
    client.force_login(make_user(is_staff=True))
    for address in addresses:
        assert client.get(address).status_code == 404
        assert client.post(address, {}).status_code == 404
    client.force_login(make_user(is_superuser=True))
    fields = {"name_fr": "Régie", "kind": "PARTNER", "siret": "732 829 320 00074", "reason": "x"}
    assert client.post(addresses[1], fields).status_code == 302
    made.refresh_from_db()
    assert (made.name_fr, made.siret) == ("Régie", "73282932000074")
    assert client.post(addresses[0], fields | {"code": "ajouter"}).status_code == 302
    assert client.get("/pilotage/organisations/ajouter/").status_code == 200
    wrong = client.post(addresses[0], fields | {"code": "x", "siret": "73282932000075"})
    assert wrong.status_code == 422
    assert Organisation.objects.count() == 2


def test_nothing_of_people_or_risks_leaves_the_house(client):
    project = make_project(code="P-1", name_fr="Projet public")
    make_stakeholder(project, person="Léa Martin", email="lea@exemple.fr", phone="0102030405",
                     organisation=make_organisation(name_fr="Atelier"), is_public=True)  # fmt: skip
    make_risk(project, title="Sol pollué")
    addresses = ["/projets/P-1/", "/en/projects/P-1/", "/api/v1/projects/P-1/", "/api/v1/projects/",
                 "/projets/projets.csv", "/projets/projets.geojson"]  # fmt: skip
    agent = make_user()
    for user in (None, agent):
        if user:
            client.force_login(user)
            addresses += ["/pilotage/projets.csv"]
        for address in addresses:
            text = client.get(address).content.decode()
            for secret in ("Martin", "lea@", "0102030405", "Sol pollué"):
                assert secret not in text, address


def test_residents_read_the_organisations_and_their_role(client):
    make_stakeholder(make_project(code="P-1"), role="DESIGNER", is_public=True,
                     organisation=make_organisation(name_fr="Atelier des Quais"))  # fmt: skip
    page = client.get("/projets/P-1/").content.decode()
    assert "Atelier des Quais" in page
    data = client.get("/api/v1/projects/P-1/").json()["properties"]["stakeholders"]
    assert data[0]["role"] == "DESIGNER"
    assert data[0]["organisation"]["name_fr"] == "Atelier des Quais"


def test_the_api_lists_public_documents(client):
    project = make_project(code="P-1")
    document = make_document(project, is_public=True)
    make_document(project, "b", title="Note interne")
    (listed,) = client.get("/api/v1/projects/P-1/").json()["properties"]["documents"]
    assert listed["title_fr"] == "Étude"
    assert listed["url"].endswith(f"/fichiers/{document.pk}/")
    assert listed["sha256"] == document.sha256
