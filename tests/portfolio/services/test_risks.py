"""Risks: entered, rated again, closed; each state stays in the history."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from portfolio.models import Risk
from portfolio.queries import changes
from portfolio.queries.risks import chosen_risks, risks_of
from portfolio.services import risks, withdrawal
from portfolio.services.risks import RiskFields
from tests.factories.portfolio import (
    NOW,
    make_organisation,
    make_programme,
    make_project,
    make_risk,
    make_user,
)

pytestmark = pytest.mark.django_db
SIGNED = {"by": None, "reason": "Revue des risques", "at": NOW}
TODAY = NOW.date()


def fields(**given) -> RiskFields:
    usual = {"title": "Sol pollué", "category": "ENVIRONMENT", "probability": 2, "severity": 4,
             "response": "REDUCE", "action": "Sonder"}  # fmt: skip
    return RiskFields(**(usual | given))


def test_a_risk_is_opened_today_and_closed_today_unless_said_otherwise():
    risk = risks.add(project=make_project(), given=fields(), **SIGNED)
    assert (risk.opened_on, risk.criticality, risk.level.name) == (TODAY, 8, "HIGH")
    closed = risks.change(risk=risk, given=fields(status="CLOSED"), **SIGNED)
    assert closed.closed_on == TODAY


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": " "}, "title"),
        ({"probability": 5}, "probability"),
        ({"severity": 0}, "severity"),
        ({"action": ""}, "action"),
        ({"opened_on": TODAY + timedelta(1)}, "opened_on"),
        ({"closed_on": TODAY}, "closed_on"),
        ({"status": "CLOSED", "closed_on": TODAY + timedelta(1)}, "closed_on"),
        ({"status": "CLOSED", "closed_on": date(2020, 1, 1)}, "closed_on"),
        ({"response": "IGNORE"}, "response"),
    ],
)
def test_what_cannot_be_is_told_by_field(given, field):
    with pytest.raises(ValidationError) as error:
        risks.add(project=make_project(), given=fields(**given), **SIGNED)
    assert list(error.value.message_dict) == [field]


def test_an_accepted_risk_needs_no_action():
    assert risks.add(project=make_project(), given=fields(response="ACCEPT", action=""), **SIGNED)


@pytest.mark.parametrize(
    "wrong",
    [{"title": ""}, {"probability": 5}, {"severity": 0}, {"action": ""}, {"status": "CLOSED"},
     {"closed_on": date(2026, 2, 1)}, {"status": "CLOSED", "closed_on": date(2020, 1, 1)}],
)  # fmt: skip
def test_the_database_refuses_it_too(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_risk(make_project(), **wrong)


def test_what_a_risk_was_stays_readable():
    project = make_project()
    risk = risks.add(project=project, given=fields(), **SIGNED)
    other = risks.add(project=project, given=fields(title="Autre"), **SIGNED)
    by = make_user(first_name="Nadia", last_name="Berthelin")
    risks.change(risk=risk, given=fields(probability=1), **(SIGNED | {"by": by}))
    risks.change(risk=risk, given=fields(probability=1), **SIGNED)
    latest, first = changes.of_record(risk)
    assert (latest.author, latest.reason) == ("Nadia Berthelin", "Revue des risques")
    assert [(f.before[0], f.after[0]) for f in latest.records[0].fields] == [("2", "1")]
    assert first.records[0].subject == "Sol pollué"
    assert len(changes.of_record(other)) == 1
    told = changes.of_project(project)
    subjects = {record.subject for change in told for record in change.records}
    assert subjects >= {"Sol pollué", "Autre"}


def test_the_matrix_numbers_the_risks_under_way_as_the_list_does():
    project = make_project()
    low, top = make_risk(project, 1, 1), make_risk(project, 4, 4, status="OCCURRED")
    closed = make_risk(project, status="CLOSED", closed_on=TODAY)
    gone = make_risk(project, 4, 3)
    withdrawal.withdraw(record=gone, **SIGNED)
    found = risks_of(project)
    assert [(item.number, item.risk) for item in found.under_way] == [(1, top), (2, low)]
    assert (found.closed, found.withdrawn) == ((closed,), (gone,))
    corner = found.matrix[0].cells[3]
    assert (corner.level.name, [item.number for item in corner.risks]) == ("CRITICAL", [1])
    assert [item.risk for item in found.matrix[3].cells[0].risks] == [low]


def test_risks_are_chosen_among_those_one_may_see():
    department, programme = make_organisation(), make_programme()
    seen = make_project(lead=department, programme=make_programme(parent=programme))
    top, low = make_risk(seen, 4, 4, title="Sol pollué"), make_risk(seen, 1, 1, category="COST")
    closed = make_risk(seen, status="CLOSED", closed_on=TODAY)
    other = make_risk(make_project(), 3, 3)
    make_risk(make_project(visibility="DRAFT"), 4, 4)
    user = make_user()

    def chosen(**wanted):
        return list(chosen_risks(user, wanted))

    assert chosen() == [top, other, low]
    assert chosen(lead=department) == [top, low]
    assert chosen(programme=programme) == [top, low]
    assert chosen(level="8") == [top, other]
    assert chosen(category="COST") == [low]
    assert chosen(status="CLOSED") == [closed]
    assert chosen(q="pollué") == [top]


def test_risks_are_never_for_a_stranger():
    from django.contrib.auth.models import AnonymousUser

    make_risk(make_project())
    assert not Risk.objects.visible_to(AnonymousUser()).exists()
