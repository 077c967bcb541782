"""Forecasts of targets: computed where what they rest on has changed, kept for good."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
from django.db import transaction
from django.utils import timezone

from indicators.analysis.contest import LEAST_POINTS
from indicators.analysis.forecast import METHOD_VERSION, Forecast, TooEarly, forecast
from indicators.forecasts import LEVELS, SEED, Inputs, Record
from indicators.models import ForecastResult, Target
from indicators.queries.forecasts import days_of, inputs_of, standing_breaks
from indicators.queries.targets import target_view
from indicators.results import Point, TargetView

LEAST_APART = timedelta(hours=6)  # a feed pulled every five minutes is not forecast as often
DIGITS = 7


@dataclass(frozen=True)
class Done:
    """The forecast that stands, and whether it was computed now."""

    result: ForecastResult
    is_new: bool


def forecast_target(*, target: Target, now: datetime, code_version: str = "") -> Done | None:
    """Forecast the measure of a target to its last point, unless nothing it rests on has changed.
    None where the target was removed meanwhile.

    What cannot be forecast is stored too, with the reason: "too early" has a date like any result.
    """
    view = target_view(target, today=timezone.localdate(now))
    inputs = inputs_of(view, standing_breaks())
    if (last := _last(target)) and last.input_hash == inputs.digest:
        return Done(last, is_new=False)
    found = _compute(inputs, view)
    with transaction.atomic():
        # Two workers that computed the same store it once.
        if not Target.objects.select_for_update(no_key=True).filter(pk=target.pk).exists():
            return None
        if (last := _last(target)) and last.input_hash == inputs.digest:
            return Done(last, is_new=False)
        row = ForecastResult.objects.create(
            target=target, computed_at=now, as_of=now, input_hash=inputs.digest, seed=SEED,
            method_version=METHOD_VERSION, code_version=code_version, due_on=inputs.due_on, **found,
        )  # fmt: skip
        return Done(row, is_new=True)


def refresh(
    *, now: datetime, code_version: str = "", target_ids: Iterable[int] | None = None
) -> list[Done]:
    """All targets, or these, one after the other."""
    targets = Target.objects.select_related("project", "indicator", "zone").order_by("pk")
    if target_ids is not None:
        targets = targets.filter(pk__in=list(target_ids))
    done = (forecast_target(target=one, now=now, code_version=code_version) for one in targets)
    return [one for one in done if one is not None]


def to_look_at(*, now: datetime, indicator_id: int | None = None) -> list[int]:
    """Targets to be forecast: all that stand; of one indicator, whose values have just changed, those
    that were not a short while ago (the night makes up for it)."""
    targets = Target.objects.standing().order_by("pk")
    if indicator_id is not None:
        fresh = ForecastResult.objects.filter(computed_at__gt=now - LEAST_APART)
        targets = targets.filter(indicator=indicator_id).exclude(forecasts__in=fresh)
    return list(targets.values_list("pk", flat=True))


def _last(target: Target) -> ForecastResult | None:
    return ForecastResult.objects.last_of([target.pk]).first()


# ---------------------------------------------------------------- computing


def _compute(inputs: Inputs, view: TargetView) -> dict[str, Any]:
    """The columns `reason`, `probability` and `result` of what is stored."""
    known = int(inputs.values.notna().sum())
    if inputs.lack:
        return _nothing(inputs.lack, known)
    found = _forecast(inputs, days_of(inputs.breaks))
    if isinstance(found, TooEarly):
        return _nothing(found.reason, found.points)
    if isinstance(found, str):
        return _nothing(found, known)
    without = _forecast(inputs, ()) if inputs.breaks else None
    result = _result(found, inputs) | {
        "steps": [_step(found, p, inputs) for p in _on_the_way(view)]
    }
    result["without"] = _chance(without) if isinstance(without, Forecast) else None
    return {"reason": "", "probability": result["chance"]["probability"], "result": result}


def _nothing(reason: str, points: int) -> dict[str, Any]:
    return {"reason": reason, "result": {"points": points, "needed": LEAST_POINTS}}


def _forecast(inputs: Inputs, breaks: Iterable[date]) -> Forecast | TooEarly | str:
    """The analysis, or the code of what is wrong with the series."""
    if inputs.due_on is None:
        return "NO_TARGET"
    known = inputs.values.dropna()
    if len(known) >= LEAST_POINTS and known.nunique() == 1:
        return "NEVER_CHANGED"  # it gives no idea of how far it may move
    try:
        found = forecast(
            inputs.values, until=inputs.due_on, target=inputs.goal, direction=inputs.direction,
            frequency=inputs.frequency, seed=SEED, breaks=tuple(breaks), holidays=inputs.holidays,
        )  # fmt: skip
    except ValueError as error:
        return "TARGET_DATE_PASSED" if str(error).startswith("until") else "IRREGULAR_SERIES"
    if isinstance(found, Forecast) and not _is_finite(found):
        return "NO_MODEL"
    return found


def _is_finite(found: Forecast) -> bool:
    chance = found.probability_on_target
    return chance is not None and math.isfinite(chance) and bool(found.upper95.notna().all())


def _result(found: Forecast, inputs: Inputs) -> dict[str, Any]:
    bands = {"mean": found.mean}
    for level in LEVELS:
        bands |= {f"{side}{level}": getattr(found, f"{side}{level}") for side in ("lower", "upper")}
    return {
        "periods": [day.date().isoformat() for day in found.mean.index],
        **{name: _numbers(band, inputs.floor) for name, band in bands.items()},
        "goal": inputs.goal, "chance": _chance(found), "record": asdict(_record(found)),
        "scale": found.scale, "points": found.points, "needed": LEAST_POINTS,
        "breaks": [
            {"on": one.on.isoformat(), "until": one.until.isoformat() if one.until else None,
             "reason_fr": one.reason_fr, "reason_en": one.reason_en} for one in inputs.breaks
        ],
    }  # fmt: skip


def _numbers(band: pd.Series[float], floor: float | None) -> list[float]:
    """To as many digits as matter; never below what such a quantity can be."""
    values = band if floor is None else band.clip(lower=floor)
    return [float(f"{value:.{DIGITS}g}") for value in values]


def _chance(found: Forecast) -> dict[str, Any]:
    on = found.reached_on
    low, high = found.probability_range or (0.0, 1.0)
    return {
        "probability": round(min(max(found.probability_on_target or 0.0, 0.0), 1.0), 4),
        "between": [round(low, 4), round(high, 4)],
        "reached_on": on.isoformat() if isinstance(on, date) else None,
    }


def _record(found: Forecast) -> Record:
    return Record(
        model=found.model, mase=_known(found.mase), naive=_known(found.naive_mase),
        coverage80=_known(found.coverage80), coverage95=_known(found.coverage95),
        widened=found.widened, origins=found.origins, horizon=found.horizon_tried,
        points=found.points, set_aside=found.set_aside,
    )  # fmt: skip


def _known(value: float) -> float | None:
    return round(float(value), 4) if math.isfinite(value) else None


def _on_the_way(view: TargetView) -> list[Point]:
    """The points before the last one that are still to come."""
    return [point for point in view.points[:-1] if point.due_on > view.today]


def _step(found: Forecast, point: Point, inputs: Inputs) -> dict[str, Any]:
    """Read off the fan at the period that holds the date."""
    held = [place for place, day in enumerate(found.mean.index) if day.date() <= point.due_on]
    at = held[-1] if held else 0
    mean, low, high = (
        _numbers(band.iloc[[at]], inputs.floor)[0]
        for band in (found.mean, found.lower80, found.upper80)
    )
    goal = list(point.value) if isinstance(point.value, tuple) else point.value
    return {
        "due_on": point.due_on.isoformat(),
        "goal": goal,
        "mean": mean,
        "low": low,
        "high": high,
    }
