"""Who may see and change the calendar of which project; beside test_rights.py."""

import pytest
from django.urls import reverse
from icalendar import Calendar

from tests.factories.portfolio import (
    NOW,
    make_dependency,
    make_milestone,
    make_period,
    make_phase_set,
    make_procedure,
    make_project,
)
from tests.test_rights import CHANGES, READS, VISIBILITIES, projects, role  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db


def _forms(project) -> list[str]:
    """Every address that changes the calendar of a project."""
    milestone, period = make_milestone(project), make_period(project)
    procedure = make_procedure(project)
    dependency = make_dependency(project, make_project(name_fr="Autre", name_en="Other"))
    given = {
        "milestone-add": [], "milestone-move": [milestone.pk], "milestone-complete": [milestone.pk],
        "milestone-correct": [milestone.pk], "milestone-withdraw": [milestone.pk],
        "phase-choose": [], "phases-plan": [], "phase-edit": [period.phase_id],
        "phase-withdraw": [period.pk], "procedure-add": [], "procedure-edit": [procedure.pk],
        "procedure-withdraw": [procedure.pk], "dependency-add": [],
        "dependency-withdraw": [dependency.pk],
    }  # fmt: skip
    return [reverse(f"portfolio:{name}", args=[project.code, *a]) for name, a in given.items()]


def test_a_calendar_is_changed_by_those_who_may_change_the_project(client, role, projects):  # noqa: F811
    expected = 200 if role in CHANGES else 302 if role == "stranger" else 404
    for project in projects.values():
        before = project.updated_at
        for address in _forms(project):
            assert client.get(address).status_code == expected, address
            if expected != 200:
                assert client.post(address, {"reason": "y"}).status_code == expected, address
        project.refresh_from_db()
        assert project.updated_at == before


def test_the_records_of_another_project_are_not_reached_through_mine(client, role, projects):  # noqa: F811
    if role not in CHANGES:
        return
    mine, other = projects["PUBLIC"], projects["INTERNAL"]
    records = {
        "milestone-move": make_milestone(other), "phase-withdraw": make_period(other),
        "procedure-edit": make_procedure(other),
        "dependency-withdraw": make_dependency(other, make_project()),
    }  # fmt: skip
    for name, record in records.items():
        address = reverse(f"portfolio:{name}", args=[mine.code, record.pk])
        assert client.get(address).status_code == 404, name


def test_calendars_and_agendas_name_what_their_reader_may_see(client, role, projects):  # noqa: F811
    for address in (reverse("portfolio:calendar"), reverse("portfolio:calendar-ics")):
        response = client.get(address)
        if role == "stranger":
            assert response.status_code == 302
            continue
        named = {v for v in VISIBILITIES if f"Rue {v}".encode() in response.content}
        assert named == READS[role], address
    for visibility, project in projects.items():
        response = client.get(reverse("portfolio:project-ics", args=[project.code]))
        expected = 200 if visibility in READS[role] else 404
        assert response.status_code == (302 if role == "stranger" else expected)
        if response.status_code == 200:
            assert Calendar.from_ical(response.content).walk("VEVENT")


def test_a_hidden_project_has_no_name_in_what_depends_on_it(client, role, projects):  # noqa: F811
    if role == "stranger":
        return
    open_one = make_project(name_fr="Quai", name_en="Quay")
    make_dependency(open_one, projects["DRAFT"])
    for name in ("project", "block"):
        arguments = [open_one.code] + (["dependencies"] if name == "block" else [])
        response = client.get(reverse(f"portfolio:{name}", args=arguments))
        seen = b"Rue DRAFT" in response.content or b"RUE-DRAFT" in response.content
        assert seen == ("DRAFT" in READS[role]), name


def test_the_sets_of_phases_are_for_administrators(client, role):  # noqa: F811
    phase_set = make_phase_set("libre")
    phase = phase_set.phases.first()
    addresses = [
        reverse("portfolio:phase-sets"), reverse("portfolio:phase-set-add"),
        reverse("portfolio:phase-set-edit", args=[phase_set.pk]),
        reverse("portfolio:phase-set-withdraw", args=[phase_set.pk]),
        reverse("portfolio:phase-add", args=[phase_set.pk]),
        reverse("portfolio:phase-correct", args=[phase.pk]),
    ]  # fmt: skip
    expected = {"administrator": 200, "stranger": 302}.get(role, 404)
    for address in addresses:
        assert client.get(address).status_code == expected, address
        if expected != 200:
            assert client.post(address, {"reason": "y"}).status_code == expected, address


def test_an_administrator_adds_a_set_and_its_phases(client, role):  # noqa: F811
    if role != "administrator":
        return
    given = {"code": "parc", "name_fr": "Parc", "reason": "Nouveau type"}
    assert client.post(reverse("portfolio:phase-set-add"), given).status_code == 302
    made = make_phase_set("parc")
    address = reverse("portfolio:phase-add", args=[made.pk])
    for code in ("plantation", "ouverture"):
        sent = {"code": code, "name_fr": code.title(), "reason": "Nouveau type"}
        assert client.post(address, sent).status_code == 302
    assert [one.rank for one in made.phases.order_by("rank")] == [1, 2]
    project = make_project(phase_set=made, phase=made.phases.first(), updated_at=NOW)
    withdraw = reverse("portfolio:phase-set-withdraw", args=[project.phase_set_id])
    refused = client.post(withdraw, {"reason": "Ménage"})
    assert refused.status_code == 422
    assert "reason" in refused.context["form"].errors
