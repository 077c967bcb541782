"""The arithmetic under the verdicts, against statsmodels and against itself."""

import numpy as np
import pytest
from scipy.optimize import minimize
from statsmodels.tsa.statespace.structural import UnobservedComponents

from indicators.analysis.impact import noise
from indicators.analysis.impact.comparators import before_after_t_test, ols_hac
from indicators.analysis.impact.simplex import weights


def walk_and_noise(n=60, seed=1):
    rng = np.random.default_rng(seed)
    return 20 + rng.standard_normal(n).cumsum() + rng.standard_normal(n)


def test_the_grid_foretells_what_statsmodels_foretells():
    y = walk_and_noise()
    control = np.random.default_rng(2).standard_normal(60)
    x, t = np.column_stack([np.ones(60), control]), np.arange(60)
    model = UnobservedComponents(y[:48], "llevel", exog=control[:48], mle_regression=False)
    fitted = model.smooth([1.0, 0.5])
    ahead = fitted.get_forecast(12, exog=control[48:])
    means, spread, _ = noise.path(y[:, None], x, t, before=48, parameter=0.5)

    assert means == pytest.approx(ahead.predicted_mean, rel=1e-4)
    ratio = np.diag(spread) / ahead.se_mean**2
    assert ratio == pytest.approx(np.full(12, ratio[0]), rel=1e-4)


def test_the_restricted_likelihood_peaks_where_statsmodels_finds_it():
    y, t = walk_and_noise(), np.arange(60)
    fitted = UnobservedComponents(y, "llevel", use_exact_diffuse=True).fit(disp=0)
    x = np.column_stack([np.ones(60), t - t.mean()])

    def loss(log):
        step = np.array([np.exp(log[0])])
        return -noise.likelihood(y, x[:, :1], t, step, np.exp(log[1:]))[0]

    best = minimize(loss, [0.0, 0.0], method="Nelder-Mead").x

    assert np.exp(2 * best[::-1]) == pytest.approx(fitted.params, rel=0.05)


def test_gaps_in_time_are_kept_in_the_autoregression():
    y, t = walk_and_noise(), np.arange(60)
    x, kept = np.column_stack([np.ones(60), t >= 40]).astype(float), np.delete(t, [5, 6, 33])
    found = noise.coefficient(y[kept, None], x[kept], kept, family=noise.AR)
    whole = noise.covariance(noise.AR, float(found.parameter[0]), kept)
    inverse = np.linalg.inv(whole)
    exact = np.linalg.solve(x[kept].T @ inverse @ x[kept], x[kept].T @ inverse @ y[kept])

    assert found.point[0] == pytest.approx(exact[1])


def test_many_series_at_once_are_each_alone():
    y = np.column_stack([walk_and_noise(seed=seed) for seed in range(5)])
    x, t = np.ones((60, 1)), np.arange(60)
    for family in (noise.LEVEL, noise.AR):
        together = noise.gap(y, x, t, before=40, family=family)
        alone = [noise.gap(y[:, [k]], x, t, before=40, family=family) for k in range(5)]

        assert together.point == pytest.approx([one.point[0] for one in alone])
        assert together.error == pytest.approx([one.error[0] for one in alone])


def test_weights_are_those_of_the_constrained_problem():
    rng = np.random.default_rng(3)
    a, b = rng.random((12, 5)), rng.random(12)
    found = weights(a, b)
    exact = minimize(
        lambda w: ((a @ w - b) ** 2).sum(), np.full(5, 0.2), method="SLSQP", bounds=[(0, 1)] * 5,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1}, options={"ftol": 1e-14},
    ).x  # fmt: skip

    assert found == pytest.approx(exact, abs=1e-4)
    assert weights(1e6 * a, 1e6 * b) == pytest.approx(found)


def test_the_usual_tests_find_effects_in_a_walk():
    """The reason why they are comparators alone."""
    rng = np.random.default_rng(4)
    walks = [rng.standard_normal(36).cumsum() for _ in range(60)]
    x = np.column_stack([np.ones(36), np.arange(36) >= 24]).astype(float)

    assert np.mean([before_after_t_test(w[:24], w[24:]) < 0.05 for w in walks]) > 0.4
    assert np.mean([ols_hac(w, x) < 0.05 for w in walks]) > 0.3
