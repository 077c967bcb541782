"""The evidence that a decision rests on: targets as promised then, with what was measured."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from indicators.queries.evaluations import published
from indicators.queries.target_history import targets_of
from indicators.queries.targets import target_views
from indicators.results import TargetView
from portfolio.models import Project


def targets_then(project: Project, at: datetime) -> list[dict[str, Any]]:
    """Every target in force, with its last value and its status."""
    views = target_views(targets_of(Q(project=project), as_of=None), today=timezone.localdate(at))
    return [_target(view) for view in views]


def evaluations_then(project: Project, at: datetime) -> list[dict[str, Any]]:
    """What evaluations had found by then."""
    return [
        {
            "evaluation": one.plan.pk,
            "question": one.plan.question,
            "verdict": one.result.verdict,
            "grade": one.result.grade,
            "computed_at": one.result.computed_at.isoformat(),
        }
        for one in published(project)
        if one.result is not None
    ]


def _target(view: TargetView) -> dict[str, Any]:
    target, last = view.target, view.measured.last_known
    effect = [target.effect_low, target.effect_central, target.effect_high]
    return {
        "target": target.pk,
        "indicator": view.indicator.code,
        "indicator_fr": view.indicator.name_fr,
        "zone": view.zone.code,
        "zone_name": view.zone.name,
        "path": target.path,
        "baseline_value": target.baseline_value,
        "baseline_on": target.baseline_on.isoformat() if target.baseline_on else None,
        "points": [_point(point.due_on, point.value) for point in view.points],
        "effect": effect if None not in effect else None,
        "last": {"on": last.on.isoformat(), "value": last.value} if last else None,
        "status": view.status.code,
    }


def _point(due_on: Any, value: Any) -> dict[str, Any]:
    """A value to reach, or a band to be within."""
    if isinstance(value, tuple):
        return {"due_on": due_on.isoformat(), "value": None, "low": value[0], "high": value[1]}
    return {"due_on": due_on.isoformat(), "value": value, "low": None, "high": None}
