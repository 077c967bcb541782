"""Evaluations ready for a page, a document or the API: the plan, what it gave, what it gave before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from indicators import evaluation_words as words
from indicators.charts.counterfactual import (
    EffectChart,
    Period,
    counterfactual_chart,
    periods_of,
    placebo_chart,
)
from indicators.models import Evaluation, EvaluationResult, EvaluationZone
from portfolio.models import Project, User, Zone
from portfolio.permissions import parts_of
from portfolio.roles import Part


@dataclass(frozen=True)
class Judged:
    """A plan and its last result; None before the first one."""

    plan: Evaluation
    result: EvaluationResult | None

    @property
    def rule(self) -> str:
        return words.rule(self.result.grade) if self.result else ""

    @property
    def effect(self) -> str:
        """In the unit of the indicator, with its sign."""
        return words.amount(self._figure("point"), signed=True)

    @property
    def range(self) -> tuple[str, str]:
        low, high = self._figure("low"), self._figure("high")
        return words.amount(low, signed=True), words.amount(high, signed=True)

    @property
    def is_welcome(self) -> bool | None:
        """Whether the effect goes the way that is better; None where none is shown, and where the
        measure is to stay within a range: no way is better then."""
        point = self._figure("point")
        if self.result is None or self.result.verdict != "SHOWN" or point is None:
            return None
        better = self.plan.outcome.direction
        return None if better == "RANGE" else (point > 0) == (better == "UP")

    def _figure(self, name: str) -> float | None:
        found: float | None = self.result.effect.get(name) if self.result else None
        return found


@dataclass(frozen=True)
class Weight:
    zone: str
    share: str
    value: float


@dataclass(frozen=True)
class Treated:
    """`starts_on`: the first day with the project there, where zones begin on several; else None."""

    name: str
    starts_on: date | None


@dataclass(frozen=True)
class OwnEffect:
    """Of one treated zone, in words."""

    zone: Treated
    amount: str


@dataclass(frozen=True)
class ResultPage:
    """All that the page of an evaluation shows; `shown` is the result asked for, `is_last` whether
    nothing came after it. `by_zone`: the effect of each treated zone. `others`: designs of the same question, side by side."""

    plan: Evaluation
    shown: Judged
    is_last: bool
    history: tuple[EvaluationResult, ...]
    chart: EffectChart | None
    placebos: EffectChart | None
    periods: tuple[Period, ...]
    checks: tuple[words.ToldCheck, ...]
    weights: tuple[Weight, ...]
    by_zone: tuple[OwnEffect, ...]
    treated: tuple[Treated, ...]
    compared: tuple[Zone, ...]
    others: tuple[Judged, ...]
    may_change: bool

    @property
    def breaks(self) -> list[dict[str, object]]:
        """The known breaks, their days as days."""
        return [one | {side: date.fromisoformat(one[side]) for side in ("first", "last")}
                for one in self.plan.breaks]  # fmt: skip

    @property
    def said(self) -> list[str]:
        return said(self.shown.result) if self.shown.result else []

    @property
    def how_sure(self) -> list[str]:
        """Between what is found and what it does not prove."""
        return self.said[1:-1]

    @property
    def caveat(self) -> str:
        return self.said[-1] if len(self.said) > 1 else ""

    @property
    def reasons(self) -> list[str]:
        result = self.shown.result
        return [words.reason(code) for code in result.reasons] if result else []


def said(result: EvaluationResult) -> list[str]:
    """The sentence, cut: what is found, how sure it is, what it does not prove."""
    told = result.effect.get("parts", {}).get(result.verdict)
    if not told:
        return [result.sentence]
    language = "fr" if result.sentence == result.sentence_fr else "en"
    found: list[str] = told[language]
    return found


def judged(plans: QuerySet[Evaluation], *, as_of: datetime | None = None) -> list[Judged]:
    """With the last result of each, by then if an instant is given; two queries. What has been
    withdrawn since stands as it stood."""
    joined = ("indicator", "placebo_indicator", "project", "author", "locked_by")
    found = list(plans.select_related(*joined).order_by("pk"))
    results = EvaluationResult.objects.filter(evaluation__in=[plan.pk for plan in found])
    if as_of is not None:
        results = results.as_of(as_of)
        for plan in found:
            if plan.withdrawn_at is not None and plan.withdrawn_at > as_of:
                plan.withdrawn_at, plan.withdrawn_by, plan.withdrawn_reason = None, None, ""
    last = {result.evaluation_id: result for result in results.last_of_each()}
    return [_paired(plan, last.get(plan.pk)) for plan in found]


def project_evaluations(
    project: Project, reader: User | AnonymousUser, *, as_of: datetime | None = None
) -> list[Judged]:
    """Those of a project that the reader may see, drafts of their own projects too; as of an
    instant, those locked by then: of drafts nothing is kept."""
    plans = Evaluation.objects.visible_to(reader).filter(project=project)
    if as_of is not None:
        plans = plans.filter(locked_at__lte=as_of)
    return judged(plans, as_of=as_of)


def published(project: Project, *, as_of: datetime | None = None) -> list[Judged]:
    """What a public page and a sheet tell of a project: every locked plan that has been computed,
    whatever it says; withdrawn ones are told on the page of the evaluation alone."""
    plans = Evaluation.objects.standing(as_of).filter(project=project)
    return [one for one in judged(plans, as_of=as_of) if one.result is not None]


def result_page(
    plan: Evaluation, reader: User | AnonymousUser, *, result_id: int | None = None
) -> ResultPage | None:
    """None where the result asked for is not one of this evaluation."""
    # One a night may be added: the figures of the one shown alone are read.
    history = list(plan.results.defer("series", "effect").order_by("-computed_at", "-pk"))
    asked = [one for one in history if result_id in (None, one.pk)]
    if result_id is not None and not asked:
        return None
    shown = _paired(plan, asked[0] if asked else None)
    result = shown.result
    held = list(plan.evaluation_zones.select_related("zone").order_by("zone__name"))
    compared = tuple(one.zone for one in held if one.role == EvaluationZone.Role.COMPARISON)
    treated = _treated(plan, held)
    return ResultPage(
        plan, shown, not history or result is history[0], tuple(history),
        counterfactual_chart(result, said(result)[0]) if result else None,
        placebo_chart(result) if result else None,
        tuple(periods_of(result)) if result else (),
        tuple(words.check(one) for one in result.effect.get("checks", [])) if result else (),
        tuple(_weights(result, compared)) if result else (),
        tuple(_by_zone(result, treated)) if result else (),
        tuple(treated.values()), compared,
        tuple(_others(plan, reader)), Part.FACTS in parts_of(reader, plan.project),
    )  # fmt: skip


def _others(plan: Evaluation, reader: User | AnonymousUser) -> list[Judged]:
    """Other locked designs of the same project and indicator."""
    alike = Evaluation.objects.visible_to(reader).locked().filter(
        project=plan.project_id, indicator=plan.indicator_id
    )  # fmt: skip
    found = judged(alike)
    return found if len(found) > 1 and plan.indicator_id else []


def _weights(result: EvaluationResult, donors: Iterable[Zone]) -> list[Weight]:
    """The donors that count, the heaviest first."""
    names = {zone.code: zone.name for zone in donors}
    weights = result.effect.get("weights", {})
    ordered = sorted(weights.items(), key=lambda pair: -(pair[1] or 0))
    return [Weight(names.get(code, code), words.share(share), share)
            for code, share in ordered if share and share > 0.0005]  # fmt: skip


def _treated(plan: Evaluation, held: Iterable[EvaluationZone]) -> dict[str, Treated]:
    """By code; each with its date where they are not all the same."""
    found = [one for one in held if one.role == EvaluationZone.Role.TREATED]
    several = any(one.starts_on is not None for one in found)
    return {
        one.zone.code: Treated(
            one.zone.name, (one.starts_on or plan.intervention_on) if several else None
        )
        for one in found
    }


def _by_zone(result: EvaluationResult, treated: Mapping[str, Treated]) -> list[OwnEffect]:
    return [
        OwnEffect(treated.get(one["zone"], Treated(one["zone"], None)),
                  words.amount(one["point"], signed=True))
        for one in result.effect.get("by_zone", [])
    ]  # fmt: skip


def _paired(plan: Evaluation, result: EvaluationResult | None) -> Judged:
    if result is not None:
        result.evaluation = plan  # the same row: spares a query
    return Judged(plan, result)
