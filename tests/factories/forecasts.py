"""A measure with a past that can be forecast, and forecasts made by hand."""

from datetime import date, datetime, timedelta

import numpy as np

from indicators.models import ForecastResult, KnownBreak, Target
from tests.factories.indicators import make_feed, make_indicator, make_observations, make_target
from tests.factories.portfolio import NOW, make_zone

LAST = date(2026, 5, 1)  # the last month that has ended: NOW is the first of June 2026


def months(count: int, *, start: float = 100.0, slope: float = 1.0, noise: float = 2.0) -> dict:
    """So many monthly values up to LAST, rising by `slope`; the same noise each time."""
    drawn = np.random.default_rng(7).normal(0, noise, count)
    first = LAST.year * 12 + LAST.month - count
    return {
        date((first + place) // 12, (first + place) % 12 + 1, 1): round(
            float(start + slope * place + drawn[place]), 2
        )
        for place in range(count)
    }


def make_measured_target(count: int = 30, *, goal: float = 150.0, **fields) -> Target:
    """A monthly measure of `count` values, and a target at the end of 2027."""
    of_series = {name: fields.pop(name) for name in ("start", "slope", "noise") if name in fields}
    feed = make_feed(indicator=fields.pop("indicator", None) or make_indicator())
    zone = fields.pop("zone", None) or make_zone()
    make_observations(feed, zone, months(count, **of_series))
    fields = {"points": {date(2027, 12, 31): goal}, "baseline_on": date(2023, 1, 1)} | fields
    return make_target(indicator=feed.indicator, zone=zone, **fields)


def make_break(**fields) -> KnownBreak:
    defaults = {"from_on": date(2025, 1, 1), "reason_fr": "Compteur remplacé",
                "reason_en": "Counter replaced", "declared_at": NOW}  # fmt: skip
    return KnownBreak.objects.create(**(defaults | fields))


def make_forecast(target: Target, probability: float | None = 0.7, **fields) -> ForecastResult:
    """As stored: expected to be at 150 in two periods, or too early where `probability` is None."""
    at = fields.pop("at", NOW)
    result = fields.pop("result", None) or (
        made_result(probability) if probability is not None else {"points": 5, "needed": 8}
    )
    defaults = {
        "computed_at": at, "as_of": at, "input_hash": "0" * 64, "method_version": "1", "seed": 1,
        "due_on": date(2027, 12, 31), "probability": probability, "result": result,
        "reason": "" if probability is not None else "TOO_FEW_POINTS",
    }  # fmt: skip
    return ForecastResult.objects.create(target=target, **(defaults | fields))


def made_result(probability: float) -> dict:
    band = {f"{side}{level}": [150 + sign * int(level) / 10, 152 + sign * int(level) / 5]
            for level in ("50", "80", "95") for side, sign in (("lower", -1), ("upper", 1))}  # fmt: skip
    record = {
        "model": "LEVEL+TREND", "mase": 0.61, "naive": 0.83, "coverage80": 0.78, "coverage95": 0.94,
        "widened": 1.0, "origins": 8, "horizon": 6, "points": 30, "set_aside": 0,
    }  # fmt: skip
    between = [max(probability - 0.1, 0), min(probability + 0.1, 1)]
    return {
        "periods": ["2026-06-01", "2027-12-01"], "mean": [150.0, 152.0], **band, "goal": 151.0,
        "chance": {"probability": probability, "between": between, "reached_on": "2027-09-01"},
        "without": None, "record": record, "scale": "PLAIN", "points": 30, "needed": 8,
        "breaks": [], "steps": [],
    }  # fmt: skip


def later(days: int) -> datetime:
    return NOW + timedelta(days=days)
