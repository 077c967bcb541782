"""An effect as plain figures that can be stored: numbers, series by period, checks passed or not."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from indicators.analysis.impact.own_effects import OwnEffects
from indicators.analysis.impact.results import (
    LIKELY,
    SHOWN,
    Effect,
    Method,
    NotIdentified,
    Placebo,
)
from indicators.analysis.impact.settings import SETTINGS, Settings
from portfolio.results import Unknown

Json = dict[str, Any]


@dataclass(frozen=True)
class Check:
    """`code` names the check, `passed` is None where it could not be made; `facts` are figures."""

    code: str
    passed: bool | None
    facts: Mapping[str, Any]

    def json(self) -> Json:
        return {"code": self.code, "passed": self.passed, "facts": dict(self.facts)}


def figures(effect: Effect, *, settings: Settings = SETTINGS) -> Json:
    """Everything of an effect but its series; what is unknown or infinite is null."""
    placebo = effect.diagnostics.get("placebo")
    names = ("point", "low", "high", "level", "relative", "relative_low", "relative_high",
             "cumulative", "cumulative_low", "cumulative_high", "p_value")  # fmt: skip
    return {
        **{name: number(getattr(effect, name)) for name in names},
        "smallest": number(effect.smallest_detectable),
        "method": effect.method,
        "placebo": {"rank": placebo.rank, "of": placebo.of} if isinstance(placebo, Placebo) else None,
        "weights": {str(unit): number(share) for unit, share in effect.weights.items()},
        "checks": [check.json() for check in checks(effect, settings=settings)],
        "without_breaks": _answer(effect.diagnostics.get("without_breaks")),
        "placebo_outcome": _answer(effect.diagnostics.get("placebo_outcome")),
        "by_zone": _by_zone(effect),
    }  # fmt: skip


def series(effect: Effect, observed: pd.Series[float], *, start: Any) -> Json:
    """One entry a period: what was observed, what was expected without the project, and the range
    of that. Where the method gives no range by period, it is the one of the mean effect."""
    frame = effect.diagnostics.get("frame")
    if not (isinstance(frame, pd.DataFrame) and {"low", "high"} <= set(frame.columns)):
        frame = None
    ranged = frame is not None
    periods = []
    for day in observed.index:
        expected = _at(effect.counterfactual, day)
        bounds: tuple[float | None, float | None] = (None, None)
        if frame is not None and day in frame.index:
            bounds = number(frame.at[day, "low"]), number(frame.at[day, "high"])
        elif not ranged and expected is not None and day >= start:
            far = (effect.high - effect.point, effect.point - effect.low)
            bounds = number(expected - far[0]), number(expected + far[1])
        periods.append({"on": _day(day), "observed": number(observed[day]), "expected": expected,
                        "low": bounds[0], "high": bounds[1]})  # fmt: skip
    return {"periods": periods, "placebos": _placebos(effect), "by_period": ranged}


def _placebos(effect: Effect) -> Json:
    """Gaps of each zone taken as treated, by period; a mean effect each where that is all. `own`:
    the gap of the project's zones told in the same way, where the series do not give it."""
    gaps = effect.diagnostics.get("placebo_gaps") or {}
    own = effect.diagnostics.get("own_gap")
    means = effect.diagnostics.get("placebo_effects") or {}
    return {
        "gaps": {str(unit): _dated(found) for unit, found in gaps.items()},
        "own": _dated(own) if own is not None else [],
        "means": {str(unit): number(mean) for unit, mean in means.items()},
    }  # fmt: skip


def _dated(gap: pd.Series[float]) -> list[list[Any]]:
    return [[_day(on), number(value)] for on, value in gap.items()]


def _answer(other: object) -> Json | None:
    """Another answer than the one told, in short."""
    if isinstance(other, NotIdentified):
        return {"verdict": other.verdict, "reasons": list(other.reasons)}
    if isinstance(other, Effect):
        return {"verdict": other.verdict, "grade": other.grade, "point": number(other.point),
                "low": number(other.low), "high": number(other.high)}  # fmt: skip
    return None


def checks(effect: Effect, *, settings: Settings = SETTINGS) -> list[Check]:
    """What was verified about an effect, in the order in which it is told."""
    found = effect.diagnostics
    if effect.method == "BEFORE_AFTER":
        return []
    told = [_range(effect), _second(effect, settings), _placebo(effect, settings)]
    if "rmspe_before" in found:
        told += _synthetic(effect, settings)
    if "pre_trend_p" in found:
        p = found["pre_trend_p"]
        passed = None if p is None else bool(p >= settings.level)
        told.append(Check("PRE_TRENDS", passed, {"p": number(p)}))
    if found.get("other_trend") is not None:
        primary = found["other_trend"][0]
        told.append(Check("TREND_EITHER_WAY", bool(primary.point * effect.point > 0),
                          {"point": number(primary.point)}))  # fmt: skip
    told += _zones_agree(effect)
    told += _placebo_outcome(effect)
    if "works_elsewhere" in found:
        zones = found["works_elsewhere"]
        told.append(Check("DONORS_LEFT_ALONE", not zones, {"zones": zones}))
    told += _flags(found.get("flags", ()))
    told += _breaks(effect)
    return told


