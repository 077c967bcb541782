"""Evaluations of the demonstration: plans locked on past days, then what the figures say."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from indicators.models import Evaluation, EvaluationZone, Indicator
from indicators.services import evaluations
from indicators.services.evaluating import evaluate_all
from portfolio.demo.files import read_yaml
from portfolio.models import Project, Zone

DATA = Path(__file__).parent / "data" / "evaluations.yml"
MORNING, DRAFTED, EARLIER = time(9), timedelta(days=20), timedelta(days=90)


def seed() -> int:
    """Lock the plans that are missing; returns how many. Part of the seed's transaction."""
    present = set(Evaluation.objects.values_list("question", flat=True))
    missing = [entry for entry in read_yaml(DATA) if entry["question"] not in present]
    for entry in missing:
        _lock(entry)
    return len(missing)


def compute(*, now: datetime) -> int:
    """The results of some months ago, where there are none yet, and those of now."""
    plans = Evaluation.objects.standing()
    if not plans.filter(results__isnull=False).exists():
        evaluate_all(at=now - EARLIER)
    return evaluate_all(at=now)


def _lock(entry: Mapping[str, Any]) -> None:
    locked_at = datetime.combine(entry["locked"], MORNING, tzinfo=UTC)
    at, project = locked_at - DRAFTED, Project.objects.get(code=entry["project"])
    by = project.manager
    plan = evaluations.register(project=project, by=by, at=at, fields=_fields(entry))
    treated = list(Zone.objects.filter(code__in=entry["zones"]))
    evaluations.choose_zones(
        evaluation=plan, role=EvaluationZone.Role.TREATED, zones=treated, at=at
    )
    if entry.get("donors") == "OTHERS":
        others = Zone.objects.filter(kind=Zone.Kind.COMMUNE).exclude(project_zones__project=project)
        donors = [zone for zone in others if zone not in treated]
        evaluations.choose_zones(
            evaluation=plan, role=EvaluationZone.Role.COMPARISON, zones=donors, at=at
        )
    evaluations.lock(evaluation=plan, by=by, at=locked_at)


def _fields(entry: Mapping[str, Any]) -> dict[str, Any]:
    first, last = entry["window"]
    return {
        "question": entry["question"], "design": entry["design"], "reason": entry["reason"],
        "expected_direction": entry["direction"], "before_from": first, "after_until": last,
        "intervention_on": entry["intervention"],
        "indicator": Indicator.objects.get(code=entry["indicator"]),
        "placebo_indicator": Indicator.objects.filter(code=entry.get("placebo")).first(),
        "definition_changed": entry.get("definition_changed", False),
        "minimum_after": entry.get("minimum_after", 6),
    }  # fmt: skip
