"""What a project undertakes to change, with what is measured: ready for a page or a document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import translation

from indicators.analysis.progress import Status
from indicators.charts.forecast_words import ForecastWords, words_of
from indicators.charts.path import NO_OVERLAY, PathChart, path_chart
from indicators.charts.wording import sentence
from indicators.forecasts import ForecastView
from indicators.queries.forecasts import forecasts_of
from indicators.queries.target_history import targets_of
from indicators.queries.targets import target_views
from indicators.results import WORST_FIRST, TargetView
from portfolio.models import Project


@dataclass(frozen=True)
class ProjectEffect:
    """`chart` goes straight into `{% include "indicators/charts/path.html" with chart=… %}`, `words`
    into `indicators/charts/forecast.html`; both None where nothing was forecast yet."""

    view: TargetView
    chart: PathChart
    sentence: str
    forecast: ForecastView | None = None
    words: ForecastWords | None = None

    @property
    def status(self) -> Status:
        return self.view.status


def project_effects(
    project: Project, *, today: date, language: str = "", as_of: datetime | None = None
) -> list[ProjectEffect]:
    """Every target of the project, in the order of the indicators' codes.

    The caller has already checked that the reader may see the project. `language` is "fr" or
    "en"; empty means the active one. `as_of`: the instant whose knowledge is shown, None for now.
    """
    targets = targets_of(Q(project=project), as_of=as_of)
    with translation.override(language or translation.get_language() or "fr"):
        views = target_views(targets, today=today, as_of=as_of)
        forecasts = forecasts_of(views)
        return [_effect(view, forecasts.get(view.target.pk)) for view in views]


def _effect(view: TargetView, forecast: ForecastView | None) -> ProjectEffect:
    return ProjectEffect(
        view, path_chart(view, NO_OVERLAY, forecast), sentence(view), forecast,
        words_of(view, forecast) if forecast else None,
    )  # fmt: skip


@dataclass(frozen=True)
class StatusCount:
    code: str
    count: int


@dataclass(frozen=True)
class Coverage:
    """How many projects have an effect that is measured, out of how many (rule 2); `counts` are of
    the measured ones, each by its worst effect."""

    measured: int
    projects: int
    counts: tuple[StatusCount, ...]


def coverage(
    projects: QuerySet[Project], *, today: date, as_of: datetime | None = None
) -> Coverage:
    """In a constant number of queries. `projects` are those of today, whatever the instant."""
    targets = targets_of(Q(project__in=projects), as_of=as_of)
    codes: dict[int | None, set[str]] = {}
    for view in target_views(targets, today=today, as_of=as_of):
        if view.status.code != "UNKNOWN":
            codes.setdefault(view.target.project_id, set()).add(view.status.code)
    worst = [min(found, key=WORST_FIRST.index) for found in codes.values()]
    return Coverage(len(worst), projects.count(), _counts(worst, WORST_FIRST))


def status_counts(
    project: Project, *, today: date, as_of: datetime | None = None
) -> tuple[StatusCount, ...]:
    """The effects of one project by status, those that are not known last."""
    targets = targets_of(Q(project=project), as_of=as_of)
    codes = [view.status.code for view in target_views(targets, today=today, as_of=as_of)]
    return _counts(codes, (*WORST_FIRST, "UNKNOWN"))


def _counts(codes: list[str], order: tuple[str, ...]) -> tuple[StatusCount, ...]:
    return tuple(StatusCount(code, codes.count(code)) for code in order if code in codes)
