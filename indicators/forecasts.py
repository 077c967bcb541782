"""What a forecast rests on, and what it says: plain frozen records around the pure analysis."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pandas as pd
from django.utils.translation import get_language

from indicators.analysis.forecast import METHOD_VERSION
from indicators.analysis.progress import Band

SEED = 20_260_101  # of the draws of the fallback: any number, always the same
LEVELS = ("50", "80", "95")


@dataclass(frozen=True)
class Break:
    """A known break as it was declared: `until` is its last day, None where the level stays."""

    on: date
    until: date | None
    reason_fr: str
    reason_en: str

    @property
    def reason(self) -> str:
        english = (get_language() or "fr").startswith("en")
        return (self.reason_en if english else "") or self.reason_fr


@dataclass(frozen=True)
class Inputs:
    """All that a forecast rests on. `lack`: why none can be made (UPPERCASE), empty otherwise.

    `values` are on the first days of whole periods, in the unit of the measure; `due_on` and `goal`
    those of the last point of the target; `floor`: 0 where nothing below zero was ever measured.
    """

    lack: str
    values: pd.Series[float]
    frequency: str
    direction: str
    due_on: date | None = None
    goal: float | Band | None = None
    breaks: tuple[Break, ...] = ()
    holidays: tuple[date, ...] = ()
    floor: float | None = None

    @property
    def digest(self) -> str:
        """By the method of now."""
        return self.digest_by(METHOD_VERSION)

    def digest_by(self, method: str) -> str:
        """SHA-256 of their canonical JSON, with the seed and the version of the method."""
        known = self.values.dropna()
        told = {
            "values": [[str(day)[:10], value] for day, value in known.items()],
            "frequency": self.frequency, "direction": self.direction, "lack": self.lack,
            "due_on": self.due_on, "goal": self.goal, "floor": self.floor, "seed": SEED,
            "breaks": [[one.on, one.until, one.reason_fr, one.reason_en] for one in self.breaks],
            "holidays": sorted(self.holidays), "method": method,
        }  # fmt: skip
        text = json.dumps(told, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Ahead:
    """What is expected of one period; the bounds by level, in the unit of the measure."""

    on: date
    mean: float
    bounds: Mapping[str, tuple[float, float]]

    @property
    def named(self) -> dict[str, date | float]:
        """Its figures by name: mean, lower80, upper80…"""
        sides = ("lower", "upper")
        named = {
            f"{side}{level}": bound
            for level, bounds in self.bounds.items()
            for side, bound in zip(sides, bounds, strict=True)
        }
        return {"on": self.on, "mean": self.mean, **named}


@dataclass(frozen=True)
class Step:
    """An earlier point of the target, read off the fan: what is expected then, at 80 %."""

    due_on: date
    goal: float | Band
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Chance:
    """`probability` of being on the good side of the target at its date; `between`: over all models
    that forecast nearly as well; `reached_on`: first period where the central path is there, None
    where it is not within ten years."""

    probability: float
    between: tuple[float, float]
    reached_on: date | None

    @property
    def low(self) -> float:
        return self.between[0]

    @property
    def high(self) -> float:
        return self.between[1]


@dataclass(frozen=True)
class Record:
    """How good such forecasts were in the past of this very series. `mase` and `naive` are mean
    absolute errors in units of the seasonal naive error; None where there was nothing to try."""

    model: str
    mase: float | None
    naive: float | None
    coverage80: float | None
    coverage95: float | None
    widened: float
    origins: int
    horizon: int
    points: int
    set_aside: int


@dataclass(frozen=True)
class ForecastView:
    """A stored forecast, ready for a page, a PDF, the API.

    `lack`: why nothing can be said, and then `chance` is None and `ahead` empty. `without`: the
    chance where no known break is reckoned with; None where there is none. `is_outdated`: what it
    rests on has changed since. `before`: the chance of the forecast before it.
    """

    target_id: int
    computed_at: datetime
    as_of: datetime
    due_on: date | None
    lack: str
    points: int
    needed: int
    goal: float | Band | None = None
    chance: Chance | None = None
    without: Chance | None = None
    record: Record | None = None
    ahead: tuple[Ahead, ...] = ()
    steps: tuple[Step, ...] = ()
    breaks: tuple[Break, ...] = field(default=())
    is_outdated: bool = False
    method_version: str = ""
    code_version: str = ""
    input_hash: str = ""

    @property
    def at_target(self) -> Ahead | None:
        """The period that holds the date of the target: the last one."""
        return self.ahead[-1] if self.ahead else None


def view_of(row: Any, *, is_outdated: bool = False) -> ForecastView:
    """Of a `ForecastResult`."""
    said = row.result
    return ForecastView(
        target_id=row.target_id, computed_at=row.computed_at, as_of=row.as_of, due_on=row.due_on,
        lack=row.reason, points=said.get("points", 0), needed=said.get("needed", 0),
        goal=_goal(said.get("goal")), chance=_chance(said.get("chance")),
        without=_chance(said.get("without")),
        record=Record(**said["record"]) if "record" in said else None,
        ahead=tuple(_ahead(said)), steps=tuple(_step(one) for one in said.get("steps", [])),
        breaks=tuple(_break(one) for one in said.get("breaks", [])), is_outdated=is_outdated,
        method_version=row.method_version, code_version=row.code_version,
        input_hash=row.input_hash,
    )  # fmt: skip


def _goal(said: Any) -> float | Band | None:
    return (said[0], said[1]) if isinstance(said, list) else said


def _chance(said: Any) -> Chance | None:
    if said is None:
        return None
    low, high = said["between"]
    return Chance(said["probability"], (low, high), _day(said["reached_on"]))


def _ahead(said: Mapping[str, Any]) -> list[Ahead]:
    found = []
    for place, on in enumerate(said.get("periods", [])):
        bounds = {
            level: (said[f"lower{level}"][place], said[f"upper{level}"][place]) for level in LEVELS
        }
        found.append(Ahead(date.fromisoformat(on), said["mean"][place], bounds))
    return found


def _step(said: Mapping[str, Any]) -> Step:
    due_on, goal = date.fromisoformat(said["due_on"]), _goal(said["goal"])
    assert goal is not None
    return Step(due_on, goal, said["mean"], said["low"], said["high"])


def _break(said: Mapping[str, Any]) -> Break:
    on = date.fromisoformat(said["on"])
    return Break(on, _day(said["until"]), said["reason_fr"], said["reason_en"])


def _day(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None
