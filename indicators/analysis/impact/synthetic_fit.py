"""The fit of a synthetic control: weights of donors, and of predictors where there are any.

Abadie, Diamond and Hainmueller (2010), JASA 105:493-505: the weights of the predictors are those
whose donor weights follow the outcome best before the start. That search has many hollows, so it
is made by differential evolution (seeded); the weights of the donors are exact for each trial.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, differential_evolution

from indicators.analysis.impact.noise import Array
from indicators.analysis.impact.simplex import weights

SMALLEST = (
    -4.0
)  # of a predictor's weight, as a power of ten: below, hollows that no predictor holds
ROUNDS = {"full": (60, 12), "placebo": (12, 6)}


@dataclass(frozen=True)
class Fit:
    """`gap` (times,) observed less synthetic; `donors` (donors,) weights; `predictors` weights
    (predictors,), empty for the outcome alone."""

    donors: Array
    predictors: Array
    gap: Array
    before: int

    @property
    def point(self) -> float:
        return float(self.gap[self.before :].mean())

    @property
    def rmspe_before(self) -> float:
        return float(np.sqrt((self.gap[: self.before] ** 2).mean()))

    @property
    def ratio(self) -> float:
        """Post- over pre-period mean squared gap."""
        after = float((self.gap[self.before :] ** 2).mean())
        return after / max(self.rmspe_before**2, 1e-300)


def outcome_fit(y: Array, before: int) -> Fit:
    """Donors weighted on the outcome alone. `y` (units, times), the treated first."""
    donors = weights(y[1:, :before].T, y[0, :before])
    return _fit(y, before, donors, np.array([]))


def predictor_fit(
    y: Array, before: int, predictors: Array, *, seed: int, effort: str = "full"
) -> Fit:
    """Donors weighted on `predictors` (units, predictors), these on the outcome of the past."""
    scaled = standardised(predictors)
    past = y[:, :before]

    def loss(logs: Array) -> float:
        donors = _donors(scaled, 10.0**logs)
        return float(((past[0] - donors @ past[1:]) ** 2).mean())

    rounds, crowd = ROUNDS[effort]
    bounds = Bounds(np.full(scaled.shape[1], SMALLEST), np.zeros(scaled.shape[1]))
    found = differential_evolution(loss, bounds, maxiter=rounds, popsize=crowd, polish=False,
                                   tol=1e-6, rng=seed)  # fmt: skip
    importance = 10.0**found.x / (10.0**found.x).sum()
    return _fit(y, before, _donors(scaled, importance), importance)


def refit(y: Array, before: int, predictors: Array | None, importance: Array) -> Fit:
    """The donors' weights again, the predictors' left as they are."""
    if predictors is None or not len(importance):
        return outcome_fit(y, before)
    donors = _donors(standardised(predictors), importance)
    return _fit(y, before, donors, importance)


def standardised(predictors: Array) -> Array:
    spread = predictors.std(axis=0, ddof=1)
    return np.asarray(predictors / np.where(spread > 0, spread, 1.0))


def _donors(scaled: Array, importance: Array) -> Array:
    root = np.sqrt(importance)
    return weights((scaled[1:] * root).T, scaled[0] * root)


def _fit(y: Array, before: int, donors: Array, importance: Array) -> Fit:
    return Fit(donors, importance, y[0] - donors @ y[1:], before)


def outside_hull(y: Array, before: int) -> bool:
    """Whether the treated zone lies above or below every donor most of the time."""
    past, others = y[0, :before], y[1:, :before]
    outside = (past > others.max(axis=0)) | (past < others.min(axis=0))
    return bool(outside.mean() > 0.5)
