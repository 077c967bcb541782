"""The calendar of one project over HTTP: what each caller may see."""

from datetime import date

import pytest
from django.urls import reverse

from tests.factories.portfolio import (
    make_dependency,
    make_milestone,
    make_period,
    make_procedure,
    make_project,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    project = make_project(code="P-1")
    make_milestone(project, is_commissioning=True)
    make_period(project)
    make_procedure(project, is_public=True)
    make_procedure(project, "dup", is_public=False)
    make_dependency(project, make_project(code="P-2"))
    make_dependency(make_project(code="SECRET", visibility="DRAFT"), project)
    return project


def about(client, project):
    answer = client.get(reverse("api-project-detail", args=[project.code]))
    assert answer.status_code == 200
    assert b"SECRET" not in answer.content
    return answer.json()["properties"]


def test_without_an_account_what_is_public_alone(client, project):
    found = about(client, project)
    assert found["milestones"][0]["is_commissioning"] is True
    assert found["phase_periods"] == []
    assert [one["kind"]["code"] for one in found["procedures"]] == ["concertation"]
    assert found["dependencies"] == [{"way": "WAITS_FOR", "project": "P-2", "late_days": None}]


def test_an_agent_reads_all_but_the_names_they_may_not_see(client, project):
    client.force_login(make_user())
    found = about(client, project)
    assert found["phase_periods"][0]["phase"]["code"] == "travaux"
    assert found["phase_periods"][0]["original_ends_on"] == "2027-05-31"
    assert {one["kind"]["code"] for one in found["procedures"]} == {"concertation", "dup"}
    assert {"way": "WAITED_FOR_BY", "project": None, "late_days": None} in found["dependencies"]


def test_a_delay_that_follows_from_phases_is_for_agents(client, project):
    other = project.dependencies.get().other
    make_milestone(other, is_commissioning=True, current_on=date(2027, 3, 11), is_public=False)
    phase = project.phase
    phase.is_works = True
    phase.save()
    assert [one["late_days"] for one in about(client, project)["dependencies"]] == [None]
    client.force_login(make_user())
    assert 10 in [one["late_days"] for one in about(client, project)["dependencies"]]


def test_what_is_withdrawn_is_not_there(client, project):
    for records in (project.milestones, project.procedures, project.dependencies):
        records.update(withdrawn_at=project.created_at)
    found = about(client, project)
    assert (found["milestones"], found["procedures"], found["dependencies"]) == ([], [], [])
