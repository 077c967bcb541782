"""The primary method for one series: a structural model fitted on what came before.

A local level with fixed season, trend where there is one, and controls (Harvey 1989; Durbin &
Koopman 2012), its two variances by maximum likelihood (statsmodels). What it foretells of the
time after the start is the counterfactual; the gap to what was observed is the effect.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from indicators.analysis.impact import noise
from indicators.analysis.impact.inputs import Case
from indicators.analysis.impact.noise import Array
from indicators.analysis.impact.results import Method

MOST_LEVEL = 1e6  # ratio of variances beyond which the white noise is nothing


@dataclass(frozen=True)
class Counterfactual:
    """What would have been expected, with the covariance of its errors, by period after."""

    means: Array
    spread: Array
    ratio: float
    scale: float
    df: int

    def total(self, case: Case) -> tuple[float, float]:
        """Mean gap a period and its standard error."""
        share = np.full(case.after, 1 / case.after)
        return (float(share @ (case.y[case.before :] - self.means)),
                float(np.sqrt(share @ self.spread @ share)))  # fmt: skip

    def frame(self, case: Case, level: float) -> pd.DataFrame:
        """Observed, expected and its range by date."""
        reach = noise.quantile(level, self.df) * np.sqrt(np.diag(self.spread))
        return pd.DataFrame(
            {"actual": case.y[case.before :], "expected": self.means, "low": self.means - reach,
             "high": self.means + reach}, index=case.index[case.before :])  # fmt: skip


def drift_p(case: Case) -> tuple[float, float]:
    """How plain a trend is in the past: the smaller and the larger p of both kinds of noise."""
    drift = case.with_trend()
    n = case.before
    ps = []
    for family in (noise.LEVEL, noise.AR):
        found = noise.coefficient(drift.column[:n], drift.x[:n], drift.t[:n], family=family)
        ps.append(noise.two_sided(float(found.t[0]), found.df))
    return min(ps), max(ps)


def foretell(case: Case) -> Counterfactual:
    """The counterfactual of the case."""
    ratio = variance_ratio(case)
    means, spread, scale = noise.path(case.column, case.x, case.t, before=case.before,
                                      parameter=ratio)  # fmt: skip
    return Counterfactual(
        means, spread, ratio, float(np.sqrt(scale)), case.before - case.x.shape[1]
    )


def variance_ratio(case: Case) -> float:
    """Variance of the level's steps over that of the white noise, by maximum likelihood.

    Coefficients are states with a diffuse start, so that they do not bias the variances. The
    search begins at the best point of the grid of `noise`, since the likelihood has flat parts.
    """
    from statsmodels.tsa.statespace.structural import UnobservedComponents  # noqa: PLC0415 - slow

    n = case.before
    best = noise.coefficient(case.column[:n], case.x[:n], case.t[:n], family=noise.LEVEL)
    unit = float(best.scale[0])
    y, x = _regular(case)
    model = UnobservedComponents(
        y / unit, "llevel", exog=x if x.shape[1] else None, mle_regression=False
    )
    fitted = model.fit([1.0, max(float(best.parameter[0]), 1e-4)], disp=0)
    irregular, level = (float(value) for value in fitted.params[:2])
    return float(min(level / max(irregular, level / MOST_LEVEL, 1e-12), MOST_LEVEL))


def _regular(case: Case) -> tuple[Array, Array]:
    """The past on every period, missing ones as NaN; the constant is the level's own."""
    t = case.t[: case.before] - case.t[0]
    y = np.full(int(t[-1]) + 1, np.nan)
    y[t] = case.y[: case.before]
    x = np.zeros((len(y), case.x.shape[1] - 1))
    x[t] = case.x[: case.before, 1:]
    return y, x


def structural(case: Case, ahead: Counterfactual, level: float) -> Method:
    """Mean gap with its Student range."""
    point, error = ahead.total(case)
    return student("STRUCTURAL", point, error, ahead.df, level)


def autoregression(case: Case, level: float) -> Method:
    """The second method: a step in a regression whose noise is a first-order autoregression."""
    found = noise.coefficient(case.column, case.stepped, case.t, family=noise.AR)
    return student("AR1", float(found.point[0]), float(found.error[0]), found.df, level)


def step_and_slope(case: Case, level: float) -> dict[str, Any]:
    """Change of level at the start and change of slope a period, told apart (AR(1) noise)."""
    lined = case if case.trend else case.with_trend()
    since = np.clip(lined.t - lined.t[lined.before], 0, None) * lined.step
    orders = {"level": [since, lined.step], "slope": [lined.step, since]}
    told = {}
    for name, extra in orders.items():
        x = np.column_stack([lined.x, *extra])
        found = noise.coefficient(lined.column, x, lined.t, family=noise.AR)
        told[name] = student(f"AR1_{name.upper()}", float(found.point[0]), float(found.error[0]),
                             found.df, level)  # fmt: skip
    return told


def student(name: str, point: float, error: float, df: float, level: float) -> Method:
    """A method's answer from an estimate, its error and its degrees of freedom."""
    reach = noise.quantile(level, df) * error
    p = noise.two_sided(point / error, df) if error > 0 else 1.0
    return Method(name, point, point - reach, point + reach, p)
