"""Synthetic difference-in-differences (Arkhangelsky, Athey, Hirshberg, Imbens, Wager 2021, AER
111:4088-4118): weights of donors and of past times, each with an intercept, then a weighted
difference-in-differences. Error by placebo: each donor taken as treated in turn (their
algorithm 4, here over all donors, so that nothing is drawn at random)."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from indicators.analysis.impact import noise
from indicators.analysis.impact.grading import grade, verdict
from indicators.analysis.impact.noise import Array
from indicators.analysis.impact.panel import Comparison, comparison, rank, with_and_without
from indicators.analysis.impact.results import Effect, Method, NotIdentified, relative_to
from indicators.analysis.impact.settings import DESIGN, SETTINGS, Design, Settings
from indicators.analysis.impact.simplex import weights

TIME_RIDGE = 1e-6
CHANCE = 0.8416  # normal quantile of 80 %


@dataclass(frozen=True)
class Fit:
    """`point`, weights of donors (donors,) and of past times (before,), and the counterfactual of
    the treated zone at every time."""

    point: float
    donors: Array
    times: Array
    expected: Array


def fit(y: Array, before: int) -> Fit:
    """`y` (units, times) with the treated first."""
    treated, others = y[0], y[1:]
    after = y.shape[1] - before
    steps = np.diff(others[:, :before], axis=1)
    scale = float(steps.std(ddof=1)) or 1e-12
    past = others[:, :before]
    zeta = after**0.25 * scale
    omega = weights(_centred(past.T), _centred(treated[:before]), ridge=zeta**2 * before)
    lam = weights(_centred(past), _centred(others[:, before:].mean(axis=1)),
                  ridge=(TIME_RIDGE * scale) ** 2 * len(others))  # fmt: skip
    synthetic = omega @ others
    shift = float(lam @ (treated[:before] - synthetic[:before]))
    expected = synthetic + shift
    return Fit(float((treated - expected)[before:].mean()), omega, lam, expected)


def _centred(a: Array) -> Array:
    """Less its mean over the rows: the intercept of the fit."""
    return np.asarray(a - a.mean(axis=0))


def placebos(y: Array, before: int) -> list[float]:
    """The estimate with each donor taken as treated, the treated zone left out."""
    return [one.point for one in placebo_fits(y, before)]


def placebo_fits(y: Array, before: int) -> list[Fit]:
    others = y[1:]
    order = range(len(others))
    return [fit(others[[place, *(k for k in order if k != place)]], before)
            for place in order] if len(others) > 1 else []  # fmt: skip


def as_method(y: Array, before: int, level: float) -> Method | None:
    """Point, range by the placebos' deviation, and p-value by rank; None with too few donors."""
    false = placebos(y, before)
    if len(false) < 2 or before < 2:
        return None
    point, error = fit(y, before).point, float(np.std(false))
    margin = noise.quantile(level, len(false) - 1) * error
    p = rank(abs(point), [abs(one) for one in false]).p_value
    return Method("SYNTHETIC_DID", point, point - margin, point + margin, p)


def synthetic_difference_in_differences(  # noqa: PLR0913 - the signature is promised
    panel: pd.DataFrame,
    *,
    unit: str,
    time: str,
    value: str,
    treated: Hashable,
    start: Any,
    design: Design = DESIGN,
    settings: Settings = SETTINGS,
) -> Effect | NotIdentified:
    """Effect on one treated zone from `start`, the first time with the project.

    Donors with a missing value are left out and named. Second method: plain difference-in-
    differences with the same placebos. NotIdentified: too few times or donors, donors touched.
    """
    case = comparison(panel, unit, time, value, treated, start)
    if isinstance(case, NotIdentified):
        return case
    reasons = design.reasons + case.reasons(before=settings.panel_before, donors=2)
    if reasons:
        return NotIdentified(reasons, case.facts())
    return with_and_without(
        _effect(case, design, settings), panel, time, design,
        lambda kept, bare: synthetic_difference_in_differences(
            kept, unit=unit, time=time, value=value, treated=treated, start=start, design=bare,
            settings=settings))  # fmt: skip


def _effect(case: Comparison, design: Design, settings: Settings) -> Effect:
    found, fits = fit(case.y, case.before), placebo_fits(case.y, case.before)
    false = [one.point for one in fits]
    error = float(np.std(false))
    margin = noise.quantile(settings.level, len(false) - 1) * error
    low, high = found.point - margin, found.point + margin
    placebo = rank(abs(found.point), [abs(one) for one in false])
    p = noise.two_sided(found.point / max(error, 1e-300), len(false) - 1)
    primary = Method("SYNTHETIC_DID", found.point, low, high, p)
    second = plain(case.y, case.before, settings.level)
    actual = float(case.y[0, case.before :].mean())
    relative = relative_to(actual, actual - found.point, low, high)
    said = verdict(primary, second, placebo_p=placebo.p_value, level=settings.level)
    graded = grade(comparison=True, pre_registered=design.pre_registered, checks={
        "second": second.point * found.point > 0, "placebo": placebo.smallest_p <= settings.level,
    })  # fmt: skip
    diagnostics = {**case.facts(), "placebo": placebo, "placebo_effects":
                   dict(zip(case.donors, false, strict=True)), "standard_error": error,
                   "placebo_gaps": {
                       donor: pd.Series(case.y[place] - one.expected, index=case.times)
                       for place, (donor, one) in enumerate(zip(case.donors, fits, strict=True), 1)},
                   "time_weights": dict(zip(case.times, found.times, strict=False)),
                   "second": second, "primary": primary, "grade_rule": graded.rule,
                   "actual": pd.Series(case.y[0], index=case.times)}  # fmt: skip
    return Effect(
        found.point, low, high, 1 - settings.level, relative[0], found.point * case.after,
        pd.Series(found.expected, index=case.times), placebo.p_value,
        dict(zip(case.donors, found.donors.tolist(), strict=True)), diagnostics, said,
        graded.letter, "SYNTHETIC_DID", relative[1], relative[2], low * case.after,
        high * case.after, margin + CHANCE * error,
    )  # fmt: skip


def plain(y: Array, before: int, level: float) -> Method:
    """Difference-in-differences of the first unit with all others, by placebo over them."""

    def one(table: Array) -> float:
        change = table[:, before:].mean(axis=1) - table[:, :before].mean(axis=1)
        return float(change[0] - change[1:].mean())

    others = y[1:]
    false = [one(np.roll(others, -k, axis=0)) for k in range(len(others))]
    point, error = one(y), float(np.std(false))
    margin = noise.quantile(level, max(1, len(false) - 1)) * error
    return Method("DIFFERENCE_IN_DIFFERENCES", point, point - margin, point + margin,
                  rank(abs(point), [abs(f) for f in false]).p_value)  # fmt: skip
