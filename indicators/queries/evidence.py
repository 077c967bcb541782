"""The page of a project's evidence: each target with its forecast and the ones before it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from indicators.charts.forecast_words import in_ten, lack_in_words
from indicators.models import ForecastResult
from indicators.queries.effects import ProjectEffect, project_effects
from indicators.queries.forecasts import earlier
from portfolio.models import Project
from portfolio.moments import Moment, end_of

MOST_EARLIER = 12


@dataclass(frozen=True)
class Earlier:
    """A forecast made before, in words; `then`: the day as of which all of it is read."""

    at: datetime
    words: str
    due_on: date | None
    then: Moment


@dataclass(frozen=True)
class TargetEvidence:
    effect: ProjectEffect
    earlier: tuple[Earlier, ...]


def evidence_of(
    project: Project, *, today: date, as_of: datetime | None = None
) -> list[TargetEvidence]:
    """Every target of a project that its reader may see, in a constant number of queries."""
    effects = project_effects(project, today=today, as_of=as_of)
    rows: dict[int, list[ForecastResult]] = defaultdict(list)
    for row in earlier((one.view.target.pk for one in effects), by=as_of):
        rows[row.target_id].append(row)
    return [
        TargetEvidence(one, tuple(map(_told, rows[one.view.target.pk][1 : MOST_EARLIER + 1])))
        for one in effects
    ]


def _told(row: ForecastResult) -> Earlier:
    words = in_ten(row.probability) if row.probability is not None else lack_in_words(row.reason)
    day = timezone.localdate(row.computed_at)
    then = Moment(end_of(day), day.isoformat(), is_whole_day=True)
    return Earlier(row.computed_at, words, row.due_on, then)
