"""The computed status of many projects, and the word that stands before it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from portfolio.queries.health import healths, moneys
from portfolio.queries.money import money_of, parameters_on
from portfolio.queries.money_checks import findings
from portfolio.services import overrides
from tests.factories.portfolio import (
    NOW,
    make_authorisation,
    make_credit,
    make_estimate,
    make_funding,
    make_milestone,
    make_project,
    make_user,
)  # fmt: skip

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 1)


def health(project):
    return healths([project.pk], today=TODAY)[project.pk]


def test_a_milestone_past_its_date_and_a_grown_cost_are_off_track():
    project = make_project(cost=Decimal(100))
    make_estimate(project, Decimal(150))
    make_milestone(project, original_on=date(2026, 5, 1), current_on=date(2026, 5, 1))
    found = health(project)
    assert (found.schedule.code, found.cost.code, found.code) == (
        "OFF_TRACK", "OFF_TRACK", "OFF_TRACK",
    )  # fmt: skip
    assert "31" in found.schedule.sentence
    assert "50" in found.cost.sentence


def test_what_nobody_entered_is_unknown():
    found = health(make_project(cost=None))
    assert (found.schedule.code, found.cost.code) == ("UNKNOWN", "UNKNOWN")


def test_an_override_stands_before_the_computed_status_until_its_day():
    project = make_project()
    make_milestone(project, original_on=date(2026, 5, 1), current_on=date(2026, 5, 1))
    overrides.override(
        project=project, axis="SCHEDULE", status="ON_TRACK", reason="Ouvert hier",
        expires_on=date(2026, 7, 1), by=make_user(), at=NOW,
    )  # fmt: skip
    found = health(project).schedule
    assert (found.code, found.computed_code) == ("ON_TRACK", "OFF_TRACK")
    later = healths([project.pk], today=date(2026, 7, 2))[project.pk].schedule
    assert (later.code, later.override) == ("OFF_TRACK", None)


def test_the_money_of_many_is_the_money_of_each():
    projects = [make_project() for _ in range(3)]
    for project in projects[:2]:
        make_authorisation(project)
        make_credit(project, 2025)
        make_credit(project, 2026, section="OPERATING")
        make_funding(project)
    parameters = parameters_on(TODAY)
    found = moneys([project.pk for project in projects], today=TODAY)
    for project in projects:
        one = money_of(project, today=TODAY, parameters=parameters)
        assert figures(found[project.pk]) == figures(one)
        assert codes(found[project.pk], parameters) == codes(one, parameters)
        assert len(found[project.pk].plan.fundings) == len(one.plan.fundings)


def figures(money):
    sections = [
        (
            s.section,
            s.label,
            s.ceiling,
            s.lines,
            [r.execution for r in s.rows],
            s.totals,
            s.remaining,
        )
        for s in money.sections
    ]
    return sections, replace(money.plan, fundings=())


def codes(money, parameters):
    return [f.code for f in findings(money, today=TODAY, parameters=parameters)]


def test_the_number_of_queries_does_not_depend_on_the_projects(
    django_assert_num_queries, django_assert_max_num_queries
):
    def fill(count):
        made = [make_project() for _ in range(count)]
        for project in made:
            make_credit(project, 2026)
            make_milestone(project)
            make_funding(project)
        return [project.pk for project in made]

    few, many = fill(1), fill(7)
    with django_assert_max_num_queries(12) as captured:
        healths(few, today=TODAY)
    with django_assert_num_queries(len(captured.captured_queries)):
        healths(many, today=TODAY)
