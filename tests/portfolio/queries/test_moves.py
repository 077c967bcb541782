"""What moved since a project was announced, without the slips that were taken back at once."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from portfolio.models import MilestoneRevision
from portfolio.queries.moves import moves_of
from tests.factories.portfolio import NOW, make_estimate, make_milestone, make_project

pytestmark = pytest.mark.django_db
FIRST, LATER = date(2027, 3, 1), date(2027, 11, 1)


def revise(milestone, before, after, at):
    return MilestoneRevision.objects.create(
        milestone=milestone, before_on=before, after_on=after, reason="Crue", revised_at=at
    )


def moves(project, **options):
    return moves_of(project, estimates=project.cost_estimates.order_by("version"), **options)


def test_costs_and_dates_are_told_latest_first():
    project = make_project(cost=Decimal(10))
    make_estimate(project, Decimal(12), reason="Sondages")
    revise(make_milestone(project), FIRST, LATER, NOW - timedelta(days=900))
    cost, opening = moves(project)
    assert (cost.subject, cost.before_eur, cost.after_eur) == ("", 10, 12)
    assert (opening.before_on, opening.after_on, opening.reason) == (FIRST, LATER, "Crue")


@pytest.mark.parametrize(("hours", "told"), [(1, 0), (48, 2)])
def test_a_move_taken_back_within_a_day_is_no_news(hours, told):
    project = make_project()
    milestone = make_milestone(project)
    revise(milestone, FIRST, LATER, NOW)
    revise(milestone, LATER, FIRST, NOW + timedelta(hours=hours))
    assert len(moves(project)) == told


def test_residents_are_told_of_public_milestones_only():
    project = make_project()
    revise(make_milestone(project, is_public=False), FIRST, LATER, NOW)
    assert len(moves(project)) == 1
    assert moves(project, public_only=True) == ()
