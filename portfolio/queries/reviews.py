"""Reviews read: what is expected, what the last ones say, what becomes public."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from portfolio.analysis.periods import last_month_overdue, month_after, months_until
from portfolio.models import Project, Review
from portfolio.models.review import AXIS_LABELS
from portfolio.querysets import ProjectQuerySet

MONTHS_SHOWN = 12
NEWS_SHOWN = 3
# From the calmest to the worst; what is not given says nothing, and comes first.
GRAVITY = ("NOT_SET", "SUNNY", "CLOUDY", "STORMY", "TEMPEST")


@dataclass(frozen=True)
class MonthCell:
    """One month of a project's reviews; `review` is None where nothing was submitted."""

    month: date
    review: Review | None
    weather: str


@dataclass(frozen=True)
class Axis:
    """One of the four judgements, with its name in the reader's language."""

    name: str
    label: str
    weather: str


@dataclass(frozen=True)
class News:
    """What residents read of a published review; its texts are in French."""

    on: date
    sentence: str
    next_step: str
    next_step_on: date | None


def worst(review: Review) -> str:
    """The gravest of the four judgements; NOT_SET where none is given."""
    said: list[str] = [getattr(review, axis) for axis in Review.AXES]
    return max(said, key=GRAVITY.index)


def axes(review: Review) -> list[Axis]:
    return [Axis(name, str(AXIS_LABELS[name]), getattr(review, name)) for name in Review.AXES]


def year_of(project: Project, *, today: date) -> list[MonthCell]:
    """Twelve months up to this one, the oldest first."""
    months = months_until(today, MONTHS_SHOWN)
    written = project.reviews.written().filter(month__gte=months[0])
    found = {review.month: review for review in written}
    return [
        MonthCell(month, found.get(month), worst(found[month]) if month in found else "NOT_SET")
        for month in months
    ]


def latest(project_ids: Iterable[int]) -> dict[int, Review]:
    """The last review submitted of each project that has one."""
    written = Review.objects.filter(project__among=project_ids).latest_of_each_project()
    return {review.project_id: review for review in written}


def without_review(projects: ProjectQuerySet, month: date) -> ProjectQuerySet:
    """Those that owe a review of `month` (or of a later one) and have not submitted it."""
    written = Review.objects.written().filter(project=OuterRef("pk"), month__gte=month)
    owing = projects.reviewable().filter(created_at__date__lt=month_after(month))
    return owing.filter(~Exists(written))


def missing(projects: ProjectQuerySet, today: date) -> ProjectQuerySet:
    """Those whose review of the last closed month should have come."""
    return without_review(projects, last_month_overdue(today))


def news(project: Project) -> tuple[News, ...]:
    """The last published reviews, latest first."""
    return news_of([project.pk]).get(project.pk, ())


def news_of(project_ids: Iterable[int]) -> dict[int, tuple[News, ...]]:
    published: QuerySet[Any] = Review.objects.filter(
        project__among=project_ids, state=Review.State.PUBLISHED
    ).order_by("-month")
    found: dict[int, tuple[News, ...]] = {}
    for review in published:
        line = News(review.month, review.sentence, review.next_step, review.next_step_on)
        found[review.project_id] = (*found.get(review.project_id, ()), line)[:NEWS_SHOWN]
    return found
