"""The register of decisions as its reader may see it, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q

from portfolio.models import Condition, Decision, FollowUpAction, User
from portfolio.querysets import DecisionQuerySet


@dataclass(frozen=True)
class ToDo:
    """An action that somebody owns; `is_readable`: they may read the decision too."""

    action: FollowUpAction
    is_late: bool
    is_readable: bool


def chosen(reader: User, asked: Mapping[str, Any], *, today: date) -> DecisionQuerySet:
    """By the filters of the address, the last one first."""
    found = Decision.objects.visible_to(reader)
    for word in str(asked.get("q") or "").split():
        named = Q(project__name_fr__icontains=word) | Q(project__name_en__icontains=word)
        told = Q(text__icontains=word) | Q(reason__icontains=word)
        found = found.filter(named | told | Q(project__code__iexact=word))
    if asked.get("kind"):
        found = found.filter(kind=asked["kind"])
    if asked.get("committee"):
        found = found.filter(item__meeting__committee=asked["committee"])
    if asked.get("since"):
        found = found.filter(decided_at__date__gte=asked["since"])
    if asked.get("follow"):
        found = found.filter(_following(asked["follow"], today))
    related = found.select_related("project", "item__meeting__committee")
    return related.order_by("-number")


def actions_of(user: User, *, today: date) -> list[ToDo]:
    """What `user` has to do, the most pressing first."""
    mine = FollowUpAction.objects.open().filter(owner=user).select_related("decision__project")
    own = list(mine.order_by("due_on", "pk"))
    keys = [one.decision_id for one in own]
    readable = set(
        Decision.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True)
    )
    return [ToDo(one, one.is_late(today), one.decision_id in readable) for one in own]


def _following(what: str, today: date) -> Q:
    conditions = Condition.objects.filter(decision=OuterRef("pk"))
    actions = FollowUpAction.objects.filter(decision=OuterRef("pk"))
    if what == "LAPSED":
        return Q(Exists(conditions.lapsed(today)))
    if what == "LATE":
        return Q(Exists(actions.open().filter(due_on__lt=today)))
    return Q(Exists(conditions.filter(met_at=None))) | Q(Exists(actions.open()))
