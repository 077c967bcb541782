"""The calendar of the demonstration: plausible, complete, entered once."""

from datetime import timedelta

import pytest

from portfolio.demo import accounts, calendar, projects, reference
from portfolio.models import Dependency, Milestone, PhasePeriod, Procedure, Project
from portfolio.queries.calendar import calendar_of
from portfolio.queries.dependencies import links_of
from tests.factories.portfolio import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def seeded(tmp_path):
    reference.seed()
    accounts.seed(tmp_path / "accounts.txt")
    projects.seed()
    return calendar.seed()


def test_most_projects_have_a_calendar_and_a_second_seed_adds_nothing(seeded):
    assert seeded > 50
    counts = [model.objects.count() for model in (PhasePeriod, Procedure, Dependency)]
    assert counts[0] > 200
    assert counts[1] > 12
    assert counts[2] == len(calendar.description()["dependencies"])
    assert calendar.seed() == 0
    assert [model.objects.count() for model in (PhasePeriod, Procedure, Dependency)] == counts


def test_some_are_late_with_a_reason_and_some_hold(seeded):
    late = Milestone.objects.filter(is_commissioning=True)
    moved = [one for one in late if (one.actual_on or one.current_on) > one.original_on]
    assert 5 < len(moved) < late.count()
    assert PhasePeriod.objects.filter(revisions__isnull=False).exists()
    today = calendar.TODAY
    for project in Project.objects.filter(state="ACTIVE"):
        for line in calendar_of(project, today=today).phases:
            if line.period and line.period.actual_ends_on:
                assert line.period.actual_ends_on <= today


def test_phases_follow_each_other_but_for_the_overlaps_that_are_wanted(seeded):
    overlapping = set()
    for project in Project.objects.all():
        for finding in calendar_of(project, today=calendar.TODAY).findings:
            assert finding.code == "OVERLAP", (project.code, finding)
            overlapping.add(project.code)
    assert overlapping == set(calendar.description()["early"])


def test_a_dependency_is_late_and_one_is_on_a_project_that_agents_do_not_see(seeded):
    reader = make_user()
    links = [links_of(one, reader=reader) for one in Project.objects.all()]
    assert any(found.has_late for found in links)
    assert any(link.other is None for found in links for link in found.waits_for)


def test_spans_are_whole_and_in_order():
    for entry in projects.entries():
        if entry["kind"] == "etude" or not entry.get("ends"):
            continue
        for announced in (True, False):
            found = calendar.spans(entry, entry["kind"], announced=announced)
            assert all(one.ends_on - one.starts_on >= timedelta(0) for one in found.values())
