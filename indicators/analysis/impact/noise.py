"""Regression with noise of one unknown parameter, for many series at once.

y = Xb + u, where u is a local level (white noise plus a random walk, `LEVEL`, parameter the ratio
of variances) or a stationary first-order autoregression (`AR`, parameter its coefficient). The
parameter is chosen by restricted likelihood on a grid: exact, without an optimiser that may stall
at the border, and the same factorisation serves hundreds of placebo series. Restricted likelihood
of the local level is the exact diffuse likelihood of the structural model (Durbin & Koopman 2012,
§7.2): a test holds it against statsmodels.

Shapes: `y` (points, series), `x` (points, columns), `t` (points,) whole numbers, so that missing
points are simply left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

Array = NDArray[np.floating[Any]]
LEVEL, AR = "LEVEL", "AR"
GRIDS: dict[str, Array] = {
    LEVEL: np.concatenate([[0.0], np.geomspace(1e-3, 1e3, 31)]),
    AR: np.concatenate([np.linspace(-0.5, 0.9, 15), [0.93, 0.96, 0.98, 0.99]]),
}


@dataclass(frozen=True)
class Estimates:
    """Arrays (series,): the estimate, its standard error, the noise parameter and its scale."""

    point: Array
    error: Array
    parameter: Array
    scale: Array
    df: int

    @property
    def t(self) -> Array:
        return self.point / self.error


@dataclass(frozen=True)
class _Solved:
    """The least squares solved for each value of the grid, at once: whitened regressors and series
    (grid, points, columns), Gram matrices and coefficients of the regressors, and what is left."""

    parameters: Array
    x: Array
    y: Array
    gram: Array
    beta: Array
    rss: Array
    likelihood: Array

    @property
    def best(self) -> NDArray[np.int64]:
        """Place in the grid of the most likely parameter, for each series."""
        return np.asarray(self.likelihood.argmax(axis=0))


def covariance(
    family: str, parameter: float, t: NDArray[np.int64], *, first: int | None = None
) -> Array:
    """Covariance (points, points) of the noise, up to its scale; the level begins at `first`."""
    origin = int(t.min()) if first is None else first
    own = np.eye(len(t)) if family == LEVEL else 0.0
    return np.asarray(own + _cross(family, parameter, t, t, origin))


def _cross(
    family: str, parameter: float, t: NDArray[np.int64], later: NDArray[np.int64], first: int
) -> Array:
    """Covariance of the noise between two sets of dates, without what is a point's own."""
    if family == LEVEL:
        return np.asarray(parameter * (np.minimum.outer(t, later) - first + 1.0))
    lags = np.abs(np.subtract.outer(t, later))
    return np.asarray(np.power(parameter, lags) / (1 - parameter**2))


def coefficient(y: Array, x: Array, t: NDArray[np.int64], *, family: str) -> Estimates:
    """The last coefficient of the regression, for each series."""
    df, start = len(y) - x.shape[1], _least_squares(y, x)
    solved = _solve(y - x @ start, x, GRIDS[family], _basis(family, t))
    best, series = solved.best, np.arange(y.shape[1])
    spread = np.sqrt(np.linalg.inv(solved.gram)[:, -1, -1])[best]
    scale = np.sqrt(solved.rss[best, series] / df)
    point = solved.beta[best, -1, series] + start[-1]
    return Estimates(point, scale * spread, solved.parameters[best], scale, df)


def gap(y: Array, x: Array, t: NDArray[np.int64], *, before: int, family: str) -> Estimates:
    """Mean of what was observed after the first `before` points less what they foretell."""
    df = before - x.shape[1]
    share = np.full(len(y) - before, 1 / (len(y) - before))
    rest = y - x @ _least_squares(y[:before], x[:before])
    basis = _basis(family, t[:before])
    solved = _solve(rest[:before], x[:before], GRIDS[family], basis)
    best = solved.best
    point, spread = np.zeros(y.shape[1]), np.ones(y.shape[1])
    for place in np.unique(best):
        mine = best == place
        ahead = _Ahead(solved, int(place), x, t, basis)
        point[mine] = share @ (rest[before:][:, mine] - ahead.means(mine))
        spread[mine] = np.sqrt(share @ ahead.spread @ share)
    scale = np.sqrt(solved.rss[best, np.arange(y.shape[1])] / df)
    return Estimates(point, scale * spread, solved.parameters[best], scale, df)


def path(
    y: Array, x: Array, t: NDArray[np.int64], *, before: int, parameter: float
) -> tuple[Array, Array, float]:
    """What one series' first `before` points (y is one column) foretell of the others under a
    local level of the ratio given: means, covariance, and variance of the white noise."""
    start, basis = _least_squares(y[:before], x[:before]), _Level(t[:before])
    rest = y[:before] - x[:before] @ start
    solved = _solve(rest, x[:before], np.array([parameter]), basis)
    ahead = _Ahead(solved, 0, x, t, basis)
    means = (x[before:] @ start + ahead.means(np.array([True])))[:, 0]
    scale = float(solved.rss[0, 0] / (before - x.shape[1]))
    return means, ahead.spread * scale, scale


