"""Why somebody is to be told of a forecast: the chance of reaching a target crossed a threshold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from indicators.models import ForecastResult
from portfolio.models import Alert
from portfolio.queries.alert_causes import Cause, Looked

LOW, HIGH = 1 / 3, 2 / 3
REMEMBERED = timedelta(days=366)  # a fall is news for as long as it lasts, and a year at most
GOOD_NEWS = timedelta(days=30)


@dataclass(frozen=True)
class Told:
    at: datetime
    probability: float


def forecast_crossings(looked: Looked) -> Iterator[Cause]:
    """A chance that is below one in three and was not; one that rose above two in three lately.
    One question, whatever the number of projects."""
    since = looked.today - REMEMBERED
    rows = ForecastResult.objects.filter(
        target__project__among=looked.projects,
        target__withdrawn_at=None,
        computed_at__date__gte=since,
    )
    fields = ("target", "target__project", "target__indicator__name_fr",
              "target__indicator__name_en", "target__zone__name", "target__group__name_fr",
              "target__group__name_en", "computed_at", "probability")  # fmt: skip
    history: dict[int, list[Told]] = defaultdict(list)
    about: dict[int, tuple[int, dict[str, str]]] = {}
    for target, project, name_fr, name_en, zone, group_fr, group_en, at, chance in rows.order_by(
        "target", "computed_at", "pk"
    ).values_list(*fields):
        if chance is None:
            history[target].clear()  # nothing can be said any more: what was said is no yardstick
            continue
        history[target].append(Told(at, chance))
        about[target] = (
            project,
            {
                "name_fr": _named(name_fr, zone, group_fr),
                "name_en": _named(name_en or name_fr, zone, group_en or group_fr),
            },
        )
    for target, told in history.items():
        project, names = about.get(target, (0, {}))
        for kind, before in _crossing(told, looked.today):
            yield Cause(project, kind, str(target), names | _figures(before))


def _named(*parts: str | None) -> str:
    return ", ".join(part for part in parts if part)


def _crossing(told: Sequence[Told], today: date) -> Iterator[tuple[str, Told]]:
    """The kind, and the last forecast on the other side of the threshold."""
    if not told:
        return
    last = told[-1]
    above = [one for one in told if one.probability >= LOW]
    if last.probability < LOW and above:
        yield Alert.Kind.FORECAST_LOW, above[-1]
    below = [one for one in told if one.probability <= HIGH]
    if last.probability > HIGH and below:
        first_above = told[told.index(below[-1]) + 1]
        if timezone.localdate(first_above.at) > today - GOOD_NEWS:
            yield Alert.Kind.FORECAST_HIGH, below[-1]


def _figures(before: Told) -> dict[str, str | int]:
    tenths = min(max(int(before.probability * 10 + 0.5), 1), 9)
    return {"before": tenths, "on": timezone.localdate(before.at).isoformat()}
