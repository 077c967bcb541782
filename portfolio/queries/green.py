"""The green budget: the marks of a project, and what the plan's credits are worth by mark."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum

from portfolio.models import GreenAxis, GreenMark, PaymentCredit, Project
from portfolio.querysets import ProjectQuerySet

MARKS = tuple(GreenMark.Mark)
NOT_RATED = GreenMark.Mark.NOT_RATED


@dataclass(frozen=True)
class AxisMark:
    """`mark` is NOT_RATED where nobody has looked: that is not NEUTRAL."""

    axis: GreenAxis
    mark: GreenMark.Mark
    justification: str

    @property
    def is_rated(self) -> bool:
        return self.mark != NOT_RATED


@dataclass(frozen=True)
class GreenShare:
    """The credits of the projects that carry a mark."""

    mark: GreenMark.Mark
    projects: int
    voted_eur: Decimal


@dataclass(frozen=True)
class AxisTotals:
    """One axis: every mark in order, and how many of the projects with credits are rated."""

    axis: GreenAxis
    shares: tuple[GreenShare, ...]
    rated: int
    projects: int


def marks_of(project: Project) -> list[AxisMark]:
    """Every axis, rated or not, in two queries."""
    known = {mark.axis_id: mark for mark in project.green_marks.all()}
    return [_mark(axis, known.get(axis.pk)) for axis in GreenAxis.objects.order_by("rank")]


def _mark(axis: GreenAxis, stored: GreenMark | None) -> AxisMark:
    if stored is None:
        return AxisMark(axis, NOT_RATED, "")
    return AxisMark(axis, GreenMark.Mark(stored.mark), stored.justification)


def totals(projects: ProjectQuerySet, years: Sequence[int], *, section: str) -> list[AxisTotals]:
    """Credits voted in `years` by axis and mark, in four queries; a project counts once an axis.

    Source: loi n° 2023-1322, art. 191 (the annex looks at the real expenses of investment; the
    credits voted are what can be said before they are paid).
    """
    credits_ = PaymentCredit.objects.filter(
        project__among=projects.ids(), section=section, year__in=years
    )
    whole = credits_.aggregate(eur=Sum("voted_eur"), projects=Count("project", distinct=True))
    sums = credits_.values_list(
        "project__green_marks__axis", "project__green_marks__mark"
    ).annotate(Count("project", distinct=True), Sum("voted_eur"))
    by_key = {(axis, mark): (count, eur) for axis, mark, count, eur in sums.order_by()}
    return [
        _totals(axis, by_key, whole["projects"], whole["eur"] or Decimal(0))
        for axis in GreenAxis.objects.order_by("rank")
    ]


def _totals(
    axis: GreenAxis,
    by_key: dict[tuple[int | None, str | None], tuple[int, Decimal]],
    projects: int,
    whole_eur: Decimal,
) -> AxisTotals:
    rated = [mark for mark in MARKS if mark != NOT_RATED]
    shares = [
        GreenShare(mark, *by_key.get((axis.pk, mark.value), (0, Decimal(0)))) for mark in rated
    ]
    told = sum(share.projects for share in shares)
    rest = whole_eur - sum((share.voted_eur for share in shares), Decimal(0))
    return AxisTotals(axis, (*shares, GreenShare(NOT_RATED, projects - told, rest)), told, projects)
