"""Who may read, write and validate reviews, and see alerts: role × address × visibility."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from portfolio.analysis.periods import month_to_review
from portfolio.models import Alert, Review, StatusOverride
from tests.factories.portfolio import NOW, make_user
from tests.factories.reviews import make_alert, make_review
from tests.test_rights import CHANGES, READS, VISIBILITIES, _named, projects, role

__all__ = ["projects", "role"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def month():
    return month_to_review(timezone.localdate())


def expected(role, *, granted=200):
    return granted if role in CHANGES else 302 if role == "stranger" else 404


def test_a_review_is_written_by_those_who_may_change_the_project(client, role, projects, month):
    for project in projects.values():
        where = [project.code, month.year, month.month]
        page = reverse("portfolio:review-month", args=where)
        assert client.get(page).status_code == expected(role)
        said = {"sentence": "Oui.", "action": "submit"}
        for name in ("review-draft", "review-unchanged", "review-take-back"):
            if role in CHANGES:
                continue
            answer = client.post(reverse(f"portfolio:{name}", args=where), said)
            assert answer.status_code == expected(role), name
        assert client.post(page, said).status_code == expected(role, granted=302)
        assert project.reviews.exists() == (role in CHANGES)


def test_a_computed_status_is_overridden_by_those_who_may_change_the_project(
    client, role, projects
):
    for project in projects.values():
        word = StatusOverride.objects.create(
            project=project, axis="COST", status="AT_RISK", reason="Oui", set_at=NOW,
            expires_on=timezone.localdate(),
        )  # fmt: skip
        addresses = [
            reverse("portfolio:override", args=[project.code, "calendrier"]),
            reverse("portfolio:override-end", args=[project.code, word.pk]),
        ]
        for address in addresses:
            assert client.get(address).status_code == expected(role), address
            if role not in CHANGES:
                assert client.post(address, {"reason": "x"}).status_code == expected(role)


def test_the_block_is_read_by_those_who_may_read_the_project(client, role, projects):
    for visibility, project in projects.items():
        make_review(project, state="SUBMITTED")
        answer = client.get(reverse("portfolio:block", args=[project.code, "review"]))
        seen = visibility in READS[role]
        assert answer.status_code == (302 if role == "stranger" else 200 if seen else 404)
        fragment = client.get(reverse("indicators:project-status", args=[project.code]))
        assert fragment.status_code == answer.status_code


def test_reviews_are_validated_by_administrators_until_directors_are_named(client, role, projects):
    author = make_user()
    made = [make_review(p, state="SUBMITTED", submitted_by=author) for p in projects.values()]
    page = reverse("portfolio:validation")
    if role == "stranger":
        assert client.get(page).status_code == 302
    else:
        named = _named(client, page, projects)
        assert named == (VISIBILITIES if role == "administrator" else set())
    client.post(page, {"review": [review.pk for review in made], "validate": "1"})
    validated = Review.objects.filter(state="VALIDATED").count()
    assert validated == (len(made) if role == "administrator" else 0)


def test_alerts_are_seen_with_their_project_and_handled_by_those_who_may_change_it(
    client, role, projects
):
    for visibility, project in projects.items():
        alert = make_alert(project)
        seen = visibility in READS[role]
        part = client.get(reverse("portfolio:alert", args=[alert.pk]))
        assert part.status_code == (302 if role == "stranger" else 200 if seen else 404)
        handle = reverse("portfolio:alert-handle", args=[alert.pk])
        assert client.get(handle).status_code == expected(role)
        undo = reverse("portfolio:alert-undo", args=[alert.pk])
        for address in (handle, undo):
            answer = client.post(address, {"reason": "Vu"})
            assert answer.status_code == expected(role, granted=302), address
    assert not Alert.objects.exclude(handling="NONE").exists()


def test_the_list_of_alerts_names_what_its_reader_may_see(client, role, projects):
    for project in projects.values():
        make_alert(project)
    if role == "stranger":
        assert client.get("/pilotage/alertes/?scope=all").status_code == 302
        return
    assert _named(client, "/pilotage/alertes/?scope=all", projects) == READS[role]
    mine = VISIBILITIES if role == "manager" else set()
    assert _named(client, "/pilotage/alertes/", projects) == mine


def test_the_dashboard_names_what_its_reader_may_see(client, role, projects):
    """Drafts are not steered yet: nobody finds them there."""
    if role == "stranger":
        assert client.get("/pilotage/tableau-de-bord/?lead=tout").status_code == 302
        return
    named = _named(client, "/pilotage/tableau-de-bord/?lead=tout", projects)
    assert named == READS[role] - {"DRAFT"}
    part = client.get("/pilotage/donnees/effets-mesures/")
    assert part.context["coverage"].projects == len(READS[role] - {"DRAFT"})


def test_a_judgement_is_found_by_agents_alone(client, role, projects):
    for project in projects.values():
        make_review(project, date(2026, 5, 1), state="PUBLISHED", cost="TEMPEST")
    answer = client.get("/api/v1/projects/?meteo=TEMPEST")
    if role == "stranger":
        assert answer.status_code == 400
        return
    found = {f["properties"]["code"] for f in answer.json()["features"]}
    assert found == {f"RUE-{visibility}" for visibility in READS[role]}
