"""What was observed, beside what would have been without the project, and the placebos.

Drawn twice, for a narrow and a wide column, as the chart of a target is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.charts.frame import NARROW, WIDE, Frame, Size, frame_for, text_width
from indicators.models import EvaluationResult
from portfolio.templatetags.figures import day as written_day
from portfolio.templatetags.figures import figure

Vertex = tuple[date, float]
# A zone that its own comparison does not follow tells nothing: drawn, it would flatten the others.
WORST_PLACEBO = 5
LONGEST_GAP = {"DAY": 1, "MONTH": 31, "QUARTER": 92, "YEAR": 366}


@dataclass(frozen=True)
class Period:
    """A row of the table twin; None where it is not known."""

    on: date
    observed: float | None
    expected: float | None
    low: float | None
    high: float | None
    is_after: bool

    @property
    def gap(self) -> float | None:
        if self.observed is None or self.expected is None or not self.is_after:
            return None
        return self.observed - self.expected


@dataclass(frozen=True)
class Label:
    x: float
    y: float
    text: str
    anchor: str


@dataclass(frozen=True)
class Lines:
    """One size of a chart. `rule`: where the intervention stands; `later`: where zones that begin
    after the first one do."""

    frame: Frame
    rule: float
    band: str
    thin: tuple[str, ...]
    dashed: tuple[str, ...]
    solid: tuple[str, ...]
    labels: tuple[Label, ...]
    zero: float | None = None
    later: tuple[float, ...] = ()


@dataclass(frozen=True)
class EffectChart:
    """What `indicators/charts/counterfactual.html` needs; no `drawings` where nothing is known."""

    id: str
    title: str
    description: str
    unit: str
    note: str
    drawings: tuple[Lines, ...]


def periods_of(result: EvaluationResult) -> list[Period]:
    """The rows of a stored result, oldest first."""
    start = result.drawn.get("start", "")
    return [
        Period(date.fromisoformat(one["on"]), one["observed"], one["expected"], one["low"],
               one["high"], one["on"] >= start)
        for one in result.drawn.get("periods", [])
    ]  # fmt: skip


def counterfactual_chart(result: EvaluationResult, title: str) -> EffectChart:
    """In the active language; `title` says the finding."""
    periods, indicator = periods_of(result), result.evaluation.outcome
    known = [p for p in periods if p.observed is not None]
    return EffectChart(
        f"effect-{result.pk}", title,
        _("%(count)s periods from %(first)s to %(last)s; the table below gives them all.") % {
            "count": len(periods), "first": written_day(periods[0].on),
            "last": written_day(periods[-1].on)} if periods else "",
        indicator.unit, _band_note(result),
        tuple(_counterfactual(result, periods, size) for size in (NARROW, WIDE)) if known else (),
    )  # fmt: skip


def placebo_chart(result: EvaluationResult) -> EffectChart | None:
    """The gap of the zone among those of zones where nothing happened; None without placebos."""
    stored = result.drawn.get("placebos", {})
    gaps = {unit: _vertices(found) for unit, found in stored.get("gaps", {}).items()}
    own = _vertices(stored.get("own") or []) or [
        (p.on, p.observed - p.expected) for p in periods_of(result)
        if p.observed is not None and p.expected is not None
    ]  # fmt: skip
    if not gaps or not own:
        return None
    start = date.fromisoformat(result.drawn["start"])
    bar = WORST_PLACEBO * _stray(own, start)
    drawn = {unit: line for unit, line in gaps.items() if _stray(line, start) <= bar}
    return EffectChart(
        f"placebos-{result.pk}",
        _placebo_title(result),
        _("The gap between observed and expected, by period, for %(count)s zones.") % {
            "count": len(drawn) + 1},
        result.evaluation.outcome.unit, _left_out(len(gaps) - len(drawn)),
        tuple(_placebos(result, drawn, own, size) for size in (NARROW, WIDE)),
    )  # fmt: skip


def _vertices(stored: list[list[Any]]) -> list[Vertex]:
    return [(date.fromisoformat(on), gap) for on, gap in stored if gap is not None]


def _placebo_title(result: EvaluationResult) -> str:
    """With several zones of the project the rank is among other sets of zones, which are not drawn."""
    if result.effect.get("by_zone"):
        return _("Taken as treated in turn, each of the other zones gives a thin line; the thick one is the mean of the zones of the project.")  # fmt: skip
    placebo = result.effect.get("placebo") or {"rank": "–", "of": "–"}
    return _("Taken as treated in turn, the other zones give this: the project's zone is number %(rank)s of %(of)s.") % placebo  # fmt: skip


def _stray(line: list[Vertex], start: date) -> float:
    """Root mean square of the gap before the start."""
    before = [gap**2 for on, gap in line if on < start]
    return sqrt(sum(before) / max(1, len(before)))


def _left_out(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(count)s zone is not drawn: before the start it strayed over five times as far.",
        "%(count)s zones are not drawn: before the start they strayed over five times as far.",
        count,
    ) % {"count": count}  # fmt: skip


# ---------------------------------------------------------------- drawing


def _counterfactual(result: EvaluationResult, periods: list[Period], size: Size) -> Lines:
    observed = [(p.on, p.observed) for p in periods if p.observed is not None]
    expected = [(p.on, p.expected) for p in periods if p.expected is not None]
    low = [(p.on, p.low) for p in periods if p.low is not None]
    high = [(p.on, p.high) for p in periods if p.high is not None]
    frame = frame_for([p.on for p in periods], [v for _on, v in (*observed, *expected, *low, *high)],
                      size)  # fmt: skip
    gap = LONGEST_GAP[result.evaluation.outcome.frequency]
    return Lines(
        frame, _rule(result, frame),
        _path(frame, [*low, *high[::-1]]) + "Z" if low and high else "",
        (), _runs(frame, expected, gap), _runs(frame, observed, gap),
        (*_ends(frame, observed, expected), _rule_label(result, frame)),
        later=_later(result, frame),
    )  # fmt: skip


def _placebos(
    result: EvaluationResult, gaps: dict[str, list[Vertex]], own: list[Vertex], size: Size
) -> Lines:
    every = [vertex for line in (own, *gaps.values()) for vertex in line]
    frame = frame_for([on for on, _v in every], [v for _on, v in every], size, from_zero=False)
    longest = LONGEST_GAP[result.evaluation.outcome.frequency]
    thin = tuple(run for line in gaps.values() for run in _runs(frame, line, longest))
    return Lines(frame, _rule(result, frame), "", thin, (), _runs(frame, own, longest),
                 (_rule_label(result, frame),), frame.y(0))  # fmt: skip


def _runs(frame: Frame, vertices: Sequence[Vertex], longest: int) -> tuple[str, ...]:
    """Cut wherever a period is missing: gaps are never joined."""
    runs: list[list[Vertex]] = []
    for vertex in vertices:
        if not runs or (vertex[0] - runs[-1][-1][0]).days > longest:
            runs.append([])
        runs[-1].append(vertex)
    return tuple(_path(frame, run) for run in runs if len(run) > 1)


def _path(frame: Frame, vertices: Iterable[Vertex]) -> str:
    places = (frame.place(on, value) for on, value in vertices)
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)


def _rule(result: EvaluationResult, frame: Frame) -> float:
    on = result.evaluation.intervention_on
    return frame.x(on.toordinal()) if on else frame.left


def _later(result: EvaluationResult, frame: Frame) -> tuple[float, ...]:
    days = sorted({date.fromisoformat(day) for day in result.drawn.get("starts", {}).values()})
    return tuple(frame.x(day.toordinal()) for day in days
                 if day != result.evaluation.intervention_on)  # fmt: skip


def _rule_label(result: EvaluationResult, frame: Frame) -> Label:
    on = result.evaluation.intervention_on
    words = _("first zone, %(day)s") if result.drawn.get("starts") else _("intervention, %(day)s")
    text = words % {"day": written_day(on)}
    x = _rule(result, frame)
    width = text_width(text, frame.size)
    anchor = "start" if x + width + 6 <= frame.size.width else "end"
    if anchor == "end" and x - width - 6 < 0:
        return Label(frame.size.width / 2, frame.top - 6, text, "middle")
    return Label(x + (6 if anchor == "start" else -6), frame.top - 6, text, anchor)


def _ends(frame: Frame, observed: list[Vertex], expected: list[Vertex]) -> tuple[Label, ...]:
    """The two lines named at their right ends: the upper one above both, the lower one below."""
    if not observed:
        return ()
    seen, told = _("observed"), _("expected without the project")
    if not expected:
        return (Label(frame.right, _clear(frame, [observed], seen, below=False), seen, "end"),)
    is_lower = observed[-1][1] < expected[-1][1]
    lines = [observed, expected]
    return (
        Label(frame.right, _clear(frame, lines, seen, below=is_lower), seen, "end"),
        Label(frame.right, _clear(frame, lines, told, below=not is_lower), told, "end"),
    )


def _clear(frame: Frame, lines: list[list[Vertex]], text: str, *, below: bool) -> float:
    """A height that leaves the lines free over the width of a label at the right."""
    font, width = frame.size.font, text_width(text, frame.size)
    places = [frame.place(*vertex) for line in lines for vertex in line]
    under = [y for x, y in places if x >= frame.right - width]
    wanted = max(under) + font * 1.3 if below else min(under) - font * 0.6
    return min(max(wanted, frame.top + font), frame.bottom - 4)


def _band_note(result: EvaluationResult) -> str:
    if not result.effect.get("checks") and result.effect.get("method") != "BEFORE_AFTER":
        return ""
    level = result.effect.get("level") or 0
    share = figure(100 * level, 0)
    if result.drawn.get("by_period"):
        return _("Band: where each period was expected, range at %(level)s%%.") % {"level": share}
    return _("Band: range of the mean effect at %(level)s%%, laid around what was expected.") % {"level": share}  # fmt: skip


def csv_rows(result: EvaluationResult) -> list[list[Any]]:
    """The heads, then a row a period, in codes and ISO dates."""
    rows: list[list[Any]] = [["period_start", "observed", "expected", "low", "high", "after"]]
    rows += [[p.on.isoformat(), p.observed, p.expected, p.low, p.high, int(p.is_after)]
             for p in periods_of(result)]  # fmt: skip
    return rows
