"""The chart of a target: what was measured against the path that was promised.

Drawn twice, for a narrow and a wide column, so that its words keep a readable size; the style
sheet shows one of them. Colours are classes over presentation attributes: classes follow the
theme on screen, the attributes are what paper gets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain, pairwise

from django.utils.translation import gettext as _

from indicators.charts import compared, wording
from indicators.charts import fan as fans
from indicators.charts.compared import Compared
from indicators.charts.fan import Fan
from indicators.charts.frame import NARROW, WIDE, Frame, Size, all_values, frame_of
from indicators.charts.labels import Note, edge, notes_of
from indicators.charts.path_table import (
    Row,
    compared_omitted,
    compared_rows,
    csv_rows,
    forecast_rows,
    rows_of,
)
from indicators.forecasts import ForecastView
from indicators.results import Observation, Point, TargetView

__all__ = ["Drawing", "Overlay", "PathChart", "Row", "csv_rows", "path_chart"]

Vertex = tuple[date, float]
MOST_ROWS = 120
# Above so many values the line is thin, or it would be a blot.
DENSE = 400
RING = 7  # around a value that was revised


@dataclass(frozen=True)
class Mark:
    """A point; `hollow` for a provisional value."""

    x: float
    y: float
    label: str = ""
    hollow: bool = False


@dataclass(frozen=True)
class Overlay:
    """Another line beside the measured one: what was known at another instant. `revised`: in words,
    by the first day of each period that was revised since."""

    name: str
    observations: tuple[Observation, ...] = ()
    revised: Mapping[date, str] = field(default_factory=dict)


NO_OVERLAY = Overlay("")


@dataclass(frozen=True)
class Drawing:
    """One size of the chart. `other`, with its marks: the line of an overlay; `revised`: rings
    around the points of today that were revised; `elsewhere`: lines of other places; `fan`: what is
    forecast."""

    frame: Frame
    observed: tuple[str, ...]
    marks: tuple[Mark, ...]
    path: tuple[str, ...]
    band: str
    targets: tuple[Mark, ...]
    baseline: Mark | None
    notes: tuple[Note, ...]
    dense: bool
    other: tuple[str, ...] = ()
    other_marks: tuple[Mark, ...] = ()
    revised: tuple[Mark, ...] = ()
    elsewhere: tuple[str, ...] = ()
    fan: Fan | None = None


@dataclass(frozen=True)
class PathChart:
    """What `indicators/charts/path.html` and `path_table.html` need.

    No `drawings` where there is nothing to draw; `omitted`: older rows, left to the CSV; `compared`:
    the other places drawn, with their sources; `forecasts`: rows of what is forecast.
    """

    id: str
    title: str
    description: str
    unit: str
    source: str
    licence: str
    data_on: date | None
    overdue: bool
    coverage: str
    drawings: tuple[Drawing, ...]
    rows: tuple[Row, ...]
    omitted: int
    compared: str = ""
    forecasts: tuple[Row, ...] = ()


def path_chart(
    view: TargetView, overlay: Overlay = NO_OVERLAY, forecast: ForecastView | None = None
) -> PathChart:
    """The chart of a target in the active language, with what is forecast where that is given.
    Other places leave it to an overlay."""
    if overlay.observations:
        view = replace(view, comparators=())
    origin, rows = view.origin, rows_of(view)
    sizes = (NARROW, WIDE) if all_values(view) or overlay.observations else ()
    return PathChart(
        id=f"target-{view.target.pk}",
        title=wording.sentence(view),
        description=_description(view),
        unit=view.indicator.unit,
        source=origin.source_name if origin else "",
        licence=origin.licence if origin else "",
        data_on=view.freshness.data_on,
        overdue=view.freshness.overdue,
        coverage=". ".join(_coverages(view)),
        drawings=tuple(_draw(view, size, overlay, forecast) for size in sizes),
        rows=(*rows[-MOST_ROWS:], *compared_rows(view)),
        omitted=max(len(rows) - MOST_ROWS, 0) + compared_omitted(view),
        compared=compared.credit(view),
        forecasts=tuple(forecast_rows(view, forecast)) if forecast else (),
    )


def _coverages(view: TargetView) -> Iterator[str]:
    """How many communes the last period rests on, and how much of it was measured."""
    if view.coverage:
        words = {"measured": view.coverage.measured, "expected": view.coverage.expected}
        yield _("%(measured)s of %(expected)s communes measured in the last period") % words
    last = view.measured.last_known
    if last and last.is_partial:
        yield wording.share_measured(last)
    if any(o.provisional for o in view.observations if o.value is not None):
        yield _("Hollow points are provisional")


def _description(view: TargetView) -> str:
    words = {"values": sum(o.value is not None for o in view.observations), "zone": view.place}
    return _("%(zone)s: %(values)s measured values; the table below gives them all.") % words


def _reading(observation: Observation, view: TargetView) -> str:
    value = "" if observation.value is None else wording.number(observation.value, view.indicator)
    period = wording.period(observation, view.indicator)
    return _("%(period)s: %(value)s") % {"period": period, "value": value}


# ---------------------------------------------------------------- drawing


def _draw(view: TargetView, size: Size, overlay: Overlay, forecast: ForecastView | None) -> Drawing:
    places = compared.drawn(view)
    elsewhere_seen = chain.from_iterable(one.observations for one in places)
    also = [*overlay.observations, *fans.room_for(forecast), *elsewhere_seen]
    frame = frame_of(view, size, also)
    lines = _path_lines(view)
    drawn = [*_inked(view, frame, overlay), *fans.inked(forecast, frame)]
    names = [*fans.names_of(view, forecast, frame), *_name(view, overlay, frame)]
    elsewhere = _names(view, places, frame)
    return Drawing(
        frame=frame,
        observed=tuple(_line(frame, run) for run in _runs(view.observations) if len(run) > 1),
        marks=tuple(_marks(view, frame)),
        path=tuple(_line(frame, line) for line in lines),
        band=_line(frame, lines[0] + lines[1][::-1]) + "Z" if len(lines) == 2 else "",
        targets=tuple(_target_mark(view, point, frame) for point in view.points),
        baseline=_baseline_mark(view, frame),
        notes=tuple(notes_of(view, frame, drawn, names, elsewhere)),
        dense=len(view.observations) > DENSE,
        other=tuple(_line(frame, run) for run in _runs(overlay.observations) if len(run) > 1),
        other_marks=tuple(_ringed(overlay.observations, overlay, frame)),
        revised=tuple(_ringed(view.observations, overlay, frame)),
        elsewhere=tuple(
            _line(frame, run) for one in places for run in _runs(one.observations) if len(run) > 1
        ),
        fan=fans.fan_of(view, forecast, frame),
    )


def _names(
    view: TargetView, places: Iterable[Compared], frame: Frame
) -> Iterator[tuple[tuple[float, float], str]]:
    """Of other places, where their lines end."""
    for one in places:
        if one.last is not None and one.last.value is not None:
            yield frame.place(one.last.on, one.last.value), compared.name(one, view)


def _ringed(observations: Iterable[Observation], overlay: Overlay, frame: Frame) -> Iterator[Mark]:
    for o in observations:
        if o.value is not None and o.on in overlay.revised:
            yield Mark(*frame.place(o.on, o.value), label=overlay.revised[o.on])


def _name(
    view: TargetView, overlay: Overlay, frame: Frame
) -> list[tuple[tuple[float, float], str]]:
    """The name of the other line, where it is farthest from today's. A narrow drawing leaves it to
    the words below: beside rings and squares it would hide what it names."""
    if frame.size is NARROW:
        return []
    now = {o.on: o.value for o in view.observations if o.value is not None}
    apart = [
        (abs(o.value - now.get(o.on, o.value)), o.on, o.value)
        for o in overlay.observations
        if o.value is not None and o.on in overlay.revised
    ]
    if not apart:
        return []
    _far, on, value = max(apart)
    return [(frame.place(on, value), overlay.name)]


def _runs(observations: Iterable[Observation]) -> list[list[Vertex]]:
    """The values cut wherever a period is missing: gaps are never joined."""
    runs: list[list[Vertex]] = []
    before: Observation | None = None
    for observation in observations:
        if observation.value is None:
            before = None
            continue
        if before is None or (observation.on - before.until).days > 1:
            runs.append([])
        runs[-1].append((observation.on, observation.value))
        before = observation
    return runs


def _marks(view: TargetView, frame: Frame) -> list[Mark]:
    """Provisional values, the last one, and those that stand alone between two gaps."""
    alone = {run[0][0] for run in _runs(view.observations) if len(run) == 1}
    last = view.measured.last_known
    return [
        Mark(
            *frame.place(o.on, o.value),
            label=_reading(o, view),
            hollow=o.provisional,
        )
        for o in view.observations
        if o.value is not None and (o.provisional or o is last or o.on in alone)
    ]


def _path_lines(view: TargetView) -> list[list[Vertex]]:
    """The promised path: one line, or the lower and upper edges of a band."""
    if not view.points:
        return []
    banded = any(isinstance(point.value, tuple) for point in view.points)
    sides = (0, 1) if banded else (0,)
    return [_vertices(view, [edge(point, up=side == 1) for point in view.points]) for side in sides]


def _vertices(view: TargetView, promised: list[Vertex]) -> list[Vertex]:
    start, value = view.target.baseline_on, view.target.baseline_value
    known = [(start, value), *promised] if start and value is not None else promised
    if view.target.path == "STEP":
        corners = (((after[0], before[1]), after) for before, after in pairwise(known))
        known = [known[0], *chain.from_iterable(corners)]
    # What was promised still holds after its date.
    return [*known, (view.today, known[-1][1])] if view.today > known[-1][0] else known


def _line(frame: Frame, vertices: list[Vertex]) -> str:
    places = (frame.place(day, value) for day, value in vertices)
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)


def _inked(view: TargetView, frame: Frame, overlay: Overlay) -> list[list[tuple[float, float]]]:
    """Every line and point drawn, as places that a label had better leave free."""
    lines = [*_runs(view.observations), *_runs(overlay.observations), *_path_lines(view)]
    lines += [run for one in compared.drawn(view) for run in _runs(one.observations)]
    targets = [edge(point, up=True) for point in view.points]
    start, value = view.target.baseline_on, view.target.baseline_value
    starts = [(start, value)] if start and value is not None else []
    points = [[vertex] for vertex in (*targets, *starts)]
    drawn = [[frame.place(*vertex) for vertex in line] for line in (*lines, *points)]
    rings = chain(
        _ringed(view.observations, overlay, frame), _ringed(overlay.observations, overlay, frame)
    )
    return [*drawn, *(_around(ring) for ring in rings)]


def _around(mark: Mark) -> list[tuple[float, float]]:
    """The rim of a ring, closed."""
    sides = ((RING, 0), (0, RING), (-RING, 0), (0, -RING), (RING, 0))
    return [(mark.x + across, mark.y + down) for across, down in sides]


def _target_mark(view: TargetView, point: Point, frame: Frame) -> Mark:
    value = point.value[1] if isinstance(point.value, tuple) else point.value
    label = f"{wording.month(point.due_on)}: {wording.goal(point.value, view.indicator)}"
    return Mark(*frame.place(point.due_on, value), label=label)


def _baseline_mark(view: TargetView, frame: Frame) -> Mark | None:
    start, value = view.target.baseline_on, view.target.baseline_value
    if start is None or value is None:
        return None
    label = f"{wording.month(start)}: {wording.number(value, view.indicator)}"
    return Mark(*frame.place(start, value), label=label)
