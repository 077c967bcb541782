"""What the usual tests would say, for the study of false alarms alone: never for a verdict.

On short series whose points follow one another both find effects where there are none: measured in
`bench/placebo.py`.
"""

from __future__ import annotations

import numpy as np

from indicators.analysis.impact import noise
from indicators.analysis.impact.noise import Array


def before_after_t_test(before: Array, after: Array) -> float:
    """p-value of Welch's test on the points before and after."""
    parts = [float(side.var(ddof=1)) / len(side) for side in (before, after)]
    error = sum(parts)
    df = error**2 / sum(part**2 / (len(side) - 1)
                        for part, side in zip(parts, (before, after), strict=True))  # fmt: skip
    return noise.two_sided(float(after.mean() - before.mean()) / float(np.sqrt(error)), df)


def ols_hac(y: Array, x: Array) -> float:
    """p-value of the last column of `x` by least squares with Newey–West errors; lags by the rule
    of thumb 4·(n/100)^(2/9)."""
    n = len(y)
    lags = int(4 * (n / 100) ** (2 / 9))
    inverse = np.linalg.inv(x.T @ x)
    beta = inverse @ x.T @ y
    scores = x * (y - x @ beta)[:, None]
    middle = scores.T @ scores
    for lag in range(1, lags + 1):
        along = scores[lag:].T @ scores[:-lag]
        middle += (1 - lag / (lags + 1)) * (along + along.T)
    error = np.sqrt((inverse @ middle @ inverse)[-1, -1] * n / (n - x.shape[1]))
    return noise.two_sided(float(beta[-1] / error), n - x.shape[1])