class _Ahead:
    """What the past foretells of the points after it, for one parameter."""

    def __init__(
        self, solved: _Solved, place: int, x: Array, t: NDArray[np.int64], basis: _Level | _Auto
    ) -> None:
        before = solved.x.shape[1]
        parameter, first = float(solved.parameters[place]), int(t.min())
        cross = _cross(basis.family, parameter, t[:before], t[before:], first)
        self.solved, self.place = solved, place
        self.pull = basis.scale(basis.rotate(cross), np.array([parameter]))[0][0]
        self.tilt = x[before:].T - solved.x[place].T @ self.pull
        lean = self.tilt.T @ np.linalg.solve(solved.gram[place], self.tilt)
        own = covariance(basis.family, parameter, t[before:], first=first)
        self.spread = own - self.pull.T @ self.pull + lean

    def means(self, mine: NDArray[np.bool_]) -> Array:
        """Foretold (points after, series of `mine`)."""
        beta, past = self.solved.beta[self.place][:, mine], self.solved.y[self.place][:, mine]
        return np.asarray(self.tilt.T @ beta + self.pull.T @ past)


def worlds(
    family: str, parameter: float, t: NDArray[np.int64], *, draws: int, rng: np.random.Generator
) -> Array:
    """Series (points, draws) of noise alone, at scale 1: placebo worlds without effect."""
    factor = np.linalg.cholesky(covariance(family, parameter, t))
    return factor @ rng.standard_normal((len(t), draws))


def two_sided(t: float, df: float) -> float:
    """p-value of a Student statistic."""
    return float(2 * stdtr(df, -abs(t)))


def quantile(level: float, df: float) -> float:
    """Two-sided Student quantile: 0.05 → 1.96 for many degrees of freedom."""
    return float(stdtrit(df, 1 - level / 2))


def likelihood(y: Array, x: Array, t: NDArray[np.int64], steps: Array, whites: Array) -> Array:
    """Restricted log likelihood (values,) of one series under a local level with the deviations
    given (of the level's steps, of the white noise), both (values,)."""
    rest, basis = y[:, None] - x @ _least_squares(y[:, None], x), _Level(t)
    df, pieces = len(y) - x.shape[1], max(1, len(steps) // 200)
    found = []
    for step, white in zip(
        np.array_split(steps, pieces), np.array_split(whites, pieces), strict=True
    ):
        solved = _solve(rest, x, (step / white) ** 2, basis)
        left = solved.rss[:, 0]
        concentrated = solved.likelihood[:, 0] + df / 2 * np.log(left)
        found.append(concentrated - df * np.log(white) - left / (2 * white**2))
    return np.concatenate(found)


def level_gaps(
    y: Array, x: Array, t: NDArray[np.int64], *, before: int, ratios: Array
) -> tuple[Array, Array]:
    """For one series and each ratio of variances: mean gap, and its variance where that of the
    white noise is 1."""
    share = np.full(len(y) - before, 1 / (len(y) - before))
    rest, basis = y - x @ _least_squares(y[:before], x[:before]), _Level(t[:before])
    solved = _solve(rest[:before], x[:before], ratios, basis)
    told = [_Ahead(solved, place, x, t, basis) for place in range(len(ratios))]
    mine = np.array([True])
    gaps = [share @ (rest[before:] - one.means(mine))[:, 0] for one in told]
    return np.array(gaps), np.array([share @ one.spread @ share for one in told])


class _Level:
    """Axes in which white noise plus a random walk is diagonal, whatever their ratio."""

    family = LEVEL

    def __init__(self, t: NDArray[np.int64]) -> None:
        values, self.axes = np.linalg.eigh(np.minimum.outer(t, t) - t.min() + 1.0)
        self.values = np.maximum(values, 0.0)

    def rotate(self, a: Array) -> Array:
        return np.asarray(self.axes.T @ a)

    def scale(self, a: Array, parameters: Array) -> tuple[Array, Array]:
        """Whitened (parameters, points, columns) and the logarithm of the deviations' product."""
        deviation = np.sqrt(1 + np.multiply.outer(parameters, self.values))
        return a[None] / deviation[:, :, None], np.log(deviation).sum(axis=1)


class _Auto:
    """Each point less what the one before it foretells, over the deviation that is left."""

    family = AR

    def __init__(self, t: NDArray[np.int64]) -> None:
        self.lags = np.diff(t)

    def rotate(self, a: Array) -> Array:
        return a

    def scale(self, a: Array, parameters: Array) -> tuple[Array, Array]:
        """As `_Level.scale`."""
        carried = np.power(parameters[:, None], self.lags[None])
        left = np.hstack([np.ones((len(parameters), 1)), 1 - carried**2])
        left /= 1 - parameters[:, None] ** 2
        white = np.repeat(a[None], len(parameters), axis=0)
        white[:, 1:] -= carried[:, :, None] * a[None, :-1]
        return white / np.sqrt(left)[:, :, None], np.log(left).sum(axis=1) / 2


def _basis(family: str, t: NDArray[np.int64]) -> _Level | _Auto:
    return _Level(t) if family == LEVEL else _Auto(t)


def _least_squares(y: Array, x: Array) -> Array:
    """Plain coefficients: what they leave is small beside y, so that squares keep their digits."""
    return np.asarray(np.linalg.lstsq(x, y, rcond=None)[0])


def _solve(y: Array, x: Array, parameters: Array, basis: _Level | _Auto) -> _Solved:
    columns = x.shape[1]
    white, logs = basis.scale(basis.rotate(np.hstack([x, y])), parameters)
    wx, wy = white[:, :, :columns], white[:, :, columns:]
    turned = wx.transpose(0, 2, 1)
    gram, moments = turned @ wx, turned @ wy
    beta = np.linalg.solve(gram, moments)
    squares = (wy**2).sum(axis=1)
    rss = np.maximum(squares - (beta * moments).sum(axis=1), 1e-14 * squares + 1e-300)
    penalty = logs + np.linalg.slogdet(gram)[1] / 2
    found = -penalty[:, None] - (len(y) - columns) / 2 * np.log(rss)
    return _Solved(parameters, wx, wy, gram, beta, rss, found)
