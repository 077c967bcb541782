"""Who may read and change which project."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser

from portfolio.models import Milestone, Project
from portfolio.queries.attention import late_milestones
from portfolio.queries.projects import next_milestones
from publicsite.queries.facts import project_facts
from tests.factories.portfolio import (
    make_estimate,
    make_milestone,
    make_organisation,
    make_project,
    make_user,
)  # fmt: skip

pytestmark = pytest.mark.django_db


def test_residents_read_public_projects_only():
    public = make_project()
    make_project(visibility="INTERNAL")
    make_project(visibility="DRAFT")

    assert list(Project.objects.visible_to(AnonymousUser())) == [public]


def test_agents_read_internal_projects_but_not_the_drafts_of_others():
    internal = make_project(visibility="INTERNAL")
    make_project(visibility="DRAFT", lead=make_organisation())

    assert list(Project.objects.visible_to(make_user())) == [internal]


def test_a_draft_is_read_by_its_manager_its_department_and_administrators():
    department = make_organisation()
    manager = make_user()
    draft = make_project(visibility="DRAFT", lead=department, manager=manager)

    for reader in (manager, make_user(organisation=department), make_user(is_superuser=True)):
        assert list(Project.objects.visible_to(reader)) == [draft]


def test_an_agent_without_department_sees_no_draft_without_department():
    make_project(visibility="DRAFT", lead=None, manager=None)

    assert not Project.objects.visible_to(make_user(organisation=None)).exists()


def test_reading_is_not_changing():
    project = make_project(lead=make_organisation())

    assert not Project.objects.editable_by(make_user()).exists()
    assert not Project.objects.editable_by(AnonymousUser()).exists()
    assert list(Project.objects.editable_by(make_user(organisation=project.lead))) == [project]


def test_the_original_cost_stays_beside_the_current_one():
    project = make_project(cost=Decimal(100))
    make_estimate(project, Decimal(138))
    unknown = make_project(cost=None)

    found = {p: (p.original_cost_eur, p.current_cost_eur) for p in Project.objects.with_costs()}

    assert found == {project: (Decimal(100), Decimal(138)), unknown: (None, None)}


def test_a_step_before_one_that_is_done_is_behind_even_without_its_date():
    project, other = make_project(), make_project()
    days = [date(2020, month, 1) for month in (1, 2, 3)]
    _before, done, after = (make_milestone(project, current_on=day) for day in days)
    Milestone.objects.filter(pk=done.pk).update(actual_on=days[1])
    elsewhere = make_milestone(other, current_on=days[0])

    assert set(Milestone.objects.ahead()) == {after, elsewhere}
    assert next_milestones([project.pk])[project.pk].current_on == days[2]
    assert [late.current_on for late in late_milestones(Project.objects.filter(pk=project.pk),
                                                        date(2026, 1, 1))] == [days[2]]  # fmt: skip
    assert project_facts(project, today=date(2026, 1, 1)).next_milestone.current_on == days[2]
