"""What is fixed before the look: the thresholds, and what is known of the evaluation itself."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Settings:
    """Thresholds, which are judgement: docs say so, and a result keeps those it was given.

    `min_before`, `min_after`: points of one series with a value. A season asks for `cycles` whole
    cycles before, and a monthly one for `min_before_monthly` points. Comparisons between zones
    borrow strength from the donors: `panel_before` points do. `level`: false alarms accepted.
    A trend of the past is plain where both kinds of noise find it at `trend_plain`, doubtful where
    one finds it at `level` (at `trend_doubt` before `short_past` points): then the case is judged
    both ways. `draws`: simulated placebos. `worst_fit`: pre-period RMSPE over the level beyond
    which a synthetic control is refused. `clusters`: fewest on each side for clustered errors.
    `power`: the chance with which the smallest detectable effect would be found.
    """

    min_before: int = 12
    min_after: int = 6
    min_before_monthly: int = 24
    cycles: int = 2
    panel_before: int = 8
    min_donors: int = 2
    clusters: int = 10
    level: float = 0.05
    trend_plain: float = 0.0005
    trend_doubt: float = 0.10
    short_past: int = 48
    draws: int = 299
    permutations: int = 999
    worst_fit: float = 0.10
    power: float = 0.8

    def __post_init__(self) -> None:
        for field in ("level", "worst_fit", "power", "trend_plain", "trend_doubt"):
            if not 0 < getattr(self, field) < 1:
                raise ValueError(f"{field}: must lie between 0 and 1")
        for field in ("min_before", "min_after", "panel_before", "min_donors", "draws", "clusters"):
            if getattr(self, field) < 1:
                raise ValueError(f"{field}: must be at least 1")

    @property
    def fewest_placebos(self) -> int:
        """Below this number no rank can reach the level: 19 for 5 %."""
        return math.ceil(1 / self.level) - 1

    def before(self, season: int | None) -> int:
        """How many points a single series needs before the start."""
        if season is None:
            return self.min_before
        monthly = self.min_before_monthly if season == 12 else 0
        return max(self.min_before, self.cycles * season, monthly)


@dataclass(frozen=True)
class Design:
    """What people declare. Registered in advance only if `fixed_on` comes before `looked_on`.

    `definition_changed`, `other_shock` and `donors_touched` make the case impossible to judge.
    `chosen_for_its_level`: the site was taken because it was the worst (or the best).
    `breaks`: known periods (from, to, both included) that are not like the others, as the times of
    the series or panel are written.
    """

    fixed_on: date | None = None
    looked_on: date | None = None
    definition_changed: bool = False
    other_shock: bool = False
    donors_touched: bool = False
    chosen_for_its_level: bool = False
    breaks: tuple[tuple[Any, Any], ...] = ()

    def __post_init__(self) -> None:
        if any(last < first for first, last in self.breaks):
            raise ValueError("breaks: a period ends before it begins")

    @property
    def pre_registered(self) -> bool:
        if self.fixed_on is None or self.looked_on is None:
            return False
        return self.fixed_on < self.looked_on

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why nothing can be judged, whatever the figures."""
        told = {
            "DEFINITION_CHANGED": self.definition_changed,
            "OTHER_PROJECT_OR_SHOCK": self.other_shock,
            "DONORS_TOUCHED": self.donors_touched,
        }
        return tuple(code for code, holds in told.items() if holds)


SETTINGS, DESIGN = Settings(), Design()