def _range(effect: Effect) -> Check:
    return Check("RANGE_LEAVES_ZERO_OUT", bool(effect.low * effect.high > 0),
                 {"low": number(effect.low), "high": number(effect.high)})  # fmt: skip


def _second(effect: Effect, settings: Settings) -> Check:
    second = effect.diagnostics.get("second")
    if not isinstance(second, Method):
        return Check("SECOND_METHOD", None, {})
    agrees = second.point * effect.point > 0 and second.p_value <= 2 * settings.level
    facts = {"method": second.name, "point": number(second.point), "p": number(second.p_value)}
    if "counts" in effect.diagnostics:
        facts["quoted"] = effect.diagnostics["primary"].name
    return Check("SECOND_METHOD", bool(agrees), facts)


def _placebo(effect: Effect, settings: Settings) -> Check:
    p = number(effect.p_value)
    passed = None if p is None else p <= settings.level
    placebo = effect.diagnostics.get("placebo")
    facts: Json = {"p": p}
    if isinstance(placebo, Placebo):
        facts |= {"rank": placebo.rank, "of": placebo.of}
    return Check("PLACEBO", passed, facts)


def _synthetic(effect: Effect, settings: Settings) -> list[Check]:
    found = effect.diagnostics
    actual: pd.Series[float] = found["actual"]
    level = float(np.abs(actual.iloc[: found["before"]]).mean())
    share = found["rmspe_before"] / max(level, 1e-300)
    told = [Check("FIT_BEFORE", bool(share <= settings.worst_fit), {"share": number(share)})]
    without = found.get("leave_one_out") or {}
    if without:
        holds = all(one * effect.point > 0 and abs(one) >= abs(effect.point) / 2
                    for one in without.values())  # fmt: skip
        told.append(Check("LEAVE_ONE_OUT", bool(holds), {
            "low": number(min(without.values())), "high": number(max(without.values()))}))  # fmt: skip
    false = found.get("false_start_effect")
    if false is not None:
        told.append(Check("FALSE_START", bool(abs(false) < abs(effect.point) / 2),
                          {"on": _day(found["false_start"]), "point": number(false)}))  # fmt: skip
    return told


def _by_zone(effect: Effect) -> list[Json]:
    """The effect of each treated zone by itself, where there are several."""
    own = effect.diagnostics.get("own_effects")
    points = own.points if isinstance(own, OwnEffects) else {}
    return [{"zone": str(unit), "point": number(point)} for unit, point in points.items()]


def _zones_agree(effect: Effect) -> list[Check]:
    own = effect.diagnostics.get("own_effects")
    if not isinstance(own, OwnEffects):
        return []
    facts = {"reversed": own.reversed_in, "of": len(own.points)}
    return [Check("ZONES_AGREE", not own.flagged, facts)]


def _placebo_outcome(effect: Effect) -> list[Check]:
    other = effect.diagnostics.get("placebo_outcome")
    if other is None:
        return []
    judged = isinstance(other, Effect)
    passed = other.verdict not in (SHOWN, LIKELY) if judged else None
    return [Check("PLACEBO_OUTCOME", passed, _answer(other) or {})]


def _flags(flags: tuple[str, ...]) -> list[Check]:
    told = [flag for flag in flags if flag in ("CHOSEN_FOR_ITS_LEVEL", "STARTED_FROM_AN_EXTREME")]
    return [Check(flag, passed=False, facts={}) for flag in told]


def _breaks(effect: Effect) -> list[Check]:
    other = effect.diagnostics.get("without_breaks")
    if other is None:
        return []
    if isinstance(other, NotIdentified):
        return [Check("WITHOUT_BREAKS", None, {"reasons": list(other.reasons)})]
    alike = other.verdict == effect.verdict and other.point * effect.point > 0
    return [Check("WITHOUT_BREAKS", bool(alike), {"point": number(other.point)})]


def _at(values: pd.Series[float], day: Any) -> float | None:
    return number(values[day]) if day in values.index else None


def _day(value: Any) -> str:
    return pd.Timestamp(value).date().isoformat()


def number(value: Any) -> float | None:
    """None for what is unknown, missing or infinite: JSON has no word for them."""
    if value is None or isinstance(value, Unknown):
        return None
    told = float(value)
    return told if math.isfinite(told) else None
