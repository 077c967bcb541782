"""Committees, meetings and decisions for tests: through the services, as they come about."""

from datetime import date, timedelta
from itertools import count
from uuid import uuid4

from portfolio.models import AgendaItem, Committee, Decision, Meeting, User
from portfolio.services import agendas, committees, decisions, meetings, positions
from portfolio.services.agendas import ItemFields
from portfolio.services.committees import CommitteeFields, Seat
from portfolio.services.decisions import ActionGiven, ConditionGiven, Given
from tests.factories.portfolio import NOW, make_user

_numbers = count(1)
SEATED = date(2026, 1, 1)


def make_committee(*, members: int = 3, quorum: int = 2, chair: User | None = None) -> Committee:
    """With a chair and members who have a vote; the chair sits too."""
    chair = chair or make_user(first_name="Odile", last_name="Carrière", password=None)
    given = CommitteeFields("COPIL", f"Comité {next(_numbers)}", chair, quorum)
    committee = committees.create(given=given, by=None, reason="Créé", at=NOW)
    for person in [chair, *(make_user(password=None) for _ in range(members - 1))]:
        committees.seat(committee=committee, user=person, given=Seat(SEATED), by=None, reason="x")
    return committee


def make_meeting(committee: Committee | None = None, *, at=NOW) -> Meeting:
    return meetings.convene(
        committee=committee or make_committee(), starts_at=at, place="Salle du conseil", by=None,
        at=at,
    )  # fmt: skip


def people(meeting: Meeting) -> list[User]:
    return [member.user for member in meeting.committee.members.order_by("pk")]


def make_item(meeting: Meeting | None = None, project=None, **fields) -> AgendaItem:
    given = ItemFields(**{"question": "Engager les travaux ?", "project": project} | fields)
    if project is None and not given.subject:
        given = ItemFields(question=given.question, subject="Calendrier des travaux")
    return agendas.put(meeting=meeting or make_meeting(), given=given, by=None)


def opened(meeting: Meeting, *, absent: int = 0, at=NOW) -> Meeting:
    there = people(meeting)
    there = there[: len(there) - absent]
    return meetings.open_meeting(meeting=meeting, present=[u.pk for u in there], by=None, at=at)


def make_open_item(project=None, *, absent: int = 0, **committee) -> AgendaItem:
    """An item of a meeting that is open."""
    item = make_item(make_meeting(make_committee(**committee)), project)
    item.meeting = opened(item.meeting, absent=absent)
    return item


def say(item: AgendaItem, user: User, choice: str = "FOR", **given):
    return positions.say(item=item, user=user, choice=choice, **{"key": uuid4(), "at": NOW} | given)


def what(kind: str = "APPROVE", **fields) -> Given:
    words = {"text": "Les travaux sont engagés.", "reason": "Le coût tient dans l’enveloppe."}
    return Given(**{"kind": kind} | words | fields)


def later(days: int) -> date:
    return NOW.date() + timedelta(days=days)


def condition(text: str = "Obtenir la subvention", days: int = 90) -> ConditionGiven:
    return ConditionGiven(text, later(days))


def action(owner: User, text: str = "Lancer la consultation", days: int = 30) -> ActionGiven:
    return ActionGiven(text, owner, later(days))


def decide(item: AgendaItem, given: Given | None = None, **options) -> Decision:
    options = {"key": uuid4(), "snapshot": {}, "by": None, "at": NOW} | options
    return decisions.decide(item=item, given=given or what(), **options)


def make_decision(project=None, given: Given | None = None, **options) -> Decision:
    return decide(make_open_item(project), given, **options)
