"""The lines of other places beside a figure: thin, named where they end, in the table and the CSV."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from indicators.charts import wording
from indicators.results import Comparator, Observation, TargetView

MOST_LINES = 4  # more of them hide the figure itself
MOST_ROWS = 40  # in the table, of each


@dataclass(frozen=True)
class Compared:
    """A comparator over the days that the chart shows."""

    comparator: Comparator
    observations: tuple[Observation, ...]

    @property
    def name(self) -> str:
        return self.comparator.name

    @property
    def last(self) -> Observation | None:
        return next((o for o in reversed(self.observations) if o.value is not None), None)


def compared(view: TargetView) -> tuple[Compared, ...]:
    """Those that have a value since the figure itself begins. One that is measured less often is
    dated as the figure is: by the first day of its period."""
    days = [o.on for o in view.observations]
    days += [view.target.baseline_on] if view.target.baseline_on else []
    since = min(days, default=None)
    found = [
        Compared(one, tuple(o for o in one.measured.observations if since is None or o.on >= since))
        for one in view.comparators
    ]
    return tuple(one for one in found if one.last is not None)


def drawn(view: TargetView) -> tuple[Compared, ...]:
    return compared(view)[:MOST_LINES]


def name(one: Compared, view: TargetView) -> str:
    """What stands beside its line: the name and the last value."""
    value = one.last.value if one.last else None
    return one.name if value is None else f"{one.name} {wording.number(value, view.indicator)}"


def credit(view: TargetView) -> str:
    """Who says what of the other places, as their licences want it; "" without any."""
    places: dict[str, list[str]] = {}
    for one in compared(view):
        origin = one.comparator.origin
        parts = (origin.producer or origin.source_name, origin.licence) if origin else ()
        places.setdefault(", ".join(part for part in parts if part), []).append(one.name)
    told = [
        f"{', '.join(names)} ({source})" if source else ", ".join(names)
        for source, names in places.items()
    ]
    return _("To compare: %(places)s") % {"places": " · ".join(told)} if told else ""


def csv_figures(view: TargetView) -> Iterator[tuple[Compared, Observation]]:
    for one in compared(view):
        for observation in one.observations:
            yield one, observation
