"""The figures of a target's chart as a table and as CSV rows."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from indicators.charts import wording
from indicators.charts.compared import MOST_ROWS, Compared, compared, csv_figures
from indicators.charts.fan import thinned
from indicators.forecasts import ForecastView
from indicators.results import Observation, Origin, TargetView
from portfolio.spreadsheets import guarded


@dataclass(frozen=True)
class Row:
    """A line of the table twin."""

    kind: str
    when: str
    value: str
    remark: str


def rows_of(view: TargetView) -> list[Row]:
    target, indicator = view.target, view.indicator
    rows = []
    if target.baseline_on and target.baseline_value is not None:
        start = wording.full_date(target.baseline_on)
        rows.append(
            Row(
                pgettext("a chart", "start"),
                start,
                wording.number(target.baseline_value, indicator),
                "",
            )
        )
    for o in view.observations:
        value = "" if o.value is None else wording.number(o.value, indicator)
        rows.append(Row(_("measured"), wording.period(o, indicator), value, remark(o)))
    rows += [
        Row(_("target"), wording.full_date(p.due_on), wording.bare_goal(p.value, indicator), "")
        for p in view.points
    ]
    return rows


def compared_rows(view: TargetView) -> list[Row]:
    """The same measure elsewhere: the last rows of each place."""
    return [row for one in compared(view) for row in _elsewhere(one, view)]


def compared_omitted(view: TargetView) -> int:
    """How many older rows of other places are left to the CSV."""
    return sum(max(len(one.observations) - MOST_ROWS, 0) for one in compared(view))


def _elsewhere(one: Compared, view: TargetView) -> list[Row]:
    rows = []
    for o in one.observations[-MOST_ROWS:]:
        value = "" if o.value is None else wording.number(o.value, view.indicator)
        words = ", ".join(part for part in (_("to compare"), remark(o)) if part)
        rows.append(Row(one.name, wording.span(o), value, words))
    return rows


def forecast_rows(view: TargetView, forecast: ForecastView) -> list[Row]:
    """What is expected of the periods ahead; of many, some, the last one always."""
    rows = []
    for one in thinned(forecast.ahead, MOST_FORECASTS):
        low, high = (wording.number(bound, view.indicator) for bound in one.bounds["80"])
        rows.append(
            Row(
                pgettext("a line of a chart", "forecast"),
                wording.period_name(one.on, view.indicator.frequency),
                wording.number(one.mean, view.indicator),
                _("8 chances in 10 between %(low)s and %(high)s") % {"low": low, "high": high},
            )
        )
    return rows


def remark(observation: Observation) -> str:
    """What has to be said beside a value: why there is none, that it is provisional, how much of
    its period or zone was measured."""
    words = []
    if observation.value is None:
        words.append(wording.absence(observation.absence))
    elif observation.provisional:
        words.append(_("provisional"))
    if observation.is_partial:
        words.append(wording.share_measured(observation))
    return ", ".join(words)


MOST_FORECASTS = 24
CSV_HEAD = [
    "kind", "from", "until", "value", "low", "high", "status", "absence", "indicator", "unit",
    "zone", "source", "licence", "coverage", "known_on", "group",
]  # fmt: skip


def csv_rows(view: TargetView, forecast: ForecastView | None = None) -> list[list[str]]:
    """The header and every figure of the chart, unrounded, with stable English column names. Of a
    FORECAST, `value` is the central path, `low` and `high` hold 80 %, and `status` says so.

    COMPARATOR: a value of another place, named by `zone`, with its own source and licence. Texts
    that a spreadsheet would run as a formula are quoted. `group`: of whom, empty for everyone. `coverage`: the share of the period
    that was measured, where it is known; `known_on`: the instant whose knowledge this is, empty
    for now.
    """
    about = _about(view, view.zone.code, view.origin)
    known_on = view.as_of.isoformat() if view.as_of else ""
    group = view.target.group.code if view.target.group else ""
    rows = [*_figures(view), *(_forecasts(forecast) if forecast else [])]
    figures = [[*row[:8], *about, row[8], known_on, group] for row in rows]
    for one, o in csv_figures(view):
        row, place = _observed("COMPARATOR", o), one.comparator
        about = _about(view, place.zone.code, place.origin)
        figures.append([*row[:8], *about, row[8], known_on, group])
    return [CSV_HEAD, *([*row[:6], *map(guarded, row[6:])] for row in figures)]


def _about(view: TargetView, zone: str, origin: Origin | None) -> list[str]:
    source, licence = (origin.source_name, origin.licence) if origin else ("", "")
    return [view.indicator.code, view.indicator.unit, zone, source, licence]


def _observed(kind: str, o: Observation) -> list[str]:
    value = "" if o.value is None else repr(o.value)
    share = "" if o.coverage is None else repr(o.coverage)
    days = [o.on.isoformat(), o.until.isoformat()]
    return [kind, *days, value, "", "", o.status, o.absence, share]


def _figures(view: TargetView) -> list[list[str]]:
    target, rows = view.target, []
    if target.baseline_on and target.baseline_value is not None:
        day = target.baseline_on.isoformat()
        rows.append(["BASELINE", day, day, repr(target.baseline_value), "", "", "", "", ""])
    rows += [_observed("OBSERVATION", o) for o in view.observations]
    for point in view.points:
        day = point.due_on.isoformat()
        low, high = point.value if isinstance(point.value, tuple) else ("", "")
        value = "" if isinstance(point.value, tuple) else repr(point.value)
        bounds = [repr(low), repr(high)] if not value else ["", ""]
        rows.append(["TARGET", day, day, value, *bounds, "", "", ""])
    return rows


def _forecasts(forecast: ForecastView) -> list[list[str]]:
    return [
        ["FORECAST", one.on.isoformat(), "", repr(one.mean), repr(one.bounds["80"][0]),
         repr(one.bounds["80"][1]), "80", "", ""]
        for one in forecast.ahead
    ]  # fmt: skip
