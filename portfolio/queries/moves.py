"""What moved since a project was announced: its cost and the dates of its milestones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from portfolio.models import CostEstimate, MilestoneRevision, Project

SLIP = timedelta(days=1)


@dataclass(frozen=True)
class Move:
    """A revision of the cost (amounts) or of a milestone's date (dates), with its reason."""

    at: datetime
    subject: str  # the milestone's name; empty for the cost
    before_eur: Decimal | None
    after_eur: Decimal | None
    before_on: date | None
    after_on: date | None
    reason: str


def moves_of(
    project: Project, *, estimates: Iterable[CostEstimate], public_only: bool = False
) -> tuple[Move, ...]:
    """Latest first. `estimates` are those of the project, first version first."""
    told = MilestoneRevision.objects.filter(
        milestone__project=project, milestone__withdrawn_at=None
    ).select_related("milestone")
    if public_only:
        told = told.filter(milestone__is_public=True)
    moves = [_of_cost(before, after) for before, after in pairwise(estimates)]
    moves += [_of_date(one) for one in standing(told.order_by("revised_at", "pk"))]
    return tuple(sorted(moves, key=lambda move: move.at, reverse=True))


def standing(revisions: Iterable[MilestoneRevision]) -> list[MilestoneRevision]:
    """Without those taken back within a day, nor what took them back: a slip is no news. The
    history keeps them. `revisions` come oldest first."""
    kept: dict[int, list[MilestoneRevision]] = {}
    for one in revisions:
        before = kept.setdefault(one.milestone_id, [])
        if before and _takes_back(one, before[-1]):
            before.pop()
        else:
            before.append(one)
    return [one for own in kept.values() for one in own]


def _takes_back(one: MilestoneRevision, before: MilestoneRevision) -> bool:
    is_reverse = (one.before_on, one.after_on) == (before.after_on, before.before_on)
    return is_reverse and one.revised_at - before.revised_at <= SLIP


def _of_cost(before: CostEstimate, after: CostEstimate) -> Move:
    return Move(
        at=after.recorded_at,
        subject="",
        before_eur=before.amount_eur,
        after_eur=after.amount_eur,
        before_on=None,
        after_on=None,
        reason=after.reason,
    )


def _of_date(revision: MilestoneRevision) -> Move:
    return Move(
        at=revision.revised_at,
        subject=revision.milestone.name,
        before_eur=None,
        after_eur=None,
        before_on=revision.before_on,
        after_on=revision.after_on,
        reason=revision.reason,
    )
