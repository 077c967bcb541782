"""What an evaluation gives: an effect with its range, or the reasons why none can be said."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from portfolio.results import Unknown

SHOWN, LIKELY, NOT_SHOWN, CANNOT_BE_JUDGED = "SHOWN", "LIKELY", "NOT_SHOWN", "CANNOT_BE_JUDGED"
NOT_COMPUTED = Unknown("NOT_COMPUTED")


@dataclass(frozen=True)
class NotIdentified:
    """The default answer. `reasons` are UPPERCASE codes; `facts` holds the figures behind them."""

    reasons: tuple[str, ...]
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        return CANNOT_BE_JUDGED


@dataclass(frozen=True)
class Placebo:
    """Where the true case stands among `of` cases (itself and the false ones), 1 = largest."""

    rank: int
    of: int

    @property
    def p_value(self) -> float:
        return self.rank / self.of

    @property
    def smallest_p(self) -> float:
        return 1 / self.of


@dataclass(frozen=True)
class Method:
    """One estimator's answer: a mean effect a period, its range, and its own p-value."""

    name: str
    point: float
    low: float
    high: float
    p_value: float


@dataclass(frozen=True)
class Effect:
    """Mean effect a period after the start, in the unit of the outcome.

    `low`, `high`: range at `level`, which is below 0.95 where placebos are too few for it.
    `relative`: `point` over the mean counterfactual (0.1 = 10 %), Unknown where that is not well
    above zero. `cumulative`: summed over the periods observed. `counterfactual`: expected without
    the project, by time. `p_value`: of the placebo. `weights`: donors of a synthetic control.
    `smallest_detectable`: the effect that the data would have shown with the chance set.
    """

    point: float
    low: float
    high: float
    level: float
    relative: float | Unknown
    cumulative: float
    counterfactual: pd.Series[float]
    p_value: float | Unknown
    weights: dict[Hashable, float]
    diagnostics: dict[str, Any]
    verdict: str
    grade: str
    method: str = ""
    relative_low: float | Unknown = NOT_COMPUTED
    relative_high: float | Unknown = NOT_COMPUTED
    cumulative_low: float | Unknown = NOT_COMPUTED
    cumulative_high: float | Unknown = NOT_COMPUTED
    smallest_detectable: float | Unknown = NOT_COMPUTED


Relative = tuple[float | Unknown, float | Unknown, float | Unknown]


def relative_to(actual: float, expected: float, low: float, high: float) -> Relative:
    """Relative effect and its range, from the mean observed, the mean expected and the range of
    the effect. The ratio is monotone in what was expected, so its range is exact."""
    if actual - high <= 0 or expected <= 0:
        why = Unknown("LEVEL_NEAR_ZERO")
        return why, why, why
    return actual / expected - 1, actual / (actual - low) - 1, actual / (actual - high) - 1
