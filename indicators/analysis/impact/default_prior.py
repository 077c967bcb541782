"""The usual Bayesian structural model, for comparison alone (rule of honesty 7).

Priors as CausalImpact's defaults (Brodersen et al. 2015): the level's steps are held near 0.01
standard deviations of the outcome, with the weight of 32 observations; with controls, the noise is
held near the 20 % of variance that the controls leave, with the weight of 50. Posterior on a grid
of both deviations, coefficients flat; no selection of controls. On a short or drifting series the
range may be three times too narrow, which is why it is shown beside the fitted one.
"""

from __future__ import annotations

import numpy as np

from indicators.analysis.impact import noise
from indicators.analysis.impact.inputs import Case
from indicators.analysis.impact.noise import Array
from indicators.analysis.impact.results import Method

DRAWS = 4000
LEVEL_GUESS, LEVEL_WEIGHT = 0.01, 32.0
NOISE_SHARE, NOISE_WEIGHT = 0.2, 50.0
STEPS = np.geomspace(2e-3, 1.0, 36)
NOISES = np.geomspace(0.02, 2.0, 48)


def default_prior(case: Case, *, controlled: bool, level: float, seed: int) -> Method:
    """Mean gap under the default prior: posterior mean, range, twice the tail probability."""
    past = case.y[: case.before]
    unit = float(past.std(ddof=1))
    logs = _likelihood(case, past / unit) + _prior(controlled=controlled)
    weight = np.exp(logs - logs.max())
    weight /= weight.sum()
    rng = np.random.default_rng(seed)
    picks, counts = np.unique(rng.choice(weight.size, DRAWS, p=weight.ravel()), return_counts=True)
    white = NOISES[picks % len(NOISES)]
    gaps, variances = noise.level_gaps(
        case.column, case.x, case.t, before=case.before,
        ratios=(STEPS[picks // len(NOISES)] / white) ** 2)  # fmt: skip
    errors = np.repeat(np.sqrt(variances) * white * unit, counts)
    draws = np.repeat(gaps, counts) + errors * rng.standard_normal(DRAWS)
    low, high = np.quantile(draws, [level / 2, 1 - level / 2])
    tail = (1 + min((draws >= 0).sum(), (draws <= 0).sum())) / (DRAWS + 1)
    return Method("DEFAULT_PRIOR", float(draws.mean()), float(low), float(high),
                  float(min(1.0, 2 * tail)))  # fmt: skip


def _prior(*, controlled: bool) -> Array:
    """Log density (steps, noises) of both deviations, on grids even in their logarithm."""
    share, weight = (NOISE_SHARE, NOISE_WEIGHT) if controlled else (1.0, 0.01)
    return np.add.outer(
        _inverse_gamma(STEPS, LEVEL_GUESS**2, LEVEL_WEIGHT), _inverse_gamma(NOISES, share, weight)
    )


def _inverse_gamma(deviation: Array, guess: float, weight: float) -> Array:
    """Log density of log(deviation), where weight·guess / deviation² is chi-squared."""
    return -weight * np.log(deviation) - weight * guess / (2 * deviation**2)


def _likelihood(case: Case, past: Array) -> Array:
    """Restricted log likelihood (steps, noises) of the past."""
    n = case.before
    steps, whites = np.repeat(STEPS, len(NOISES)), np.tile(NOISES, len(STEPS))
    logs = noise.likelihood(past, case.x[:n], case.t[:n], steps, whites)
    return logs.reshape(len(STEPS), len(NOISES))
