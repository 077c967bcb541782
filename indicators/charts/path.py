"""The chart of a target: what was measured against the path that was promised.

Drawn twice, for a narrow and a wide column, so that its words keep a readable size; the style
sheet shows one of them. Colours are classes over presentation attributes: classes follow the
theme on screen, the attributes are what paper gets.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import chain, pairwise

from django.utils.translation import gettext as _

from indicators.charts import wording
from indicators.charts.path_table import Row, csv_rows, rows_of
from indicators.results import Observation, Point, TargetView
from portfolio.charts.scales import Scale, Tick, date_ticks, decimals_of, extent, nice_ticks
from portfolio.templatetags.figures import figure

__all__ = ["Drawing", "PathChart", "Row", "csv_rows", "path_chart"]

Vertex = tuple[date, float]
MOST_ROWS = 120
# Above so many values the line is thin, or it would be a blot.
DENSE = 400


@dataclass(frozen=True)
class Size:
    """In units of the drawing; `font` is at least 12 CSS pixels at the width it is shown at."""

    name: str
    width: int
    height: int
    font: int
    dates: int


NARROW = Size("narrow", 320, 260, 13, 4)
WIDE = Size("wide", 640, 300, 14, 7)


@dataclass(frozen=True)
class Mark:
    """A point; `hollow` for a provisional value."""

    x: float
    y: float
    label: str = ""
    hollow: bool = False


@dataclass(frozen=True)
class Note:
    """A direct label; `left` and `width` place the paper behind it, where a line may pass."""

    x: float
    y: float
    text: str
    anchor: str
    left: float
    width: float


@dataclass(frozen=True)
class Frame:
    """The room for the curves, and its two scales."""

    size: Size
    left: float
    right: float
    top: float
    bottom: float
    x: Scale
    y: Scale
    y_ticks: tuple[Tick, ...]
    x_ticks: tuple[Tick, ...]

    def place(self, day: date, value: float) -> tuple[float, float]:
        return self.x(day.toordinal()), self.y(value)


@dataclass(frozen=True)
class Drawing:
    """One size of the chart."""

    frame: Frame
    observed: tuple[str, ...]
    marks: tuple[Mark, ...]
    path: tuple[str, ...]
    band: str
    targets: tuple[Mark, ...]
    baseline: Mark | None
    notes: tuple[Note, ...]
    dense: bool


@dataclass(frozen=True)
class PathChart:
    """What `indicators/charts/path.html` and `path_table.html` need.

    No `drawings` where there is nothing to draw; `omitted`: older rows, left to the CSV.
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


def path_chart(view: TargetView) -> PathChart:
    """The chart of a target in the active language."""
    origin, coverage, rows = view.origin, view.coverage, rows_of(view)
    sizes = (NARROW, WIDE) if _all_values(view) else ()
    return PathChart(
        id=f"target-{view.target.pk}",
        title=wording.sentence(view),
        description=_description(view),
        unit=view.indicator.unit,
        source=origin.source_name if origin else "",
        licence=origin.licence if origin else "",
        data_on=view.freshness.data_on,
        overdue=view.freshness.overdue,
        coverage=_coverage(coverage.measured, coverage.expected) if coverage else "",
        drawings=tuple(_draw(view, size) for size in sizes),
        rows=tuple(rows[-MOST_ROWS:]),
        omitted=max(len(rows) - MOST_ROWS, 0),
    )


def _coverage(measured: int, expected: int) -> str:
    words = {"measured": measured, "expected": expected}
    return _("%(measured)s of %(expected)s communes measured in the last period") % words


def _description(view: TargetView) -> str:
    words = {"values": sum(o.value is not None for o in view.observations), "zone": view.zone.name}
    return _("%(zone)s: %(values)s measured values; the table below gives them all.") % words


def _reading(observation: Observation, view: TargetView) -> str:
    value = "" if observation.value is None else wording.number(observation.value, view.indicator)
    period = wording.period(observation, view.indicator)
    return _("%(period)s: %(value)s") % {"period": period, "value": value}


# ---------------------------------------------------------------- drawing


def _draw(view: TargetView, size: Size) -> Drawing:
    frame = _frame(view, size)
    lines = _path_lines(view)
    return Drawing(
        frame=frame,
        observed=tuple(_line(frame, run) for run in _runs(view.observations) if len(run) > 1),
        marks=tuple(_marks(view, frame)),
        path=tuple(_line(frame, line) for line in lines),
        band=_line(frame, lines[0] + lines[1][::-1]) + "Z" if len(lines) == 2 else "",
        targets=tuple(_target_mark(view, point, frame) for point in view.points),
        baseline=_baseline_mark(view, frame),
        notes=tuple(_notes(view, frame)),
        dense=len(view.observations) > DENSE,
    )


