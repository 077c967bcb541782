"""Direct labels: the last value, the value to reach and the start, each where fewest lines pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _

from indicators.charts import wording
from indicators.charts.frame import Frame, text_width
from indicators.results import Observation, Point, TargetView

Place = tuple[float, float]
# A line is looked at every so many units; two samples in the same cell count once.
GRID = 3
# A label over another one is worse than over any line.
OVERLAP = 1000


@dataclass(frozen=True)
class Note:
    """A direct label; `left` and `width` place the paper behind it, where a line may pass; `quiet`:
    of a line beside the measured one."""

    x: float
    y: float
    text: str
    anchor: str
    left: float
    width: float
    quiet: bool = False


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def nears(self, place: Place) -> bool:
        across = self.left - GRID <= place[0] <= self.right + GRID
        return across and self.top - GRID <= place[1] <= self.bottom + GRID

    def meets(self, other: Box) -> bool:
        """Closer than a reader tells two labels apart."""
        across = self.left - GRID < other.right and other.left < self.right + GRID
        return across and self.top - GRID < other.bottom and other.top < self.bottom + GRID


def notes_of(
    view: TargetView,
    frame: Frame,
    lines: Iterable[list[Place]],
    also: Iterable[tuple[Place, str]] = (),
    quiet: Iterable[tuple[Place, str]] = (),
) -> list[Note]:
    """Labels of `view` in `frame`, away from `lines` (the drawn ones) and from each other; `also`
    and `quiet`: other words, each with its place."""
    inked = _samples(lines)
    taken: list[Box] = []
    notes = []
    wanted = [(*one, False) for one in _wanted(view, frame)]
    wanted += [(place, text, False, True, False) for place, text in also]
    wanted += [(place, text, False, True, True) for place, text in quiet]
    for place, text, beside, above, is_quiet in wanted:
        boxes = _candidates(frame, place, text_width(text, frame.size), beside=beside, above=above)
        best = min(boxes, key=lambda box: _covered(box, inked, taken))
        taken.append(best)
        notes.append(replace(_note(best, text, place, frame), quiet=is_quiet))
    return notes


def _note(box: Box, text: str, place: Place, frame: Frame) -> Note:
    """Words are set from the side of their point: a width is only about right."""
    before = box.left + box.right < 2 * place[0] - 2
    x, anchor = (box.right, "end") if before else (box.left, "start")
    y = box.bottom - 0.2 * frame.size.font
    width = round(box.right - box.left, 1)
    return Note(round(x, 1), round(y, 1), text, anchor, round(box.left, 1), width)


def _wanted(view: TargetView, frame: Frame) -> Iterator[tuple[Place, str, bool, bool]]:
    """Place of the point, its words, and where they go by choice: beside it, above it."""
    up = rises(view)
    last = view.measured.last_known
    if last and last.value is not None:
        yield frame.place(last.on, last.value), _value(last, view), True, not up
    if view.points:
        yield frame.place(*edge(view.points[-1], up=up)), _target(view), False, up
    start, value = view.target.baseline_on, view.target.baseline_value
    if start and value is not None:
        text = _("start %(value)s") % {"value": wording.number(value, view.indicator)}
        yield frame.place(start, value), text, False, not up


def _value(observation: Observation, view: TargetView) -> str:
    return wording.number(observation.value or 0.0, view.indicator)


def _target(view: TargetView) -> str:
    point = view.points[-1]
    words = {
        "value": wording.bare_goal(point.value, view.indicator),
        "month": wording.month(point.due_on),
    }
    return _("target %(value)s, %(month)s") % words


def rises(view: TargetView) -> bool:
    """Whether the path goes upwards on the drawing."""
    start = view.target.baseline_value
    if view.indicator.direction != "RANGE" or start is None or not view.points:
        return view.indicator.direction != "DOWN"
    return start <= edge(view.points[-1], up=True)[1]


def edge(point: Point, *, up: bool) -> tuple[date, float]:
    """The date of a point and its value: of a band, the upper or the lower one."""
    if isinstance(point.value, tuple):
        return point.due_on, point.value[1 if up else 0]
    return point.due_on, point.value


# ---------------------------------------------------------------- choosing a place


def _candidates(
    frame: Frame, place: Place, width: float, *, beside: bool, above: bool
) -> list[Box]:
    """Boxes around a point, the preferred one first, all inside the frame."""
    (x, y), font = place, frame.size.font
    gaps = (0.5, 1.6, 2.8)
    upper = [y - gap * font for gap in gaps]
    lower = [y + (gap + 1) * font for gap in gaps]
    sides = [bottom for pair in zip(upper, lower, strict=True) for bottom in pair]
    if not above:
        sides = [bottom for pair in zip(lower, upper, strict=True) for bottom in pair]
    starts = (x + 4, x + 6 - width, x - width / 2)
    if x > (frame.left + frame.right) / 2:
        starts = (starts[1], starts[0], starts[2])
    around = [(left, bottom) for bottom in sides for left in starts]
    level = [(x + 9, y + 0.5 * font), (x - 9 - width, y + 0.5 * font)]
    ordered = [*level, *around] if beside else [*around, *level]
    return [_inside(frame, left, bottom, width) for left, bottom in ordered]


def _inside(frame: Frame, left: float, bottom: float, width: float) -> Box:
    """Moved as little as it takes to stay between the axes."""
    font = frame.size.font
    left = min(max(left, frame.left), frame.size.width - width)
    bottom = min(max(bottom, frame.top - 0.5 * font), frame.bottom - 0.1 * font)
    return Box(left, bottom - font, left + width, bottom)


def _covered(box: Box, inked: set[Place], taken: list[Box]) -> int:
    """How much a label there would hide."""
    hidden = sum(box.nears(place) for place in inked)
    return hidden + OVERLAP * sum(box.meets(other) for other in taken)


def _samples(lines: Iterable[list[Place]]) -> set[Place]:
    return {
        (round(x / GRID) * GRID, round(y / GRID) * GRID) for line in lines for x, y in _along(line)
    }


def _along(line: list[Place]) -> Iterator[Place]:
    yield from line[:1]
    for before, after in pairwise(line):
        far = max(abs(after[0] - before[0]), abs(after[1] - before[1]))
        steps = max(round(far / GRID), 1)
        for step in range(1, steps + 1):
            share = step / steps
            yield (
                before[0] + share * (after[0] - before[0]),
                before[1] + share * (after[1] - before[1]),
            )
