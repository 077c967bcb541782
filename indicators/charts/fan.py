"""The fan of a forecast: three tints around a dashed line, from the last value measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import pgettext

from indicators.charts.frame import Frame
from indicators.forecasts import Ahead, ForecastView
from indicators.results import Observation, TargetView

MOST_PLACES = 120  # of a band of days: more would only make the drawing heavier
LEVELS = ("95", "80", "50")  # the widest lies below
LONGEST_NAME = 30


@dataclass(frozen=True)
class Area:
    level: str
    outline: str


@dataclass(frozen=True)
class Rule:
    """A known break: a vertical line with its name."""

    x: float
    label: str


@dataclass(frozen=True)
class Fan:
    areas: tuple[Area, ...]
    centre: str
    rules: tuple[Rule, ...]


def room_for(forecast: ForecastView | None) -> list[Observation]:
    """What the scales must hold of it."""
    if forecast is None:
        return []
    return [
        Observation(one.on, one.on, value, "", "")
        for one in thinned(forecast.ahead)
        for value in one.bounds["95"]
    ]


def fan_of(view: TargetView, forecast: ForecastView | None, frame: Frame) -> Fan | None:
    if forecast is None or not forecast.ahead:
        return None
    places, start = thinned(forecast.ahead), list(_start(view, forecast))
    areas = []
    for level in LEVELS:
        low = start + [(one.on, one.bounds[level][0]) for one in places]
        high = start + [(one.on, one.bounds[level][1]) for one in places]
        areas.append(Area(level, _outline(frame, [*low, *reversed(high)]) + "Z"))
    centre = _outline(frame, start + [(one.on, one.mean) for one in places])
    return Fan(tuple(areas), centre, tuple(_rules(view, forecast, frame)))


def names_of(
    view: TargetView, forecast: ForecastView | None, frame: Frame
) -> list[tuple[tuple[float, float], str]]:
    """What is measured and what is forecast, said beside each line; the names of the breaks."""
    if forecast is None or not forecast.ahead:
        return []
    known = [o for o in view.observations if o.value is not None]
    middle = forecast.ahead[len(forecast.ahead) // 2]
    names = [(frame.place(middle.on, middle.mean), pgettext("a line of a chart", "forecast"))]
    if known:
        half = known[len(known) // 2]
        place = frame.place(half.on, half.value or 0.0)
        names.insert(0, (place, pgettext("a line of a chart", "measured")))
    if frame.size.name == "wide":
        rules = _rules(view, forecast, frame)
        names += [((rule.x, frame.top), _short(rule.label)) for rule in rules]
    return names


def inked(forecast: ForecastView | None, frame: Frame) -> list[list[tuple[float, float]]]:
    """Its central line, which a label had better leave free."""
    ahead = forecast.ahead if forecast else ()
    return [[frame.place(one.on, one.mean) for one in thinned(ahead)]] if ahead else []


def thinned(ahead: Sequence[Ahead], most: int = MOST_PLACES) -> list[Ahead]:
    """Evenly fewer; the last one always stays."""
    step = -(-len(ahead) // most) if ahead else 1
    return [*ahead[:-1:step], *ahead[-1:]]


def _start(view: TargetView, forecast: ForecastView) -> Iterator[tuple[date, float]]:
    """The last value before it, where the fan opens."""
    first = forecast.ahead[0].on
    before = [o for o in view.observations if o.on < first and o.value is not None]
    if before:
        yield before[-1].on, before[-1].value or 0.0


def _rules(view: TargetView, forecast: ForecastView, frame: Frame) -> Iterator[Rule]:
    first = min((o.on for o in view.observations), default=None)
    for one in forecast.breaks:
        if first is not None:
            x = frame.place(max(one.on, first), 0.0)[0]
            yield Rule(round(x, 1), one.reason)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"


def _outline(frame: Frame, vertices: Iterable[tuple[date, float]]) -> str:
    places = (frame.place(day, value) for day, value in vertices)
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
