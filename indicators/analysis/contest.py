"""Several ways of forecasting one series, tried on the same past: which one is used, and how wide
its intervals must be."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from scipy import stats

from indicators.analysis import backtest, combining, robust
from indicators.analysis.backtest import Z80, Trial, Way
from indicators.analysis.series import per_year, season_of, steps_from
from indicators.analysis.structural import (
    PLAIN,
    PRECISE,
    QUICK,
    ROOT,
    Fan,
    Fitted,
    Floats,
    NoFitError,
    Scale,
    Shape,
    fit,
    without_spikes,
    yearly,
)

LEAST_POINTS = 8  # below that no chance is given (METHODS.md, rule 11)
LEAST_ORIGINS = 8  # of the past, where it is long enough
CLEARLY_BETTER = 0.98  # a richer model must forecast at least 2 % better
ABOUT_AS_GOOD = 1.05  # the mean of all models errs at most 5 % more than the best of them
NEARLY_AS_GOOD = 1.1  # models whose chances make the range
COVERED_TOO_LITTLE = 0.72
MOST_WIDENED = 3.0
ENOUGH_TO_JUDGE = 40  # values tried, before intervals are widened
LONGEST_TRIAL = {"DAY": 56, "WEEK": 26, "MONTH": 24, "QUARTER": 12, "YEAR": 10}
NAIVE, ROBUST, COMBINED = "SEASONAL_NAIVE", "ROBUST_TREND", "COMBINED"


@dataclass(frozen=True)
class Case:
    """One series with all that is known of its calendar, and the places of the periods ahead."""

    values: Floats
    index: pd.DatetimeIndex
    ahead: pd.DatetimeIndex
    frequency: str
    breaks: tuple[date, ...]
    holidays: frozenset[pd.Timestamp]
    scale: Scale
    seed: int

    @property
    def season(self) -> int:
        """1 where two whole cycles were not seen."""
        season = season_of(self.frequency)
        return season if len(self.values) >= 2 * season else 1

    def regressors(self, shape: Shape, start: int, stop: int) -> Floats:
        """Of the periods number `start` to `stop`, known and ahead together: (stop − start, k)."""
        days = pd.DatetimeIndex(self.index.append(self.ahead))[start:stop]
        columns = [yearly(days, self.index[0], shape.year), steps_from(days, self.breaks)]
        if self.frequency == "DAY" and self.holidays:
            columns.append(np.array([[day in self.holidays] for day in days], dtype=float))
        return np.column_stack(columns)

    @property
    def jumps(self) -> tuple[int, ...]:
        """The places of the breaks: the first period that begins on or after each."""
        stamps = [pd.Timestamp(day) for day in self.breaks]
        return tuple(int(place) for place in self.index.searchsorted(stamps))

    def calm(self, known: Floats) -> tuple[Floats, int]:
        """Without the spikes, and how many there were; a year is no spike."""
        if self.frequency == "YEAR":
            return known, 0
        explained = np.array([day in self.holidays for day in self.index[: len(known)]], bool)
        return without_spikes(known, self.season, explained)

    def structural(self, shape: Shape) -> Way:
        """A way that begins each search where the last one ended."""
        found: list[Fitted] = []

        def way(known: Floats, steps: int) -> Fan:
            end = len(known)
            clean = self.calm(known)[0]
            told = self._useful(self.regressors(shape, 0, end + steps), end)
            start = found[-1].parameters if found else None
            ends = PRECISE if end == len(self.values) else QUICK
            try:
                fitted = fit(clean, shape, told[:end], self.scale, start, ends)
            except NoFitError:
                fitted = fit(clean, shape, told[:end], self.scale)
            found.append(fitted)
            return fitted.ahead(steps, told[end:])

        return way

    @staticmethod
    def _useful(regressors: Floats, known: int) -> Floats:
        """Those that differ within what is known: a break that is ahead teaches nothing."""
        return regressors[:, np.ptp(regressors[:known], axis=0) > 0]


class Contest:
    """The ways of forecasting one case, tried on the same past."""

    def __init__(self, case: Case, steps: int) -> None:
        self.case, self.steps = case, steps
        count = len(case.values)
        longest = LONGEST_TRIAL[case.frequency]
        # A cycle at least: a way that is good on Mondays alone is not good.
        self.horizon = max(min(max(steps, case.season), count // 4, longest), 1)
        least = max(LEAST_POINTS, 2 * case.season + 1, count // 2)
        most = math.ceil(ENOUGH_TO_JUDGE / self.horizon)
        most = max(LEAST_ORIGINS - 2 * (case.frequency == "DAY"), most)
        ends = backtest.origins(count, self.horizon, least, most)
        # No way could know of a jump to come: such a past judges nobody.
        told = [range(end, end + self.horizon) for end in ends]
        self.ends = [span.start for span in told if not set(span) & set(case.jumps)]
        self.yardstick = season_of(case.frequency) if case.season > 1 else 1
        self.naive_way = backtest.seasonal_naive(self.yardstick, case.jumps)
        self.naive = self._try(self.naive_way)
        self.trials = dict(self._candidates())

    def _try(self, way: Way) -> Trial:
        unit = backtest.naive_error(self.case.values, self.yardstick, self.case.jumps)
        return backtest.trial(self.case.values, way, self.ends, self.horizon, unit)

    def _candidates(self) -> Iterator[tuple[str, tuple[Way, Trial]]]:
        """By name, the simplest first; last of all, for days, their mean."""
        ways: dict[Shape, Way] = {}
        for shape in _shapes(self.case):
            way = combining.remembered(self.case.structural(shape))
            try:
                tried = self._try(way)
            except NoFitError:  # on this past: it is no candidate
                continue
            ways[shape] = way
            yield shape.name, (way, tried)
        together = [way for shape, way in ways.items() if not shape.trend]
        if self.case.frequency == "DAY" and len(together) > 1:
            usual = combining.recent_cycles(self.yardstick, self.case.scale, self.case.jumps)
            mean = combining.mean_of(together, usual)
            yield COMBINED, (mean, self._try(mean))

    def winner(self) -> tuple[str, Way, Trial]:
        """The simplest that forecasts best, or the mean of all where it is about as good: which one
        is best of several that are close is chance. The yardstick where none beats it."""
        best: tuple[str, Way, Trial] | None = None
        for name, (way, tried) in self.trials.items():
            bar = ABOUT_AS_GOOD if name == COMBINED else CLEARLY_BETTER
            if best is None or tried.mase < best[2].mase * bar:
                best = name, way, tried
        if best is None:
            way = robust.trend(self.yardstick, self.case.seed)
            best = ROBUST, way, self._try(way)
        if best[2].mase > self.naive.mase:
            return NAIVE, self.naive_way, self.naive
        return best

    def rivals(self, winner: str) -> Iterator[Fan]:
        """What the other models say that forecast nearly as well."""
        best = min((tried.mase for _, tried in self.trials.values()), default=float("nan"))
        for name, (way, tried) in self.trials.items():
            if name != winner and tried.mase <= best * NEARLY_AS_GOOD:
                yield way(self.case.values, self.steps).wider(judged(tried)[0])


def _shapes(case: Case) -> Iterator[Shape]:
    """The candidates, the simplest first."""
    season = case.season
    if season > 1 and case.frequency != "DAY":
        yield Shape()
    yield Shape(season=season)
    yield Shape(season=season, trend=True)
    if case.frequency == "DAY":
        yield Shape(season=season, memory=True)
        if len(case.values) >= 2 * per_year("DAY"):
            yield Shape(season=season, year=2, memory=True)


def scale_of(known: pd.Series[float], frequency: str) -> Scale:
    """Roots where nothing is negative and the changes are clearly larger where the level is."""
    values, season = known.to_numpy(float), season_of(frequency)
    if np.nanmin(values) < 0 or len(values) < max(24, 2 * season):
        return PLAIN
    changes = np.abs(values[season:] - values[:-season])
    level = (values[season:] + values[:-season]) / 2
    both = np.isfinite(changes)
    if both.sum() < 24 or np.ptp(level[both]) == 0 or np.ptp(changes[both]) == 0:
        return PLAIN
    found = stats.spearmanr(changes[both], level[both])
    return ROOT if found.statistic > 0.2 and found.pvalue < 0.001 else PLAIN


def judged(tried: Trial) -> tuple[float, float, float]:
    """How much to widen, and what share of the past the 80 % and 95 % intervals held, each origin
    judged by the factor that the others ask for."""
    if not tried.points:
        return 1.0, float("nan"), float("nan")
    widened = _widening(tried.misses)
    if widened == 1.0 or len(tried.misses) < 2:
        return widened, tried.coverage(Z80 * widened), tried.coverage(1.96 * widened)
    rows = range(len(tried.misses))
    factors = [_widening(np.delete(tried.misses, row, axis=0)) for row in rows]
    fair = Trial(tried.mase, tried.misses / np.array(factors)[:, None])
    return widened, fair.coverage(), fair.coverage(1.96)


def _widening(misses: Floats) -> float:
    known = misses[np.isfinite(misses)]
    if known.size < ENOUGH_TO_JUDGE or (known <= Z80).mean() >= COVERED_TOO_LITTLE:
        return 1.0
    return float(np.clip(np.quantile(known, 0.8) / Z80, 1.0, MOST_WIDENED))
