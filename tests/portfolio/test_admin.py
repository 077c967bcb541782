import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from portfolio.models import CostEstimate, Milestone, Organisation, Project, User, Zone
from tests.factories.portfolio import (
    make_milestone,
    make_organisation,
    make_project,
    make_user,
    make_zone,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def support(client):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    return client


def address(model, action: str, *arguments) -> str:
    return reverse(f"admin:portfolio_{model._meta.model_name}_{action}", args=arguments)


@pytest.mark.parametrize("model", [Project, Zone, Organisation, User])
def test_support_staff_finds_the_tables(support, model):
    make_project()
    make_zone()
    assert support.get(address(model, "changelist")).status_code == 200


def test_nobody_else_enters(client):
    client.force_login(make_user())
    assert client.get(address(Project, "changelist")).status_code == 302


def test_the_record_is_shown_and_cannot_be_changed(support):
    project = make_project()
    make_milestone(project)
    assert support.get(address(Project, "change", project.pk)).status_code == 200
    answer = support.post(address(Project, "change", project.pk), {"name_fr": "Autre"})
    assert answer.status_code == 403
    assert support.get(address(Project, "add")).status_code == 403
    assert support.post(address(Project, "delete", project.pk)).status_code == 403
    assert not LogEntry.objects.exists()


def test_no_dated_or_priced_fact_has_a_form_of_its_own():
    assert not admin.site.is_registered(CostEstimate)
    assert not admin.site.is_registered(Milestone)


def test_a_department_can_be_corrected(support):
    organisation = make_organisation(code="dv")
    answer = support.post(
        address(Organisation, "change", organisation.pk),
        {"code": "dv", "name_fr": "Direction de la voirie", "kind": "DEPARTMENT"},
    )
    assert answer.status_code == 302
    organisation.refresh_from_db()
    assert organisation.name_fr == "Direction de la voirie"
