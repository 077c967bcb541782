"""How critical a risk is: two scales of four steps, multiplied, and cut into four levels.

The scales, so that two people who rate a risk mean the same:

| step | probability, until the end of the project | severity |
|---|---|---|
| 1 | under 10 % | under 1 % of the cost, or a month of delay |
| 2 | 10 to 40 % | under 5 %, or three months |
| 3 | 40 to 70 % | under 15 %, or a year, or a part of the promised effect |
| 4 | above 70 % | more, or somebody hurt, or the project stopped |

Method: a consequence/probability matrix (IEC 31010:2019, B.10.3). The cuts are ours: a risk that
is unlikely is never above high, whatever its severity; a major one never below moderate.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import TypeVar

STEPS = (1, 2, 3, 4)
Item = TypeVar("Item")


class Level(Enum):
    """The lowest criticality of each."""

    LOW = 1
    MODERATE = 4
    HIGH = 8
    CRITICAL = 12


def criticality(probability: int, severity: int) -> int:
    """From 1 to 16. Raises ValueError off the scales."""
    if probability not in STEPS or severity not in STEPS:
        raise ValueError("probability and severity go from 1 to 4")
    return probability * severity


def level(value: int) -> Level:
    """Of a criticality."""
    return next(level for level in reversed(Level) if value >= level.value)


def matrix(rated: Iterable[tuple[int, int, Item]]) -> dict[tuple[int, int], list[Item]]:
    """Items by (probability, severity); every cell is there, most are empty."""
    cells: dict[tuple[int, int], list[Item]] = {(p, s): [] for p in STEPS for s in STEPS}
    for probability, severity, item in rated:
        cells[probability, severity].append(item)
    return cells
