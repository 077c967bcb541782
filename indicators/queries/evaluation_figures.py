"""The figures that an evaluation reads: its zones by period, as they were known at an instant."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
from django.utils import timezone

from indicators.models import Evaluation, Indicator
from indicators.queries.series import measured
from indicators.results import Measured
from portfolio.models import Zone

SEASONS = {"DAY": 7, "MONTH": 12, "QUARTER": 4, "YEAR": None}
TREATED = "TREATED"


@dataclass(frozen=True)
class Figures:
    """`table`: periods (first days, ascending) by zone code, NaN where there is no value; treated
    zones first. `start`: the first period wholly after the intervention; `left_out`: the periods
    that it cuts in two. `weights`: inhabitants of the treated zones. `starts`: the start of each
    treated zone, where they are not all the same."""

    table: pd.DataFrame
    treated: tuple[str, ...]
    start: pd.Timestamp
    left_out: tuple[date, ...]
    season: int | None
    rule: str
    weights: tuple[int | None, ...]
    starts: Mapping[str, pd.Timestamp] = field(default_factory=dict)

    @property
    def begins(self) -> dict[Hashable, pd.Timestamp]:
        """The start of each treated zone."""
        return {code: self.starts.get(code, self.start) for code in self.treated}

    @property
    def donors(self) -> list[str]:
        return [code for code in self.table.columns if code not in self.treated]

    @property
    def outcome(self) -> pd.Series[float]:
        """The treated zones as one: the sum, or the mean by inhabitants, as the indicator adds up;
        missing where one of them is."""
        own = self.table[list(self.treated)]
        if len(self.treated) == 1:
            return own[self.treated[0]]
        if self.rule == Indicator.ZoneAggregation.SUM:
            return own.sum(axis=1, skipna=False)
        if any(not weight for weight in self.weights):
            return own.sum(axis=1, skipna=False) * float("nan")
        shares = pd.Series([float(weight or 0) for weight in self.weights], index=own.columns)
        return own.mul(shares / shares.sum(), axis=1).sum(axis=1, skipna=False)

    @property
    def _shares(self) -> tuple[int | None, ...]:
        """Inhabitants, where a figure rests on them."""
        is_mean = len(self.treated) > 1 and self.rule != Indicator.ZoneAggregation.SUM
        return self.weights if is_mean else ()

    @property
    def after(self) -> int:
        """Periods since the last zone began with a value in every treated zone."""
        last = max(self.begins.values(), default=self.start)
        since = self.table.loc[self.table.index >= last, list(self.treated)]
        return int(since.notna().all(axis=1).sum())

    @property
    def panel(self) -> pd.DataFrame:
        """One row a zone and period: columns zone, on, value."""
        kept = self.table.rename_axis(index="on", columns="zone")
        return kept.reset_index().melt(id_vars="on", var_name="zone", value_name="value")

    @property
    def comparison(self) -> pd.DataFrame:
        """The panel of one treated unit, the treated zones together, and the donors."""
        table = self.table[self.donors].copy()
        table.insert(0, TREATED, self.outcome)
        kept = table.rename_axis(index="on", columns="zone")
        return kept.reset_index().melt(id_vars="on", var_name="zone", value_name="value")

    def upto(self, end: Any) -> Figures:
        """Only what came before a period."""
        return Figures(self.table[self.table.index < end], self.treated, self.start, self.left_out,
                       self.season, self.rule, self.weights, self.starts)  # fmt: skip

    def moved(self, place: int) -> Figures:
        """With the start at a place of the table, and as far from it those of the other zones."""
        periods = self.table.index
        step = (periods[-1] - periods[0]) / max(1, len(periods) - 1)
        far = {code: round((on - self.start) / step) for code, on in self.starts.items()}
        starts = {code: periods[min(place + more, len(periods) - 1)] for code, more in far.items()}
        return replace(self, start=periods[place], starts=starts)

    def fingerprint(self, told: dict[str, Any]) -> str:
        """Of the figures to their last digit, and of what else is `told`."""
        rows = [[day.date().isoformat(), *(None if pd.isna(v) else repr(float(v)) for v in row)]
                for day, row in zip(self.table.index, self.table.to_numpy(), strict=True)]  # fmt: skip
        parts = [list(self.table.columns), rows, self._shares, told]
        text = json.dumps(parts, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def figures_of(
    evaluation: Evaluation, *, as_of: datetime | None, indicator: Indicator | None = None
) -> Figures:
    """Of a plan whose indicator, zones and dates are set. One set of queries for all zones.
    `indicator`: another one than that of the plan, in the same zones and windows."""
    held = evaluation.evaluation_zones.select_related("zone").order_by("zone__code")
    zones = {one.zone.code: one for one in held}
    treated = [code for code, one in zones.items() if one.role == TREATED]
    donors = [code for code in zones if code not in treated]
    later = {code: one.starts_on for code, one in zones.items() if one.starts_on is not None}
    return table_of(
        evaluation, [zones[code].zone for code in treated], [zones[code].zone for code in donors],
        as_of=as_of, indicator=indicator, later=later,
    )  # fmt: skip


def table_of(
    evaluation: Evaluation, treated: list[Zone], donors: list[Zone], *, as_of: datetime | None,
    indicator: Indicator | None = None, later: Mapping[str, date] | None = None,
) -> Figures:  # fmt: skip
    """The same with other zones than those of the plan; `later`: the first day of treated zones,
    by code, that begin after the intervention."""
    indicator, on = indicator or evaluation.indicator, evaluation.intervention_on
    if indicator is None or on is None:
        raise ValueError("evaluation: its indicator and its date must be set")
    zones = [*treated, *donors]
    found = measured([(indicator, zone) for zone in zones], as_of=as_of)
    today = timezone.localdate(as_of)
    by_zone = {zone.code: found[indicator.pk, zone.pk] for zone in zones}
    cut = _cut_in_two(
        by_zone, {zone.code: (later or {}).get(zone.code, on) for zone in treated}, on
    )
    table = pd.DataFrame(
        {code: _within(one, evaluation, cut[code], today) for code, one in by_zone.items()},
        columns=list(by_zone),
    ).sort_index()  # fmt: skip
    starts = {code: _first_after(table, day) for code, day in (later or {}).items()}
    return Figures(
        table, tuple(zone.code for zone in treated), _first_after(table, on),
        tuple(sorted({day for days in cut.values() for day in days})),
        SEASONS[indicator.frequency], indicator.zone_aggregation,
        tuple(zone.population for zone in treated), starts,
    )  # fmt: skip


def _cut_in_two(
    by_zone: Mapping[str, Measured], begins: Mapping[str, date], on: date
) -> dict[str, set[date]]:
    """By zone, the periods that the intervention cuts in two: the same for all zones, unless the
    treated ones begin on several days; then each has its own."""
    if set(begins.values()) <= {on}:
        cut = {o.on for one in by_zone.values() for o in one.observations if o.on < on <= o.until}
        return {code: cut for code in by_zone}  # noqa: C420 - the same for all
    return {
        code: {o.on for o in one.observations if code in begins and o.on < begins[code] <= o.until}
        for code, one in by_zone.items()
    }


def _first_after(table: pd.DataFrame, on: date) -> pd.Timestamp:
    """The first period that begins on that day or later."""
    found: pd.Timestamp = next((day for day in table.index if day.date() >= on), pd.Timestamp(on))
    return found


def _within(
    one: Measured, evaluation: Evaluation, left_out: set[date], today: date
) -> pd.Series[float]:
    """Whole periods of the windows, without those that the intervention cuts in two, nor one under
    way: what was counted of it is less than it will hold."""
    first, last = evaluation.before_from or date.min, evaluation.after_until or date.max
    kept = {pd.Timestamp(o.on): o.value for o in one.observations
            if first <= o.on and o.until <= last and o.until < today and o.on not in left_out}  # fmt: skip
    return pd.Series(kept, dtype=float, index=pd.DatetimeIndex(list(kept)))


def periods_planned(evaluation: Evaluation) -> int:
    """How many whole periods the window after the intervention will hold."""
    indicator, first, last = (
        evaluation.indicator, evaluation.intervention_on, evaluation.after_until
    )  # fmt: skip
    if indicator is None or first is None or last is None:
        raise ValueError("evaluation: its indicator and its window must be set")
    frequency = {"DAY": "D", "MONTH": "MS", "QUARTER": "QS", "YEAR": "YS"}[indicator.frequency]
    starts = pd.date_range(first, last + timedelta(days=1), freq=frequency)
    return max(0, len(starts) - 1)
