"""Verdicts that are not what they were: a cause of alerts, told to the register when it starts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone, translation

from indicators.models import EvaluationResult
from portfolio.models import Alert
from portfolio.queries.alert_causes import Cause, Looked

TOLD_FOR = timedelta(days=60)


def changed_verdicts(looked: Looked) -> Iterator[Cause]:
    """The last verdict of a standing evaluation differs from the one before it, since less than
    two months; a result that says the same again does not end the news."""
    results = EvaluationResult.objects.filter(
        evaluation__project__among=looked.projects, evaluation__withdrawn_at=None
    ).select_related("evaluation").order_by("computed_at", "pk")  # fmt: skip
    by_plan: dict[int, list[EvaluationResult]] = defaultdict(list)
    for result in results.defer("series", "effect"):
        told = by_plan[result.evaluation_id]
        if not told or told[-1].verdict != result.verdict:
            told.append(result)
    for pk, told in sorted(by_plan.items()):
        if len(told) < 2:
            continue
        before, after = told[-2:]
        on = timezone.localdate(after.computed_at)
        if on <= looked.today < on + TOLD_FOR:
            yield Cause(
                after.evaluation.project_id, Alert.Kind.VERDICT_CHANGED, str(pk),
                {"name_fr": after.evaluation.question, "on": on.isoformat(),
                 "before": _names(before), "after": _names(after)},
            )  # fmt: skip


def _names(result: EvaluationResult) -> dict[str, str]:
    names = {}
    for language in ("fr", "en"):
        with translation.override(language):
            names[language] = str(result.get_verdict_display())
    return names
