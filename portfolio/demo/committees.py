"""A steering committee: two meetings held, with their decisions, and one to come."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone

from portfolio.demo.files import read_yaml
from portfolio.models import AgendaItem, Committee, Decision, Meeting, Project, User
from portfolio.queries.snapshots import snapshot
from portfolio.services import agendas, committees, decisions, meetings, positions, proposals
from portfolio.services.agendas import ItemFields
from portfolio.services.committees import CommitteeFields, Seat
from portfolio.services.decisions import ActionGiven, ConditionGiven, Given

DATA = Path(__file__).parent / "data" / "committees.yml"
KEYS = uuid.UUID("6d1d4b1c-0f63-4c8e-9a55-7d3d2a6e7a10")  # forms of the demonstration
Entry = dict[str, Any]


@cache
def description() -> Entry:
    content: Entry = read_yaml(DATA)
    return content


def seed() -> int:
    """How many decisions were entered; none where the committee is there, or people or projects
    of its story are not. Part of the seed's transaction, after targets."""
    told = description()["committee"]
    if Committee.objects.filter(name_fr=told["name"][0]).exists() or not _all_there():
        return 0
    committee = _committee(told)
    before = Decision.objects.count()
    for entry in description()["meetings"]:
        _held(committee, entry)
    _coming(committee, description()["coming"])
    proposals.reconcile(at=timezone.now())
    return Decision.objects.count() - before


def _all_there() -> bool:
    people = {one["username"] for one in description()["members"]}
    codes = {one["project"] for meeting in description()["meetings"] for one in meeting["items"]}
    found = User.objects.filter(username__in=people).count()
    return found == len(people) and Project.objects.filter(code__in=codes).count() == len(codes)


def _user(username: str) -> User:
    return User.objects.get(username=username)


def _committee(told: Entry) -> Committee:
    at = datetime.combine(told["since"], time(9), tzinfo=UTC)
    given = CommitteeFields(
        kind=told["kind"], name_fr=told["name"][0], name_en=told["name"][1],
        chair=_user(told["chair"]), secretary=_user(told["secretary"]), quorum=told["quorum"],
    )  # fmt: skip
    committee = committees.create(given=given, by=None, reason="Délibération du conseil", at=at)
    for member in description()["members"]:
        seat = Seat(told["since"], votes=member["votes"], capacity=member["capacity"])
        committees.seat(
            committee=committee, user=_user(member["username"]), given=seat, by=None,
            reason="Arrêté de composition",
        )  # fmt: skip
    return committee


def _held(committee: Committee, entry: Entry) -> None:
    at = timezone.make_aware(datetime.fromisoformat(str(entry["at"])))
    meeting = meetings.convene(
        committee=committee, starts_at=at, place=entry["place"], by=None, at=at - timedelta(14)
    )
    items = [(_item(meeting, one), one) for one in entry["items"]]
    meetings.open_meeting(
        meeting=meeting, by=None, at=at,
        present=[_user(name).pk for name in entry["present"]],
        excused=[_user(name).pk for name in entry.get("excused", ())],
    )  # fmt: skip
    for minute, (item, one) in enumerate(items, start=1):
        _decided(item, one, at + timedelta(minutes=20 * minute))
    meetings.close(meeting=meeting, by=None, at=at + timedelta(hours=2))


def _item(meeting: Meeting, one: Entry) -> AgendaItem:
    project = Project.objects.get(code=one["project"]) if "project" in one else None
    given = ItemFields(
        question=one["question"], project=project, subject=one.get("subject", ""),
        reason=one.get("reason", ""), minutes=one["minutes"],
    )  # fmt: skip
    return agendas.put(meeting=meeting, given=given, by=None)


def _decided(item: AgendaItem, one: Entry, at: datetime) -> None:
    if interest := one.get("interest"):
        assert item.project is not None
        committees.declare_interest(
            user=_user(interest["username"]), project=item.project, reason=interest["reason"],
            by=None, at=at,
        )  # fmt: skip
    for name, (choice, comment) in one.get("voices", {}).items():
        key = uuid.uuid5(KEYS, f"{item.pk}-{name}")
        positions.say(item=item, user=_user(name), choice=choice, comment=comment, key=key, at=at)
    if one.get("voices"):
        meetings.reveal(item=item, by=None, at=at)
    decision = decisions.decide(
        item=item, given=_given(one), snapshot=_known_then(item.project, at),
        key=uuid.uuid5(KEYS, f"{item.pk}"), by=None, at=at,
    )  # fmt: skip
    _followed(decision, one)


def _given(one: Entry) -> Given:
    conditions = [ConditionGiven(c["text"], c["due_on"]) for c in one.get("conditions", ())]
    actions = [
        ActionGiven(a["text"], _user(a["owner"]), a["due_on"]) for a in one.get("actions", ())
    ]
    return Given(one["decision"], one["text"], one["why"], conditions, actions)


def _known_then(project: Project | None, at: datetime) -> Entry:
    """The cost and the opening of that day; of the targets what was promised, without what was
    measured since."""
    told = snapshot(project, at=at)
    if project is None:
        return told
    known = project.cost_estimates.filter(recorded_at__lte=at).order_by("-version").first()
    told["cost"] = known and {
        "version": known.version,
        "amount_eur": str(known.amount_eur),
        "valued_on": known.valued_on.isoformat(),
    }
    told["commissioning"] = _opening_then(project, at)
    told["targets"] = [
        {name: value for name, value in one.items() if name not in {"last", "status"}}
        for one in told.get("targets", ())
    ]
    told.pop("evaluations", None)
    return told


def _opening_then(project: Project, at: datetime) -> Entry | None:
    opening = project.milestones.filter(is_commissioning=True, withdrawn_at=None).first()
    if opening is None:
        return None
    move = opening.revisions.filter(revised_at__lte=at).order_by("-revised_at", "-pk").first()
    on = move.after_on if move else opening.original_on
    return {
        "original_on": opening.original_on.isoformat(),
        "current_on": on.isoformat(),
        "actual_on": None,
    }


def _followed(decision: Decision, one: Entry) -> None:
    for condition, told in zip(
        decision.conditions.order_by("pk"), one.get("conditions", ()), strict=True
    ):
        if "met" in told:
            at = datetime.combine(told["due_on"], time(9), tzinfo=UTC)
            decisions.meet(condition=condition, how=told["met"], by=None, at=at)
    for action, told in zip(decision.actions.order_by("pk"), one.get("actions", ()), strict=True):
        if "done" in told:
            at = datetime.combine(told["due_on"], time(9), tzinfo=UTC)
            decisions.complete(action=action, how=told["done"], by=None, at=at)


def _coming(committee: Committee, entry: Entry) -> None:
    day = timezone.localdate() + timedelta(days=entry["days"])
    starts_at = timezone.make_aware(datetime.combine(day, time.fromisoformat(entry["hour"])))
    meeting = meetings.convene(
        committee=committee, starts_at=starts_at, place=entry["place"], by=None, at=timezone.now()
    )
    for one in entry["items"]:
        if "project" not in one or Project.objects.filter(code=one["project"]).exists():
            _item(meeting, one)
