"""How often a measure is made, beside how often its contract says. Pure functions.

Instants are integers in microseconds, as they are staged.
"""

import re

import numpy as np
from numpy.typing import NDArray

from indicators.analysis.contract import Drift

DURATION = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?)?"
)
A_MINUTE = 60_000_000
A_DAY = 24 * 60 * A_MINUTE
# A month and a year as they are on average: what is compared leaves room for the others.
SIZES = {
    "years": 365.25 * A_DAY, "months": 365.25 / 12 * A_DAY, "weeks": 7 * A_DAY, "days": A_DAY,
    "hours": 60 * A_MINUTE, "minutes": A_MINUTE,
}  # fmt: skip
SHORTER, LONGER = 0.75, 1.5  # times the grain: a step outside is another grain
LEEWAY = 0.1  # of the grain: a sensor that is a little early or late is on it
FEWEST = 3  # steps, without which nothing is said
NEVER = np.iinfo(np.int64).min


def size_of(grain: str) -> float | None:
    """The length of an ISO 8601 duration (PT15M, PT1H, P1D, P1M, P1Y) in microseconds; None where
    it cannot be read, or is nothing."""
    found = DURATION.fullmatch(grain)
    parts = found.groupdict(default="0") if found else {}
    return sum(int(count) * SIZES[name] for name, count in parts.items()) or None


class Steps:
    """Counts, batch after batch, how far apart the measures of one series are."""

    def __init__(self, grain: str) -> None:
        self._grain, self._size = grain, size_of(grain)
        self._last = np.full(0, NEVER, dtype=np.int64)  # of each series
        self._phase: int | None = None
        self.shorter = self.right = self.longer = 0

    def off(self, instants: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which are not where the others are within the grain: 12:07 among hours. Of a grain of a
        day or longer any instant will do: it stands for its day."""
        if self._size is None or self._size >= A_DAY or not len(instants):
            return np.zeros(len(instants), dtype=np.bool_)
        size = int(self._size)
        places = instants % size
        if self._phase is None:
            different, counts = np.unique(places, return_counts=True)
            self._phase = int(different[np.argmax(counts)])
        apart = np.abs(places - self._phase)
        found: NDArray[np.bool_] = np.minimum(apart, size - apart) > LEEWAY * size
        return found

    def see(self, series: NDArray[np.int32], instants: NDArray[np.int64]) -> None:
        """The measures of a batch, in any order; a series goes on from one batch to the next."""
        if self._size is None or not len(series):
            return
        self._make_room(int(series.max()) + 1)
        order = np.lexsort((instants, series))
        series, instants = series[order], instants[order]
        starts = np.flatnonzero(np.diff(series, prepend=-1))
        before = np.concatenate(([NEVER], instants[:-1]))
        before[starts] = self._last[series[starts]]
        known = before != NEVER
        self._count(np.abs(instants[known] - before[known]))
        ends = np.concatenate((starts[1:] - 1, [len(series) - 1]))
        self._last[series[ends]] = instants[ends]

    def drift(self, field: str) -> Drift | None:
        """What most steps say: rows come more often than agreed on, or less; `field` dates them."""
        total = self.shorter + self.right + self.longer
        if total < FEWEST:
            return None
        for count, code in ((self.shorter, "GRAIN_FINER"), (self.longer, "GRAIN_COARSER")):
            if count * 2 > total:
                how = "more often" if code == "GRAIN_FINER" else "less often"
                return Drift(field, code, f"rows {how}", f"one every {self._grain}")
        return None

    def _make_room(self, count: int) -> None:
        more = count - len(self._last)
        if more > 0:
            room = np.full(more, NEVER, dtype=np.int64)
            self._last = np.concatenate((self._last, room))

    def _count(self, steps: NDArray[np.int64]) -> None:
        """The same instant again is no step: a repeated row has a name of its own."""
        size = self._size or 0.0
        steps = steps[steps > 0]
        shorter, longer = int((steps < SHORTER * size).sum()), int((steps > LONGER * size).sum())
        self.shorter, self.longer = self.shorter + shorter, self.longer + longer
        self.right += len(steps) - shorter - longer
