"""Targets as they were promised at an instant, from what the history triggers kept (rule 6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, OrderBy, Q

from indicators.models import Target, TargetPoint
from indicators.queries.kept import events, last_by, made

RELATED = ("project", "indicator", "zone", "group")
EVERYONE_FIRST = F("group__code").asc(nulls_first=True)
ORDER: tuple[str | OrderBy, ...] = (
    "project__code",
    "indicator__code",
    "zone__code",
    EVERYONE_FIRST,
)


def targets_of(
    chosen: Q, *, as_of: datetime | None = None, order: Sequence[str | OrderBy] = ORDER
) -> list[Target]:
    """The targets that `chosen` names, now or as they stood at an instant: with what has been
    revised or taken off since, without what came later. `project`, `indicator`, `zone` and `group` are joined.

    `chosen` speaks of the project, the indicator, the zone and the group: a target never changes them.
    """
    if as_of is None:
        now = Target.objects.standing().filter(chosen)
        return list(now.select_related(*RELATED).order_by(*order))
    # Read first and sent as one list: nested, the question may run for minutes.
    last = last_by(Target, as_of).filter(chosen).values_list("pgh_id", flat=True)
    kept = events(Target).filter(pgh_id__in=list(last), withdrawn_at=None)
    kept = kept.exclude(pgh_label="delete")
    return [_target(row) for row in kept.select_related(*RELATED).order_by(*order)]


def as_promised(targets: Iterable[Target], as_of: datetime | None) -> list[Target]:
    """These targets as they stood at an instant, in their order; those not promised yet are left
    out."""
    targets = list(targets)
    if as_of is None:
        return targets
    then = {one.pk: one for one in targets_of(Q(pgh_obj__in=[t.pk for t in targets]), as_of=as_of)}
    return [then[target.pk] for target in targets if target.pk in then]


def points_of(
    targets: Iterable[Target], *, as_of: datetime | None = None
) -> dict[int, list[TargetPoint]]:
    """By target, in the order of their dates; one query."""
    ids = [target.pk for target in targets]
    points = (
        TargetPoint.objects.filter(target__in=ids) if as_of is None else _points_then(ids, as_of)
    )
    grouped: dict[int, list[TargetPoint]] = defaultdict(list)
    for point in sorted(points, key=lambda point: point.due_on):
        grouped[point.target_id].append(point)
    return grouped


def _points_then(ids: list[int], as_of: datetime) -> list[TargetPoint]:
    last = last_by(TargetPoint, as_of).filter(target__in=ids)
    return [made(TargetPoint, row) for row in last if row.pgh_label != "delete"]


def _target(row: Any) -> Target:
    target: Target = made(Target, row)
    for name in RELATED:
        setattr(target, name, getattr(row, name))
    return target
