"""What moved since a project was announced: its cost and the dates of its milestones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

from portfolio.models import CostEstimate, MilestoneRevision, Project


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
    revisions = MilestoneRevision.objects.filter(
        milestone__project=project, milestone__withdrawn_at=None
    ).select_related("milestone")
    if public_only:
        revisions = revisions.filter(milestone__is_public=True)
    moves = [_of_cost(before, after) for before, after in pairwise(estimates)]
    moves += [_of_date(revision) for revision in revisions]
    return tuple(sorted(moves, key=lambda move: move.at, reverse=True))


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
