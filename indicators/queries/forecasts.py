"""The forecasts of targets: what they rest on today, and the last ones that were stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import pandas as pd
from django.utils import timezone

from indicators.analysis.holidays import french_holidays
from indicators.forecasts import Break, ForecastView, Inputs, view_of
from indicators.models import ForecastResult, Indicator, KnownBreak
from indicators.results import TargetView


def forecasts_of(views: Sequence[TargetView]) -> dict[int, ForecastView]:
    """By target, the forecast that stood at the instant of the views; two queries whatever their
    number. A target that was never looked at has none."""
    if not views:
        return {}
    as_of = views[0].as_of
    ids = [view.target.pk for view in views]
    rows = {row.target_id: row for row in ForecastResult.objects.last_of(ids, by=as_of)}
    if not rows:
        return {}
    breaks = standing_breaks(as_of)
    return {
        view.target.pk: view_of(row, is_outdated=_is_outdated(row, view, breaks))
        for view in views
        if (row := rows.get(view.target.pk))
    }


def earlier(target_ids: Iterable[int], *, by: datetime | None = None) -> list[ForecastResult]:
    """All forecasts of these targets but their figures, the latest first."""
    found = ForecastResult.objects.filter(target__in=list(target_ids)).defer("result")
    found = found if by is None else found.filter(computed_at__lte=by)
    return list(found.order_by("-computed_at", "-pk"))


def _is_outdated(row: ForecastResult, view: TargetView, breaks: Sequence[KnownBreak]) -> bool:
    """A method that came later takes nothing from what was told of an instant before."""
    inputs = inputs_of(view, breaks)
    digest = inputs.digest_by(row.method_version) if view.as_of else inputs.digest
    return digest != row.input_hash


def standing_breaks(as_of: datetime | None = None) -> list[KnownBreak]:
    return list(KnownBreak.objects.standing(as_of).order_by("from_on", "pk"))


def inputs_of(view: TargetView, breaks: Iterable[KnownBreak]) -> Inputs:
    """What a forecast of this target rests on, at the instant of the view.

    Periods that have not ended are left out: what was counted of them is less than they will hold.
    """
    indicator, values = view.indicator, _whole(view)
    inputs = Inputs(
        lack=_lack(view, values), values=values, frequency=indicator.frequency,
        direction=indicator.direction,
    )  # fmt: skip
    if inputs.lack:
        return inputs
    last = view.points[-1]
    return Inputs(
        lack="", values=values, frequency=indicator.frequency, direction=indicator.direction,
        due_on=last.due_on, goal=last.value, breaks=_breaks(view, values, breaks),
        holidays=_holidays(indicator, values, last.due_on), floor=_floor(view, values),
    )  # fmt: skip


def _whole(view: TargetView) -> pd.Series[float]:
    today = timezone.localdate(view.as_of) if view.as_of else view.today
    ended = [o for o in view.observations if o.until < today]
    days = pd.DatetimeIndex([o.on for o in ended])
    return pd.Series([o.value for o in ended], index=days, dtype=float)


def _lack(view: TargetView, values: pd.Series[float]) -> str:
    if not view.points:
        return "NO_TARGET"
    if view.status.reason == "INVALID_TARGET":
        return "INVALID_TARGET"
    known = values.dropna()
    ended = not known.empty and view.points[-1].due_on <= _last_day(known, view)
    return "TARGET_DATE_PASSED" if ended or view.points[-1].due_on < view.today else ""


def _last_day(known: pd.Series[float], view: TargetView) -> date:
    """Of the last period that has a value: a target within it is not ahead."""
    last = known.index[-1].date()
    return next((o.until for o in reversed(view.observations) if o.on == last), last)


def _breaks(
    view: TargetView, values: pd.Series[float], declared: Iterable[KnownBreak]
) -> tuple[Break, ...]:
    """Those of this measure that lie within what is known of it."""
    known = values.dropna()
    if known.empty:
        return ()
    first, last = known.index[0].date(), known.index[-1].date()
    return tuple(
        Break(one.from_on, one.until_on, one.reason_fr, one.reason_en)
        for one in declared
        if one.indicator_id in {None, view.indicator.pk} and one.zone_id in {None, view.zone.pk}
        and one.from_on <= last and (one.until_on or last) >= first
    )  # fmt: skip


def days_of(breaks: Iterable[Break]) -> tuple[date, ...]:
    """The days from which the level may be another: the first day of each, and the one after it."""
    days = {one.on for one in breaks}
    days |= {one.until + timedelta(days=1) for one in breaks if one.until}
    return tuple(sorted(days))


def _holidays(indicator: Indicator, values: pd.Series[float], until: date) -> tuple[date, ...]:
    if indicator.frequency != Indicator.Frequency.DAY or values.empty:
        return ()
    return tuple(sorted(french_holidays(values.index[0].year, until.year + 10)))


def _floor(view: TargetView, values: pd.Series[float]) -> float | None:
    goals = [view.points[-1].value]
    lowest = [min(goal) if isinstance(goal, tuple) else goal for goal in goals]
    return 0.0 if min([*values.dropna(), *lowest]) >= 0 else None
