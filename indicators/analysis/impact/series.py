"""Interrupted series: what one series says of a project that began on a known date.

Primary method: a structural model of the past (local level, variances by maximum likelihood)
foretells what would have been (Harvey 1989; Brodersen et al. 2015). Second: a step in a regression
with AR(1) noise. The placebo p is the largest of: two sets of simulated worlds without effect (a
local level and an AR(1), as the past has them), and false dates where there are at least 19.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from indicators.analysis.impact import structural
from indicators.analysis.impact.counts import CountFit, count_regression, log_rates
from indicators.analysis.impact.evidence import Asked, Look, look_at
from indicators.analysis.impact.grading import grade, verdict
from indicators.analysis.impact.inputs import Case, make_case
from indicators.analysis.impact.results import (
    LIKELY,
    SHOWN,
    Effect,
    Method,
    NotIdentified,
    relative_to,
)
from indicators.analysis.impact.settings import DESIGN, SETTINGS, Design, Settings


def interrupted_series(  # noqa: PLR0913 - the signature is promised: one argument per stated fact
    series: pd.Series[float],
    *,
    start: Any,
    season: int | None = None,
    controls: pd.DataFrame | None = None,
    trend: bool | None = None,
    counts: bool = False,
    exposure: pd.Series[float] | None = None,
    design: Design = DESIGN,
    settings: Settings = SETTINGS,
    seed: int = 0,
) -> Effect | NotIdentified:
    """Effect on one series of a project that acts from `start` (the first period with it).

    `season`: periods in a cycle. `controls`: series that the project cannot move. `trend`: None
    lets the past decide. `counts`: events, as a rate ratio, over `exposure` if given; they always
    have a trend. Missing values are left out and counted. NotIdentified: too few points, unknown
    start, declared shock, no variation. ValueError names the field that is wrong.
    """
    if exposure is not None and not counts:
        raise ValueError("exposure: goes with counts=True alone")
    outcome = log_rates(series, exposure) if counts else series
    case = make_case(outcome, start, season, controls, settings)
    if isinstance(case, NotIdentified) or design.reasons:
        return _refused(case, design)
    asked = Asked(season, controls is not None, True if counts and trend is None else trend, seed)
    look = look_at(case, asked, settings)
    effect = _effect(look, design, settings)
    if counts:
        fit = count_regression(series, start=start, exposure=exposure, season=season,
                               settings=settings)  # fmt: skip
        effect = _as_counts(effect, fit, look, series, settings)
    if not design.breaks:
        return effect
    again = interrupted_series(
        _masked(series, design), start=start, season=season, controls=controls, trend=trend,
        counts=counts, exposure=exposure, design=replace(design, breaks=()), settings=settings,
        seed=seed)  # fmt: skip
    return replace(effect, diagnostics={**effect.diagnostics, "without_breaks": again})


def _refused(case: Case | NotIdentified, design: Design) -> NotIdentified:
    if isinstance(case, NotIdentified):
        return NotIdentified((*design.reasons, *case.reasons), case.facts)
    return NotIdentified(design.reasons)


def _effect(look: Look, design: Design, settings: Settings) -> Effect:
    case, primary, prior = look.main.case, look.main.primary, look.prior
    wider = prior if prior.high - prior.low > primary.high - primary.low else primary
    low, high = min(wider.low, primary.point), max(wider.high, primary.point)
    frame = look.main.ahead.frame(case, settings.level)
    actual, expected = float(frame["actual"].mean()), float(frame["expected"].mean())
    relative = relative_to(actual, expected, low, high)
    p = look.p_value(settings)
    said = look.verdict(settings)
    flags = _flags(case, primary, design)
    if "CHOSEN_FOR_ITS_LEVEL" in flags and said == SHOWN:
        said = LIKELY
    graded = grade(comparison=False, pre_registered=design.pre_registered, checks={})
    return Effect(
        primary.point, low, high, 1 - settings.level, relative[0], primary.point * case.after,
        frame["expected"], p, {}, _diagnostics(look, frame, flags, graded.rule), said,
        graded.letter, "INTERRUPTED_SERIES", relative[1], relative[2], low * case.after,
        high * case.after, look.smallest,
    )  # fmt: skip


def _diagnostics(
    look: Look, frame: pd.DataFrame, flags: tuple[str, ...], rule: str
) -> dict[str, Any]:
    main, case, other = look.main, look.main.case, look.other
    return {
        "before": case.before,
        "after": case.after,
        "missing": case.missing,
        "trend": case.trend,
        "variance_ratio": main.ahead.ratio,
        "primary": main.primary,
        "second": main.second,
        "other_trend": None if other is None else (other.primary, other.second),
        "default_prior": look.prior,
        "step_and_slope": structural.step_and_slope(case, 0.05),
        "placebo_simulated": main.simulated,
        "placebo_dates": look.dates,
        "frame": frame,
        "flags": flags,
        "grade_rule": rule,
    }


def _flags(case: Case, primary: Method, design: Design) -> tuple[str, ...]:
    flags = []
    if design.chosen_for_its_level:
        flags.append("CHOSEN_FOR_ITS_LEVEL")
    past = case.y[: case.before]
    last, rest = past[-3:].mean(), past[:-3]
    far = (last - rest.mean()) / max(float(rest.std(ddof=1)), 1e-300)
    if abs(far) > 2 and far * primary.point < 0:
        flags.append("STARTED_FROM_AN_EXTREME")
    if primary.low > 0 or primary.high < 0:
        return tuple(flags)
    return (*flags, "RANGE_INCLUDES_ZERO")


def _as_counts(
    effect: Effect,
    fit: CountFit | NotIdentified,
    look: Look,
    series: pd.Series[float],
    settings: Settings,
) -> Effect:
    """The effect in events a period and as a rate ratio. Where residuals follow one another, the
    structural model of the log rate is quoted: the regression's range would be too narrow."""
    if isinstance(fit, NotIdentified):
        return effect
    case, regression = look.main.case, fit.step
    log = Method("QUASI_POISSON", float(np.log(regression.ratio)), float(np.log(regression.low)),
                 float(np.log(regression.high)), regression.p_value)  # fmt: skip
    quoted = look.main.primary if fit.autocorrelated else log
    other = look.main.second if fit.autocorrelated else look.main.primary
    ratios = np.exp([quoted.point, quoted.low, quoted.high])
    observed = series[series.notna()].to_numpy(dtype=float)[case.before :]
    actual = float(observed.mean())
    point, low, high = (actual * (1 - 1 / ratio) for ratio in ratios)
    said = verdict(quoted, other, placebo_p=look.p_value(settings), level=settings.level)
    if "CHOSEN_FOR_ITS_LEVEL" in effect.diagnostics["flags"] and said == SHOWN:
        said = LIKELY
    people = observed / np.exp(case.y[case.before :])
    rates = np.exp(effect.counterfactual.to_numpy()) * people
    expected = pd.Series(rates, index=fit.expected.index) if fit.autocorrelated else fit.expected
    return replace(
        effect, point=point, low=low, high=high, relative=float(ratios[0] - 1),
        relative_low=float(ratios[1] - 1), relative_high=float(ratios[2] - 1),
        cumulative=point * case.after, cumulative_low=low * case.after,
        cumulative_high=high * case.after, counterfactual=expected, verdict=said,
        smallest_detectable=actual * float(np.expm1(look.smallest)),
        diagnostics={**effect.diagnostics, "counts": fit, "rate_ratio": float(ratios[0]),
                     "primary": _in_events(quoted, actual), "second": _in_events(other, actual),
                     "frame": pd.DataFrame({"actual": observed, "expected": expected})},
    )  # fmt: skip


def _in_events(log: Method, actual: float) -> Method:
    """A method on the log of the rate, in events a period: `actual` less what it foretells."""
    point, low, high = (
        actual * -float(np.expm1(-value)) for value in (log.point, log.low, log.high)
    )
    return replace(log, point=point, low=low, high=high)


def _masked(series: pd.Series[float], design: Design) -> pd.Series[float]:
    """The series with its known breaks taken out."""
    kept = series.copy()
    for first, last in design.breaks:
        inside = (kept.index >= pd.Timestamp(first)) & (kept.index <= pd.Timestamp(last))
        kept[inside] = np.nan
    return kept
