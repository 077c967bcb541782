"""Several evaluations of one project: the more there are, the more are shown by chance."""

from __future__ import annotations

from django.db import transaction

from indicators.analysis.impact import benjamini_hochberg
from indicators.analysis.impact.settings import SETTINGS
from indicators.models import EvaluationResult
from indicators.services import result_words
from portfolio.models import Project

Verdict = EvaluationResult.Verdict
DIGITS = 10


@transaction.atomic
def add(result: EvaluationResult) -> EvaluationResult:
    """Store a result, corrected with the last ones of the project's other plans (Benjamini and
    Hochberg); those that the correction now tells otherwise get a result more."""
    project = result.evaluation.project
    # One at a time: two corrections of one family would not know of each other.
    Project.objects.select_for_update(of=("self",), no_key=True).get(pk=project.pk)
    # A withdrawn one stays in the family: taking plans back must not make the others look better.
    others = list(
        EvaluationResult.objects.filter(evaluation__project=project)
        .exclude(evaluation=result.evaluation).last_of_each().select_related("evaluation")
    )  # fmt: skip
    judged = {id(one): one.p_value for one in [result, *others] if one.p_value is not None}
    family = benjamini_hochberg(judged, level=SETTINGS.level)
    adjusted = dict(zip(family.keys, family.adjusted, strict=True))
    _correct(result, adjusted.get(id(result)), family.size, project)
    result.save(force_insert=True)
    for other in others:
        q = adjusted.get(id(other))
        if q is not None and (round(q, DIGITS), family.size) != (
            _rounded(other),
            other.family_size,
        ):
            _again(other, result, q, family.size)
    return result


def name_of(project: Project) -> str:
    """The family, as a result keeps it."""
    return f"Projet {project.code}"


def _rounded(result: EvaluationResult) -> float | None:
    return None if result.q_value is None else round(result.q_value, DIGITS)


def _correct(
    result: EvaluationResult, q: float | None, size: int, project: Project
) -> None:  # fmt: skip
    """The verdict that stands: never above what its own data say."""
    result.q_value, result.family_size = q, size if q is not None else 0
    result.family = name_of(project) if q is not None else ""
    result.verdict = standing(result.own_verdict, q)
    told = result.effect.get("parts", {}).get(result.verdict)
    if q is None or told is None:
        return
    for language in ("fr", "en"):
        *said, caveat = told[language]
        more = [result_words.corrected(size, q, language)] if size > 1 else []
        setattr(result, f"sentence_{language}", " ".join([*said, *more, caveat]))


def standing(own: str, q: float | None) -> str:
    """SHOWN needs a corrected p of at most the level, LIKELY of at most twice that."""
    if q is None or own not in (Verdict.SHOWN, Verdict.LIKELY):
        return own
    if q > 2 * SETTINGS.level:
        return Verdict.NOT_SHOWN
    return own if q <= SETTINGS.level else Verdict.LIKELY


def _again(other: EvaluationResult, cause: EvaluationResult, q: float, size: int) -> None:
    """The same figures, corrected otherwise."""
    project = cause.evaluation.project
    other.series_of_id, other.series = other.series_of_id or other.pk, {}
    other.pk = None
    other._state.adding = True
    other.computed_at, other.because = cause.computed_at, EvaluationResult.Because.FAMILY
    _correct(other, q, size, project)
    other.save(force_insert=True)
