"""What a decision yielded: the frozen promise beside what is known later; unknown says why."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from indicators.analysis.progress import expected_on
from indicators.queries.yields import moments_of, yield_of
from portfolio.models import Decision, MilestoneRevision
from portfolio.queries.snapshots import snapshot
from portfolio.results import Unknown
from tests.factories.governance import make_decision
from tests.factories.indicators import make_feed, make_observations, make_target
from tests.factories.portfolio import (
    make_estimate,
    make_milestone,
    make_project,
    make_user,
    make_zone,
)

THEN = datetime(2024, 6, 1, 9, 0, tzinfo=UTC)
TODAY = date(2026, 9, 1)


@pytest.fixture
def project(db):
    project = make_project(cost=None)
    make_estimate(project, Decimal(100), recorded_at=THEN - timedelta(days=30))
    make_milestone(project, is_commissioning=True, original_on=date(2026, 1, 1),
                   current_on=date(2026, 1, 1))  # fmt: skip
    return project


@pytest.fixture
def target(project):
    feed = make_feed()
    months = [date(2024 + n // 12, n % 12 + 1, 1) for n in range(25)]
    zone = make_zone()
    make_observations(feed, zone, {day: 100.0 + rank for rank, day in enumerate(months)})
    return make_target(
        project=project, indicator=feed.indicator, zone=zone, baseline_value=100.0,
        baseline_on=date(2024, 6, 1), points={date(2026, 6, 1): 148.0},
    )  # fmt: skip


def decided(project) -> Decision:
    return make_decision(project, snapshot=snapshot(project, at=THEN), at=THEN)


def found(project):
    return yield_of(decided(project), project, today=TODAY)


def test_moments_are_the_anniversaries_and_today():
    moments = moments_of(date(2024, 2, 29), date(2026, 9, 1))
    assert [(one.years, one.on, one.is_past) for one in moments] == [
        (1, date(2025, 2, 28), True), (2, date(2026, 2, 28), True),
        (3, date(2027, 2, 28), False), (None, date(2026, 9, 1), True),
    ]  # fmt: skip


def test_the_cost_is_that_known_at_each_moment(project):
    make_estimate(project, Decimal(130), version=2, reason="x", recorded_at=THEN + timedelta(400))
    money = found(project).money
    assert money.cells[0][1] == Decimal(100)
    assert money.cells[1][1] == Decimal(130)
    assert money.cells[2][1] == Unknown("TOO_EARLY")
    assert money.cells[3][1] == Decimal(130)


def test_what_changes_afterwards_does_not_change_what_was_expected(project, target):
    decision = decided(project)
    make_estimate(project, Decimal(130), version=2, reason="x", recorded_at=THEN + timedelta(400))
    target.points.update(value=900.0)
    told = yield_of(decision, project, today=TODAY)
    assert told.money.then == Decimal(100)
    assert told.effects[0].cells[1].expected == pytest.approx(148.0)


def test_the_date_of_opening_is_that_announced_at_each_moment(project):
    milestone = project.milestones.get()
    MilestoneRevision.objects.create(
        milestone=milestone, before_on=date(2026, 1, 1), after_on=date(2027, 1, 1), reason="Crue",
        revised_at=THEN + timedelta(days=400),
    )  # fmt: skip
    opening = found(project).opening
    assert [on for _moment, on in opening.cells] == [
        date(2026, 1, 1), date(2027, 1, 1), Unknown("TOO_EARLY"), date(2027, 1, 1),
    ]  # fmt: skip


def test_an_effect_is_the_mean_of_the_year_that_ends_on_that_day(project, target):
    cells = found(project).effects[0].cells
    # June 2024 to May 2025 are the months 5 to 16 of a series that grows by one.
    assert cells[0].found == pytest.approx(110.5)
    assert cells[0].expected == pytest.approx(124.0, abs=0.1)
    assert cells[1].found == Unknown("NOT_MEASURED")
    assert cells[2].found == Unknown("TOO_EARLY")
    assert cells[3].found == pytest.approx(124.0)
    assert cells[3].expected is None


def test_a_decision_that_rested_on_nothing_says_so(client, project):
    decision = make_decision(project, at=THEN)
    told = yield_of(decision, project, today=TODAY)
    assert told.effects == ()
    assert told.money.then is None
    client.force_login(make_user())
    html = client.get(reverse("evidence:yield", args=[project.code, decision.pk])).content.decode()
    assert "Aucun effet" in html
    assert "0 €" not in html


def test_the_page_and_the_table_tell_each_figure_or_why_not(client, project, target):
    decision = decided(project)
    client.force_login(make_user())
    html = client.get(reverse("evidence:yield", args=[project.code, decision.pk])).content.decode()
    assert "1 an après" in html
    lines = client.get(reverse("evidence:yield-csv", args=[project.code, decision.pk]))
    rows = lines.content.decode("utf-8-sig").splitlines()
    assert len(rows) == 1 + 3 * 4
    assert any("TOO_EARLY" in row for row in rows)


def test_the_decision_of_another_project_is_not_reached_through_this_one(client, project):
    other = make_decision(make_project())
    client.force_login(make_user())
    address = reverse("evidence:yield", args=[project.code, other.pk])
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("day", "path", "expected"),
    [(date(2024, 1, 1), "LINEAR", 10), (date(2025, 1, 1), "LINEAR", 20),
     (date(2025, 1, 1), "STEP", 10), (date(2026, 1, 1), "STEP", 30),
     (date(2026, 1, 2), "LINEAR", None), (date(2023, 1, 1), "LINEAR", None)],
)  # fmt: skip
def test_the_path_expects_a_value_between_its_ends_alone(day, path, expected):
    points = [(date(2026, 1, 1), 30.0)]
    told = expected_on(day, baseline=10.0, baseline_on=date(2024, 1, 1), points=points, path=path)
    assert told == (None if expected is None else pytest.approx(expected, abs=0.05))
