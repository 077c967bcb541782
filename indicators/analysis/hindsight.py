"""What was promised beside what was measured: how far an organisation believes too much.

Reference classes: Kahneman and Tversky (1979), Intuitive prediction, TIMS Studies in Management
Science 12:313-327; Flyvbjerg (2006), Project Management Journal 37(3):5-15.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from portfolio.results import Unknown

LEAST = 3  # outcomes of a class, below which nothing is said of the next one


@dataclass(frozen=True)
class ReferenceClass:
    """Shares of what was promised: median, and the quarter below and above which others lie."""

    count: int
    median: float
    low: float
    high: float


def share(*, promised: float, measured: float) -> float | Unknown:
    """Measured change as a share of the promised one, in any one unit: 1 as promised, negative
    where it went the other way. Raises ValueError naming what is no finite number."""
    for name, value in (("promised", promised), ("measured", measured)):
        if not math.isfinite(value):
            raise ValueError(f"{name}: a finite number is needed")
    return Unknown("NO_CHANGE_PROMISED") if promised == 0 else measured / promised


def reference_class(shares: Sequence[float]) -> ReferenceClass | Unknown:
    """Of like outcomes; Unknown below `LEAST` of them. Raises ValueError on what is not finite."""
    values = np.asarray(shares, dtype=float)
    if not np.isfinite(values).all():
        raise ValueError("shares: finite numbers are needed")
    if len(values) < LEAST:
        return Unknown("TOO_FEW")
    low, median, high = np.quantile(values, [0.25, 0.5, 0.75])
    return ReferenceClass(len(values), float(median), float(low), float(high))
