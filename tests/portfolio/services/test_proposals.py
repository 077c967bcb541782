"""What calls for a decision again proposes itself, once, and goes when its cause goes."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from portfolio.models import AgendaProposal, Alert
from portfolio.queries.proposals import sentence
from portfolio.services import decisions, proposals
from tests.factories.governance import condition, make_decision, make_meeting, what
from tests.factories.portfolio import NOW, make_estimate, make_project
from tests.factories.reviews import make_alert

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=400)


def states() -> list[tuple[str, str]]:
    return list(AgendaProposal.objects.order_by("pk").values_list("cause", "state"))


def test_a_condition_that_lapses_proposes_itself_once():
    decision = make_decision(make_project(), what(conditions=[condition("Obtenir l’accord")]))
    assert proposals.reconcile(at=NOW) == 0
    assert proposals.reconcile(at=LATER) == 1
    assert proposals.reconcile(at=LATER) == 0
    proposal = AgendaProposal.objects.get()
    told = sentence(proposal, today=LATER.date())
    assert "Obtenir l’accord" in told
    assert str(decision.number) in told


def test_what_no_longer_holds_goes_by_itself_and_comes_back():
    decision = make_decision(make_project(), what(conditions=[condition()]))
    proposals.reconcile(at=LATER)
    decisions.meet(condition=decision.conditions.get(), how="Obtenu", by=None, at=LATER)
    proposals.reconcile(at=LATER)
    assert states() == [("CONDITION", "GONE")]


def test_a_cost_beyond_what_the_last_decision_rested_on_proposes_itself():
    project = make_project(cost=Decimal(100))
    make_decision(project, snapshot={"cost": {"amount_eur": "100.00"}})
    assert proposals.reconcile(at=NOW) == 0
    make_estimate(project, Decimal(130), reason="Fondations")
    assert proposals.reconcile(at=NOW) == 1
    make_decision(project, what("RE_BASELINE"), snapshot={"cost": {"amount_eur": "130.00"}})
    proposals.reconcile(at=NOW)
    assert states() == [("OVERRUN", "GONE")]


def test_a_decision_that_rested_on_no_cost_compares_none():
    make_decision(make_project(cost=Decimal(100)), snapshot={})
    assert proposals.reconcile(at=NOW) == 0


@pytest.mark.parametrize(
    ("kind", "cause"),
    [("VERDICT_CHANGED", "VERDICT"), ("FORECAST_LOW", "FORECAST"), ("AP_EXCEEDED", "OVERRUN")],
)
def test_an_alert_about_the_evidence_or_the_money_proposes_itself(kind, cause):
    alert = make_alert(make_project(), kind=kind)
    make_alert(make_project(), kind="REVIEW_MISSING")
    assert proposals.reconcile(at=NOW) == 1
    assert states() == [(cause, "OPEN")]
    Alert.objects.filter(pk=alert.pk).update(closed_at=NOW)
    proposals.reconcile(at=NOW)
    Alert.objects.filter(pk=alert.pk).update(closed_at=None, times_opened=2)
    assert proposals.reconcile(at=NOW) == 1


def test_what_somebody_dealt_with_is_not_dealt_with_again():
    make_decision(make_project(), what(conditions=[condition()]))
    proposals.reconcile(at=LATER)
    proposal = AgendaProposal.objects.get()
    proposals.dismiss(proposal=proposal, reason="Sans objet", by=None, at=LATER)
    proposals.reconcile(at=LATER)
    with pytest.raises(ValidationError):
        proposals.accept(
            proposal=proposal, meeting=make_meeting(), question="?", reason="", by=None, at=LATER
        )
    assert states() == [("CONDITION", "DISMISSED")]


def test_a_proposal_accepted_twice_is_one_item():
    make_decision(make_project(), what(conditions=[condition()]))
    proposals.reconcile(at=LATER)
    proposal, meeting = AgendaProposal.objects.get(), make_meeting()
    given = {"meeting": meeting, "question": "?", "reason": "x" * 600, "by": None, "at": LATER}
    first = proposals.accept(proposal=proposal, **given)
    assert proposals.accept(proposal=proposal, **given).pk == first.pk
    assert meeting.items.count() == 1
