"""Evaluations read again as of an instant: what has been withdrawn or locked since is as it was."""

from datetime import timedelta

import pytest

from indicators.queries.evaluations import project_evaluations, published
from indicators.queries.matrix import evidence_matrix
from indicators.services import evaluations
from portfolio.models import Project
from tests.factories.evaluations import BEFORE, NOW, make_plan, make_result
from tests.factories.portfolio import make_project, make_user

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=30)


@pytest.fixture
def withdrawn(db):
    """Locked and computed, then withdrawn a month later."""
    plan = make_plan(make_project(visibility="PUBLIC"), locked=True)
    make_result(plan)
    return evaluations.withdraw(evaluation=plan, by=None, reason="Capteur déplacé.", at=LATER)


def test_what_was_published_before_it_was_withdrawn_is_read_again(withdrawn):
    assert published(withdrawn.project) == []
    assert published(withdrawn.project, as_of=LATER) == []
    (then,) = published(withdrawn.project, as_of=NOW)
    assert (then.plan, then.plan.withdrawn_at) == (withdrawn, None)


def test_the_matrix_of_then_holds_what_has_been_withdrawn_since(withdrawn):
    only = Project.objects.filter(pk=withdrawn.project_id)
    assert evidence_matrix(only, today=LATER.date()).cells == []
    ((_project, cell),) = evidence_matrix(only, today=NOW.date(), as_of=NOW).cells
    assert cell.verdict == "TOO_EARLY"


def test_a_project_of_then_shows_no_plan_that_was_not_locked_yet(withdrawn):
    reader = make_user(is_superuser=True)
    (now,) = project_evaluations(withdrawn.project, reader)
    assert now.plan.withdrawn_at == LATER
    (then,) = project_evaluations(withdrawn.project, reader, as_of=NOW)
    assert then.plan.withdrawn_at is None
    before = BEFORE - timedelta(days=1)
    assert project_evaluations(withdrawn.project, reader, as_of=before) == []
