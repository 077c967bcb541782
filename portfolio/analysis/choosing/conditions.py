"""What a programme must respect besides its envelopes."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

import pandas as pd

Pair = tuple[Hashable, Hashable]
UNIT = "count"  # a figure that is one for each candidate, where no column has that name


@dataclass(frozen=True)
class Equity:
    """What each commune gets per inhabitant, beside what the whole territory gets.

    In each commune, `figure` of what is chosen, per inhabitant, is at least `least` times (and at
    most `most` times) that of the territory. `inhabitants`: by commune, all positive. `shares`:
    part of each candidate (rows) in each commune (columns), 0 to 1; without it, the column
    `commune` says where each candidate is.
    """

    figure: str
    inhabitants: pd.Series
    least: float = 0.0
    most: float | None = None
    shares: pd.DataFrame | None = None

    def __post_init__(self) -> None:
        if self.least < 0 or (self.most is not None and self.most < self.least):
            raise ValueError("equity: least is to be positive and most not below it")
        if not (self.inhabitants > 0).all():
            raise ValueError("equity.inhabitants: every commune needs a positive number")


@dataclass(frozen=True)
class Constraints:
    """Conditions on what is chosen; each is optional.

    - `mandatory`, `excluded`: candidates. `started`: candidates taken as they are, by their first
      option.
    - `prerequisites`: pairs (candidate, the one it needs). Where the candidates have a column
      `start`, the one needed starts in the same year or before.
    - `exclusive`: sets of candidates of which one at most is taken.
    - `capacity`: most of each figure (columns, say people in 2027) by department (rows), by the
      candidates' column `department`; NaN where there is no limit.
    - `minimum`: least of each figure (columns; `count` is a number of projects) by policy (rows),
      by the candidates' column `policy`.
    - `climate`: most of each figure (index), say tonnes of CO2 of the works.
    - `floors`: least of each figure (index), say the money that goes to priority districts.
    - `equity`: see `Equity`.
    """

    mandatory: frozenset[Hashable] = frozenset()
    excluded: frozenset[Hashable] = frozenset()
    started: frozenset[Hashable] = frozenset()
    prerequisites: tuple[Pair, ...] = ()
    exclusive: tuple[frozenset[Hashable], ...] = ()
    capacity: pd.DataFrame | None = None
    minimum: pd.DataFrame | None = None
    climate: pd.Series | None = None
    floors: pd.Series | None = None
    equity: tuple[Equity, ...] = field(default=())
