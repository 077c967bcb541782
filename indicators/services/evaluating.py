"""Compute what locked plans say, again where the figures changed; earlier verdicts stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

import pandas as pd
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.analysis.impact import Effect, NotIdentified, beside_works, confronted, told
from indicators.analysis.impact.words import parts
from indicators.models import Evaluation, EvaluationResult
from indicators.queries.donors_touched import Touched, donors_touched
from indicators.queries.evaluation_figures import Figures, figures_of
from indicators.services import families, result_words
from indicators.services.estimating import (
    METHOD_VERSION,
    SEED,
    Answer,
    estimate,
    estimate_placebo,
    periods_awaited,
    placebo_figures,
    too_early,
)

Because = EvaluationResult.Because
Verdict = EvaluationResult.Verdict


@transaction.atomic
def evaluate(
    *, evaluation: Evaluation, at: datetime, as_of: datetime | None = None
) -> EvaluationResult:
    """What a locked plan says of the figures known at `as_of` (None: at `at`).

    The last result is returned as it is where nothing that it rests on has changed; else one is
    added, and the others of the project are corrected with it. Raises ValidationError where the
    plan is a draft, or withdrawn.
    """
    # A result that corrects this one refers to this row: such a reference must not wait for it.
    held = Evaluation.objects.select_for_update(of=("self",), no_key=True).get(pk=evaluation.pk)
    _check(held)
    as_of = as_of or at
    figures = figures_of(held, as_of=as_of)
    today = timezone.localdate(as_of)
    placebo, touched = placebo_figures(held, as_of=as_of), donors_touched(held, today=today)
    fingerprint = figures.fingerprint(_rests_on(held, placebo, touched))
    last = held.results.order_by("-computed_at", "-pk").first()
    is_open = _is_open(held, as_of)
    if last and _still_stands(last, fingerprint, is_open=is_open):
        return last
    answer, early = _answer(held, figures, placebo, touched, today)
    result = EvaluationResult(
        evaluation=held, computed_at=at, as_of=as_of,
        because=_because(last, fingerprint, is_open=is_open),
        input_hash=fingerprint, method_version=METHOD_VERSION,
        code_version=settings.CODE_VERSION, seed=SEED,
    )  # fmt: skip
    _fill(result, answer, figures, early=early, is_open=is_open)
    if last is not None and last.drawn == result.series:
        result.series_of_id, result.series = last.series_of_id or last.pk, {}
    return families.add(result)


def _answer(
    plan: Evaluation, figures: Figures, placebo: Figures | None, touched: Sequence[Touched],
    today: date,
) -> tuple[Answer, bool]:  # fmt: skip
    """What the design says, confronted with what else is known; whether it is too early."""
    by_itself = any(one.by_itself for one in touched)
    answer = estimate(plan, figures, donors_touched=by_itself)
    early = too_early(plan, figures, answer, today=today)
    if early or not isinstance(answer, Effect):
        return answer, early
    if placebo is not None:
        answer = confronted(answer, estimate_placebo(plan, placebo))
    if plan.compares:
        answer = beside_works(answer, {one.name: one.on for one in touched})
    return answer, early


def evaluate_all(*, at: datetime) -> int:
    """Every standing plan, one after the other; returns how many results were added."""
    return sum(evaluate(evaluation=one, at=at).computed_at == at
               for one in Evaluation.objects.standing().order_by("pk"))  # fmt: skip


def _check(evaluation: Evaluation) -> None:
    if not evaluation.is_locked:
        raise ValidationError(_("Lock the plan first: a draft is not evaluated."))
    if evaluation.withdrawn_at is not None:
        raise ValidationError(_("This evaluation is withdrawn: it is not computed any more."))


def _is_open(evaluation: Evaluation, as_of: datetime) -> bool:
    until = evaluation.after_until
    return until is not None and timezone.localdate(as_of) <= until


def _still_stands(last: EvaluationResult, fingerprint: str, *, is_open: bool) -> bool:
    """The same figures and method say the same; but what was too early, or looked at before the
    end, is judged, or cannot be, once the window is closed. A locked plan itself does not change."""
    if _was_open(last) and not is_open:
        return False
    return (last.input_hash, last.method_version) == (fingerprint, METHOD_VERSION)


def _was_open(last: EvaluationResult) -> bool:
    return last.own_verdict == Verdict.TOO_EARLY or bool(last.effect.get("open_until"))


def _rests_on(
    evaluation: Evaluation, placebo: Figures | None, touched: Sequence[Touched]
) -> dict[str, object]:
    """What a verdict rests on besides the figures; a locked plan itself does not change."""
    told: dict[str, object] = {"evaluation": evaluation.pk, "seed": SEED}
    if touched:
        told["touched"] = [[one.code, one.on, one.by_itself] for one in touched]
    return told if placebo is None else told | {"placebo": placebo.fingerprint({})}


def _because(last: EvaluationResult | None, fingerprint: str, *, is_open: bool) -> str:
    if last is None:
        return Because.FIRST
    if _was_open(last) and not is_open:
        return Because.CLOSED
    return Because.METHOD if last.input_hash == fingerprint else Because.DATA


def _fill(
    result: EvaluationResult, answer: Answer, figures: Figures, *, early: bool, is_open: bool
) -> None:
    """Verdict, grade, figures and sentences, before the correction for several evaluations."""
    plan = result.evaluation
    result.series = {"left_out": [day.isoformat() for day in figures.left_out],
                     "start": figures.start.date().isoformat()}  # fmt: skip
    if figures.starts:
        result.series["starts"] = {code: day.date().isoformat()
                                   for code, day in figures.begins.items()}  # fmt: skip
    if isinstance(answer, Effect) and figures.after < plan.minimum_after:
        answer = NotIdentified(("TOO_FEW_AFTER",))  # the plan said so beforehand
    if isinstance(answer, Effect):
        observed = (figures.table[list(figures.treated)].mean(axis=1)
                    if plan.design == Evaluation.Design.DIFFERENCE_IN_DIFFERENCES
                    else figures.outcome)  # fmt: skip
        result.effect = told.figures(answer)
        if is_open and plan.after_until is not None:
            result.effect["open_until"] = plan.after_until.isoformat()
        result.series |= told.series(answer, observed, start=figures.start)
        result.p_value = result.effect["p_value"]
        result.own_verdict, result.grade = answer.verdict, answer.grade
        result.rule = str(answer.diagnostics.get("grade_rule", ""))
    else:
        observed = figures.outcome
        result.own_verdict = Verdict.TOO_EARLY if early else Verdict.CANNOT_BE_JUDGED
        result.reasons = ["TOO_FEW_AFTER"] if early else list(answer.reasons)
        result.effect = {"after": figures.after, "needed": periods_awaited(plan)}
        result.series |= {"periods": [
            {"on": pd.Timestamp(str(day)).date().isoformat(), "observed": told.number(value), "expected": None,
             "low": None, "high": None} for day, value in observed.items()]}  # fmt: skip
    result.verdict = result.own_verdict
    _say(result, answer, early=early)


def _say(result: EvaluationResult, answer: Answer, *, early: bool) -> None:
    """In both languages; `effect["parts"]` by verdict, since the correction may take one down."""
    indicator, until = result.evaluation.outcome, result.effect.get("open_until")
    names = {"fr": indicator.name_fr, "en": indicator.name_en or indicator.name_fr}
    for language, name in names.items():
        said = ([result_words.early(result.effect, name, language)] if early
                else _parts(answer, name, language, until))  # fmt: skip
        setattr(result, f"sentence_{language}", " ".join(said))
    if isinstance(answer, Effect):
        result.effect["parts"] = {
            verdict: {language: _parts(replace(answer, verdict=verdict), name, language, until)
                      for language, name in names.items()}
            for verdict in (Verdict.SHOWN, Verdict.LIKELY, Verdict.NOT_SHOWN)
        }  # fmt: skip


def _parts(answer: Answer, name: str, language: str, until: str | None) -> list[str]:
    """The sentence cut; a look before the end of the window says so."""
    said = parts(answer, indicator=name, language=language)
    if until is not None and len(said) > 1:
        said.insert(-1, result_words.before_the_end(date.fromisoformat(until), language))
    return said
