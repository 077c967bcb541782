"""The demonstration can be read as of a day of its story."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from portfolio import moments
from portfolio.demo import history
from portfolio.models import Project
from portfolio.queries import as_of
from portfolio.services import projects, schedule
from portfolio.services.history import recorded
from tests.factories.portfolio import make_authorisation, make_credit, make_project

pytestmark = pytest.mark.django_db
THEN = timezone.make_aware(timezone.datetime(2025, 5, 1, 9))


def test_events_take_the_instant_of_the_story_once():
    with recorded(by=None, reason="Inscription"):
        project = make_project(name_fr="Pont", created_at=THEN, updated_at=THEN, cost=None)
        schedule.plan_milestone(project=project, code="ouverture", name_fr="Ouverture",
                                on=date(2027, 1, 1), by=None, reason="x", at=THEN)  # fmt: skip
        make_credit(project, 2025, recorded_at=THEN)
        make_authorisation(project, recorded_at=THEN)
    history.date_back()
    projects.update(project=project, changes={"name_fr": "Passerelle"}, by=None, reason="x",
                    at=timezone.now())  # fmt: skip
    history.date_back()
    found = as_of.record(project, moments.end_of(date(2025, 5, 1)))
    assert found.project.name_fr == "Pont"
    assert (len(found.milestones), len(found.credits), len(found.acts)) == (1, 1, 1)
    assert as_of.record(project, THEN - timedelta(days=1)) is None
    assert as_of.record(project, timezone.now()).project.name_fr == "Passerelle"
    assert Project.objects.get().name_fr == "Passerelle"
