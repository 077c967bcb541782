from datetime import date

import pytest
from django.core.exceptions import ValidationError

from portfolio.models import Project
from portfolio.services import projects
from portfolio.services.projects import ProjectFields
from tests.factories.portfolio import NOW, make_phase_set, make_project, make_user

pytestmark = pytest.mark.django_db
WHY = {"reason": "Revue mensuelle", "at": NOW}


def fields(**given) -> ProjectFields:
    return ProjectFields(
        **({"code": "P-1", "name_fr": "Place neuve", "phase_set": make_phase_set()} | given)
    )


def create(**given) -> Project:
    return projects.create(fields=fields(**given), by=None, **WHY)


def test_a_project_is_created_with_its_author_and_reason_in_the_history():
    author = make_user()
    project = projects.create(fields=fields(), by=author, **WHY)
    event = project.events.get()
    assert event.pgh_label == "insert"
    assert event.pgh_context.metadata == {"user": author.pk, "reason": "Revue mensuelle"}
    assert (project.created_at, project.updated_at) == (NOW, NOW)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name_fr": ""}, "name_fr"),
        ({"code": "a code"}, "code"),
        ({"state": "SLEEPING"}, "state"),
        ({"starts_on": date(2026, 2, 1), "ends_on": date(2026, 1, 1)}, "ends_on"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_stored(given, field):
    with pytest.raises(ValidationError) as refusal:
        create(**given)
    assert list(refusal.value.message_dict) == [field]
    assert not Project.objects.exists()


def test_a_code_is_taken_once():
    create()
    with pytest.raises(ValidationError) as refusal:
        create()
    assert "code" in refusal.value.message_dict


def test_a_phase_of_another_set_is_refused():
    other = make_phase_set("batiment").phases.get(rank=1)
    with pytest.raises(ValidationError) as refusal:
        create(phase=other)
    assert "phase" in refusal.value.message_dict


def test_an_update_stores_the_change_its_author_and_its_instant():
    project = make_project()
    author = make_user()
    later = NOW.replace(day=2)
    projects.update(
        project=project, changes={"name_fr": "Autre nom"}, by=author, reason="Vote", at=later
    )
    project.refresh_from_db()
    assert (project.name_fr, project.updated_at) == ("Autre nom", later)
    event = project.events.latest("pgh_id")
    assert event.pgh_context.metadata == {"user": author.pk, "reason": "Vote"}


def test_an_update_that_changes_nothing_records_nothing():
    project = make_project()
    before = project.events.count()
    projects.update(
        project=project,
        changes={"name_fr": project.name_fr, "geometry": project.geometry},
        by=None,
        reason="Rien",
        at=NOW.replace(day=3),
    )
    assert project.events.count() == before
    project.refresh_from_db()
    assert project.updated_at == NOW


@pytest.mark.parametrize("name", ["code", "created_at", "pk", "unknown"])
def test_only_editable_fields_may_be_changed(name):
    with pytest.raises(ValidationError) as refusal:
        projects.update(project=make_project(), changes={name: 1}, by=None, **WHY)
    assert list(refusal.value.message_dict) == [name]


def test_a_refused_update_leaves_the_record_as_it_was():
    project = make_project(starts_on=date(2026, 1, 1))
    with pytest.raises(ValidationError):
        projects.update(
            project=project,
            changes={"name_fr": "Autre", "ends_on": date(2025, 1, 1)},
            by=None,
            **WHY,
        )
    project.refresh_from_db()
    assert project.name_fr != "Autre"


def test_a_project_without_phase_set_is_refused():
    project = make_project()
    with pytest.raises(ValidationError) as refusal:
        projects.update(project=project, changes={"phase_set": None, "phase": None}, by=None, **WHY)
    assert "phase_set" in refusal.value.message_dict
