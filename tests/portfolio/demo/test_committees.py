"""The committee of the demonstration: two meetings held, one to come, what follows from them."""

import pytest

from portfolio.demo import accounts, committees, projects, reference
from portfolio.models import AgendaProposal, Committee, Decision, FollowUpAction, Meeting
from portfolio.services import audit

MODELS = (Committee, Meeting, Decision, FollowUpAction, AgendaProposal)


@pytest.fixture
def seeded(db, tmp_path):
    reference.seed()
    accounts.seed(tmp_path / "accounts.txt")
    projects.seed()
    return committees.seed()


def test_two_meetings_decided_and_one_is_to_come_and_seeding_twice_changes_nothing(seeded):
    assert seeded == Decision.objects.count() == 4
    assert sorted(Meeting.objects.values_list("state", flat=True)) == [
        "CLOSED",
        "CLOSED",
        "PLANNED",
    ]
    counts = [model.objects.count() for model in MODELS]
    assert committees.seed() == 0
    assert [model.objects.count() for model in MODELS] == counts
    assert audit.verify() == []


def test_a_condition_that_was_not_met_proposes_itself(seeded):
    causes = set(AgendaProposal.objects.values_list("cause", flat=True))
    assert "CONDITION" in causes


def test_decisions_rest_on_what_was_known_that_day(seeded):
    for decision in Decision.objects.exclude(project=None):
        cost = decision.rested_on["cost"]
        known = decision.project.cost_estimates.filter(recorded_at__lte=decision.decided_at)
        last = known.order_by("-version").first()
        assert (cost and cost["version"]) == (last and last.version)


def test_who_declared_an_interest_said_nothing(seeded):
    apart = Decision.objects.get(project__code="ecole-forges").sealed
    assert apart["apart"] == ["Pierre Vasseur"]
    assert "Pierre Vasseur" not in {one["name"] for one in apart["positions"]}
