"""Which facts are missing or stale, by rule, department and programme; unknown is not zero."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from portfolio.models import Project
from portfolio.queries import quality
from portfolio.queries.quality import RULES
from tests.factories.portfolio import (
    make_authorisation,
    make_credit,
    make_funding,
    make_milestone,
    make_organisation,
    make_programme,
    make_project,
    make_user,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 15)


@pytest.fixture
def whole():
    """A project that says everything."""
    project = make_project(
        summary_fr="Résumé", summary_en="Summary", programme=make_programme(),
        lead=make_organisation(), manager=make_user(),
    )  # fmt: skip
    make_milestone(project)
    make_authorisation(project)
    make_credit(project, 2025)
    make_credit(project, 2026)
    make_funding(project, requested_on=date(2026, 1, 1))
    return project


def missing(project):
    return {rule.code for rule in quality.completeness(project, TODAY).missing}


def change(project, **values):
    Project.objects.filter(pk=project.pk).update(**values)


def test_a_whole_record_misses_nothing(whole):
    found = quality.completeness(whole, TODAY)
    assert (found.known, found.applicable, found.missing) == (len(RULES), len(RULES), ())


BREAKS = {
    "summary_fr": lambda p: change(p, summary_fr=""),
    "summary_en": lambda p: change(p, summary_en=""),
    "phase": lambda p: change(p, phase=None),
    "programme": lambda p: change(p, programme=None),
    "department": lambda p: change(p, lead=None),
    "manager": lambda p: change(p, manager=None),
    "geometry": lambda p: change(p, geometry=None),
    "milestone": lambda p: p.milestones.update(actual_on=date(2026, 1, 1)),
    "overdue": lambda p: make_milestone(p, current_on=date(2026, 6, 14)),
    "estimate": lambda p: p.cost_estimates.all().delete(),
    "authorisation": lambda p: p.authorisations.all().delete(),
    "credits": lambda p: p.credits.filter(year=2026).delete(),
    "paid": lambda p: p.credits.filter(year=2025).update(paid_eur=None),
    "funding": lambda p: p.fundings.update(requested_on=date(2025, 6, 1)),
    "update": lambda p: change(p, updated_at=timezone.now() - timedelta(days=500)),
}


@pytest.mark.parametrize("code", [rule.code for rule in RULES])
def test_each_rule_finds_what_it_says(whole, code):
    BREAKS[code](whole)
    assert missing(whole) == {code}
    assert list(quality.lacking(Project.objects.all(), code, TODAY)) == [whole]


def test_a_year_in_which_nothing_was_paid_is_known(whole):
    whole.credits.filter(year=2025).update(paid_eur=Decimal(0), committed_eur=Decimal(0))
    assert missing(whole) == set()


def test_a_fact_that_does_not_apply_is_neither_known_nor_missing(whole):
    whole.fundings.all().delete()
    whole.credits.filter(year=2025).delete()
    found = quality.completeness(whole, TODAY)
    assert (found.applicable, found.missing) == (len(RULES) - 2, ())


def test_withdrawn_milestones_have_no_past_dates_to_answer_for(whole):
    whole.milestones.update(withdrawn_at=whole.created_at)
    found = quality.completeness(whole, TODAY)
    assert found.applicable == len(RULES) - 1
    assert {rule.code for rule in found.missing} == {"milestone"}


def test_a_project_in_its_last_phase_needs_no_milestone_ahead(whole):
    whole.milestones.update(actual_on=date(2026, 1, 1))
    change(whole, phase=whole.phase_set.phases.get(rank=3))
    assert missing(whole) == set()


def test_a_project_that_was_stopped_is_not_asked_for_anything(whole):
    change(whole, state="ABANDONED", summary_fr="")
    assert quality.board(Project.objects.all(), TODAY).whole.projects == 0
    assert not quality.lacking(Project.objects.all(), "summary_fr", TODAY).exists()


def test_the_board_counts_by_department_and_programme(whole):
    bare = make_project(lead=whole.lead)
    board = quality.board(Project.objects.all(), TODAY)
    assert board.whole.projects == 2
    (department,) = board.departments
    assert (department.code, department.projects) == (whole.lead.code, 2)
    assert [group.code for group in board.programmes] == [whole.programme.code, ""]
    counts = {count.rule.code: (count.missing, count.applicable) for count in board.whole.counts}
    assert counts["summary_fr"] == (1, 2)
    assert counts["funding"] == (0, 1)
    assert missing(bare) >= {"summary_fr", "programme", "manager", "credits", "authorisation"}


def test_the_board_asks_as_many_questions_whatever_it_counts(whole, django_assert_num_queries):
    for _ in range(5):
        make_project(lead=make_organisation(), programme=make_programme())
    with django_assert_num_queries(4):
        quality.board(Project.objects.all(), TODAY)
