"""Who may read and change which project."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser

from portfolio.models import Project
from tests.factories.portfolio import make_estimate, make_organisation, make_project, make_user

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
