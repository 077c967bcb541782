"""Synthetic control: one treated zone beside a weighted mean of donors."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from indicators.analysis.impact import sdid
from indicators.analysis.impact.grading import grade, verdict
from indicators.analysis.impact.noise import Array
from indicators.analysis.impact.panel import Comparison, comparison, rank, reach, with_and_without
from indicators.analysis.impact.predictors import matrix, predictor_table
from indicators.analysis.impact.results import (
    Effect,
    Method,
    NotIdentified,
    Placebo,
    relative_to,
)
from indicators.analysis.impact.settings import DESIGN, SETTINGS, Design, Settings
from indicators.analysis.impact.synthetic_fit import (
    Fit,
    outcome_fit,
    outside_hull,
    predictor_fit,
    refit,
)

WEIGHTY = 0.01  # a donor below this share is not left out in turn


@dataclass(frozen=True)
class _Control:
    """A fit with its placebos in space: one a donor, the treated zone left out."""

    name: str
    fit: Fit
    false: list[Fit]

    @property
    def placebo(self) -> Placebo:
        return rank(self.fit.ratio, [one.ratio for one in self.false])

    def method(self, level: float) -> tuple[Method, float]:
        """The answer, and the level at which its range holds. The placebos' mean gaps, over how
        well each was followed before, say how far chance goes."""
        if not self.false:
            return Method(self.name, self.fit.point, -np.inf, np.inf, 1.0), 0.0
        scale = self.fit.rmspe_before
        far, held = reach([abs(one.point) / max(one.rmspe_before, 1e-12) for one in self.false],
                          level)  # fmt: skip
        low, high = self.fit.point - far * scale, self.fit.point + far * scale
        return Method(self.name, self.fit.point, low, high, self.placebo.p_value), held


def synthetic_control(  # noqa: PLR0913 - the signature is promised: one argument per stated fact
    panel: pd.DataFrame,
    *,
    unit: str,
    time: str,
    value: str,
    treated: Hashable,
    start: Any,
    covariates: Sequence[str] = (),
    special: Mapping[str, Any] | None = None,
    placebo: bool = True,
    seed: int = 0,
    design: Design = DESIGN,
    settings: Settings = SETTINGS,
) -> Effect | NotIdentified:
    """Effect on `treated` from `start`, the first time with the project.

    With `covariates` (columns, averaged before the start) or `special` (see `predictors`) donors
    are weighted on them, and the second method is the fit on the outcome alone; without, it is the
    synthetic difference-in-differences. p: rank of the ratio of post- to pre-period squared gaps.
    Donors that lack a value are left out and named. NotIdentified: POOR_FIT, OUTSIDE_HULL, too few
    times or donors. Source: Abadie et al. (2010), JASA 105:493-505.
    """
    case = comparison(panel, unit, time, value, treated, start)
    if isinstance(case, NotIdentified):
        return case
    table = predictor_table(panel, (unit, time), start, covariates, special)
    predictors = None if table is None else _align(case, table)
    reasons = design.reasons + case.reasons(
        before=settings.panel_before, donors=settings.min_donors
    )
    if reasons:
        return NotIdentified(reasons, case.facts())
    found = _judge(case, predictors, design, settings, seed, placebo)
    return with_and_without(
        found, panel, time, design,
        lambda kept, bare: synthetic_control(
            kept, unit=unit, time=time, value=value, treated=treated, start=start,
            covariates=covariates, special=special, placebo=placebo, seed=seed, design=bare,
            settings=settings))  # fmt: skip


def _align(case: Comparison, table: pd.DataFrame) -> Array:
    """Predictors in the order of the case, which loses the donors that lack one."""
    found, lacking = matrix(table, [case.treated, *case.donors])
    if case.treated in lacking:
        raise ValueError(f"covariates: {case.treated!r} lacks one")
    keep = [True, *(donor not in lacking for donor in case.donors)]
    case.y = case.y[np.array(keep)]
    case.donors = [donor for donor in case.donors if donor not in lacking]
    case.dropped_donors += lacking
    return found


def _judge(
    case: Comparison, predictors: Array | None, design: Design, settings: Settings, seed: int,
    placebo: bool,  # noqa: FBT001 - private
) -> Effect | NotIdentified:  # fmt: skip
    y, before = case.y, case.before
    alone = _control("OUTCOME", y, before, None, seed, placebo)
    main = alone if predictors is None else _control("PREDICTORS", y, before, predictors, seed,
                                                     placebo)  # fmt: skip
    level = float(np.abs(y[0, :before]).mean())
    poor = main.fit.rmspe_before > settings.worst_fit * level
    reasons = [code for code, holds in (("POOR_FIT", poor), ("OUTSIDE_HULL", outside_hull(y, before)))
               if holds]  # fmt: skip
    if reasons:
        return NotIdentified(tuple(reasons), {**case.facts(), "rmspe_before":
                             main.fit.rmspe_before, "level": level})  # fmt: skip
    second = alone.method(settings.level)[0] if predictors is not None else sdid.as_method(
        y, before, settings.level)  # fmt: skip
    return _effect(case, main, second, _robustness(case, main.fit, predictors), design, settings)


def _control(
    name: str, y: Array, before: int, predictors: Array | None, seed: int,
    placebo: bool,  # noqa: FBT001 - private
) -> _Control:  # fmt: skip
    def one(order: list[int], effort: str) -> Fit:
        if predictors is None:
            return outcome_fit(y[order], before)
        return predictor_fit(y[order], before, predictors[order], seed=seed, effort=effort)

    units = range(len(y))
    false = [one([k, *(j for j in units if j not in (0, k))], "placebo")
             for k in units if k] if placebo and len(y) > 3 else []  # fmt: skip
    return _Control(name, one(list(units), "full"), false)


@dataclass(frozen=True)
class Robustness:
    """Mean effect without each weighty donor, and the gap after a false start."""

    leave_one_out: dict[Hashable, float]
    false_start: Any
    false_point: float | None

    def holds(self, point: float) -> bool:
        """Same sign, and at least half the effect, whichever donor is left out."""
        return all(one * point > 0 and abs(one) >= abs(point) / 2
                   for one in self.leave_one_out.values())  # fmt: skip


def _robustness(case: Comparison, fit: Fit, predictors: Array | None) -> Robustness:
    without = {}
    for place, donor in enumerate(case.donors):
        if fit.donors[place] > WEIGHTY and len(case.donors) > 2:
            keep = np.arange(len(case.y)) != place + 1
            rest = None if predictors is None else predictors[keep]
            without[donor] = refit(case.y[keep], case.before, rest, fit.predictors).point
    early = 2 * case.before // 3
    if early < 4:
        return Robustness(without, None, None)
    false = outcome_fit(case.y[:, : case.before], early)
    return Robustness(without, case.times[early], false.point)


def _effect(
    case: Comparison, main: _Control, second: Method | None, robust: Robustness, design: Design,
    settings: Settings,
) -> Effect:  # fmt: skip
    primary, held = main.method(settings.level)
    point, low, high = primary.point, primary.low, primary.high
    actual = float(case.y[0, case.before :].mean())
    relative = relative_to(actual, actual - point, low, high)
    said = verdict(primary, second, placebo_p=main.placebo.p_value, level=settings.level)
    graded = grade(comparison=True, pre_registered=design.pre_registered, checks={
        "second": second is not None and second.point * point > 0
        and second.p_value <= 2 * settings.level,
        "leave_one_out": robust.holds(point),
    })  # fmt: skip
    diagnostics = {
        **case.facts(), "primary": primary, "second": second, "placebo": main.placebo,
        "ratio": main.fit.ratio, "rmspe_before": main.fit.rmspe_before,
        "leave_one_out": robust.leave_one_out, "false_start": robust.false_start,
        "false_start_effect": robust.false_point, "grade_rule": graded.rule,
        "predictor_weights": main.fit.predictors.tolist(),
        "placebo_ratios": dict(zip(case.donors, [one.ratio for one in main.false], strict=False)),
        "placebo_gaps": {donor: pd.Series(one.gap, index=case.times) for donor, one in
                         zip(case.donors, main.false, strict=False)},
        "actual": pd.Series(case.y[0], index=case.times),
    }  # fmt: skip
    return Effect(
        point, low, high, held, relative[0], point * case.after,
        pd.Series(case.y[0] - main.fit.gap, index=case.times), main.placebo.p_value,
        dict(zip(case.donors, main.fit.donors.tolist(), strict=True)), diagnostics, said,
        graded.letter, "SYNTHETIC_CONTROL", relative[1], relative[2], low * case.after,
        high * case.after, (high - low) / 2,
    )  # fmt: skip