def _frame(view: TargetView, size: Size) -> Frame:
    days = [o.on for o in view.observations] + [p.due_on for p in view.points] + [view.today]
    if view.target.baseline_on:
        days.append(view.target.baseline_on)
    ticks = nice_ticks(*extent(_all_values(view)), about=5)
    decimals = decimals_of(ticks)
    labels = [figure(tick, decimals) for tick in ticks]
    left = max(_width(label, size) for label in labels) + 10
    right, top, bottom = size.width - 12.0, size.font * 3.2, size.height - size.font * 2.0
    x = Scale(min(days).toordinal(), max(days).toordinal(), round(left, 1), right)
    y = Scale(ticks[0], ticks[-1], bottom, top)
    return Frame(
        size, round(left, 1), right, top, bottom, x, y,
        tuple(Tick(y(tick), label, "end") for tick, label in zip(ticks, labels, strict=True)),
        tuple(_date_tick(x(day.toordinal()), label, size)
              for day, label in date_ticks(min(days), max(days), size.dates)),
    )  # fmt: skip


def _date_tick(at: float, label: str, size: Size) -> Tick:
    """Named under its place, unless the name would leave the drawing."""
    leaves = at + _width(label, size) / 2 > size.width
    return Tick(at, label, "end" if leaves else "middle")


def _width(text: str, size: Size) -> float:
    """About how wide a text is drawn: a letter is 0.62 of the font's size."""
    return len(text) * size.font * 0.62


def _all_values(view: TargetView) -> list[float]:
    values = [o.value for o in view.observations if o.value is not None]
    for point in view.points:
        values += [*point.value] if isinstance(point.value, tuple) else [point.value]
    baseline = view.target.baseline_value
    return values if baseline is None else [*values, baseline]


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
    return [_vertices(view, [_side(point, side) for point in view.points]) for side in sides]


def _side(point: Point, side: int) -> Vertex:
    return point.due_on, point.value[side] if isinstance(point.value, tuple) else point.value


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


# ---------------------------------------------------------------- direct labels


def _notes(view: TargetView, frame: Frame) -> list[Note]:
    """The target on the far side of its point, the start on the near one, the last value beside."""
    up = _rises(view)
    notes = []
    if view.points:
        due_on, value = _side(view.points[-1], 1 if up else 0)
        goal = wording.bare_goal(view.points[-1].value, view.indicator)
        words = {"value": goal, "month": wording.month(due_on)}
        text = _("target %(value)s, %(month)s") % words
        notes.append(_note(frame, (due_on, value), text, above=up))
    start, value_then = view.target.baseline_on, view.target.baseline_value
    if start and value_then is not None:
        text = _("start %(value)s") % {"value": wording.number(value_then, view.indicator)}
        notes.append(_note(frame, (start, value_then), text, above=not up))
    last = view.measured.last_known
    if last and last.value is not None:
        notes.append(_beside(frame, (last.on, last.value), view, above=not up))
    return notes


def _rises(view: TargetView) -> bool:
    """Whether the path goes upwards on the drawing."""
    start = view.target.baseline_value
    if view.indicator.direction != "RANGE" or start is None or not view.points:
        return view.indicator.direction != "DOWN"
    return start <= _side(view.points[-1], 1)[1]


def _beside(frame: Frame, vertex: Vertex, view: TargetView, *, above: bool) -> Note:
    """The last value to the right of its point, or below or above where there is no room."""
    x, y = frame.place(*vertex)
    text = wording.number(vertex[1], view.indicator)
    if x + 9 + _width(text, frame.size) > frame.size.width:
        return _note(frame, vertex, text, above=above)
    return _placed(frame, (x + 9, y + 0.35 * frame.size.font), text, "start")


def _note(frame: Frame, vertex: Vertex, text: str, *, above: bool) -> Note:
    """Above or below its point, kept inside the frame."""
    x, y = frame.place(*vertex)
    font = frame.size.font
    y += -0.7 * font if above else 1.5 * font
    y = min(max(y, frame.top - 0.7 * font), frame.bottom - 0.3 * font)
    middle = (frame.left + frame.right) / 2
    anchor, x = ("end", min(x + 6, frame.right)) if x > middle else ("start", x + 4)
    return _placed(frame, (x, y), text, anchor)


def _placed(frame: Frame, place: tuple[float, float], text: str, anchor: str) -> Note:
    width = _width(text, frame.size)
    left = place[0] - width * {"start": 0, "middle": 0.5, "end": 1}[anchor]
    x, y, start = round(place[0], 1), round(place[1], 1), round(left, 1)
    return Note(x, y, text, anchor, start, round(width, 1))
