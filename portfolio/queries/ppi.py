"""The multi-year investment plan (PPI): years × programmes, in a constant number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum

from portfolio.models import PaymentCredit, Programme, Project, Section


@dataclass(frozen=True)
class Cell:
    """Sums of one programme over one year, or over all those shown (then a commitment carried
    over from one year to the next counts once). `committed_known` and `paid_known`: how many of the
    `lines` (one a project and year, of the years begun) say that figure; a sum over none of them is None, not known."""

    projects: int
    lines: int
    voted_eur: Decimal
    committed_eur: Decimal | None
    committed_known: int
    paid_eur: Decimal | None
    paid_known: int


@dataclass(frozen=True)
class ProgrammeRow:
    """`cells`: each year of the table, None where nothing is entered; `with_credits` of
    `projects` have credits in one of them. The programme's code is empty for projects without
    one."""

    code: str
    name: str
    policy: str
    projects: int
    with_credits: int
    cells: tuple[tuple[int, Cell | None], ...]
    total: Cell | None


@dataclass(frozen=True)
class Ppi:
    """`first` and `last` are the years that hold credits at all; None: none does."""

    years: tuple[int, ...]
    rows: tuple[ProgrammeRow, ...]
    totals: ProgrammeRow
    first: int | None
    last: int | None


def ppi(projects: QuerySet[Project], years: Sequence[int], *, this_year: int) -> Ppi:
    """Investment credits of `projects` in `years`; a project counts once, whatever the filter
    joined."""
    once = Project.objects.filter(pk__in=projects.values("pk"))
    credits_ = PaymentCredit.objects.filter(project__in=once, section=Section.INVESTMENT)
    shown = credits_.filter(year__in=years)
    bounds = credits_.aggregate(first=Min("year"), last=Max("year"))
    counts = dict(once.values_list("programme").annotate(Count("pk")).order_by())
    in_years = _by(shown, ("project__programme", "year"), this_year)
    in_all = _by(shown, ("project__programme",), this_year)
    programmes = Programme.objects.filter(pk__in=[pk for pk in counts if pk])
    ordered = programmes.select_related("parent").order_by(F("parent__code").asc(), "code")
    rows = [_row(programme, counts[programme.pk], years, in_years, in_all) for programme in ordered]
    if counts.get(None):
        rows.append(_row(None, counts[None], years, in_years, in_all))
    by_year, total = _by(shown, ("year",), this_year), _by(shown, (), this_year)
    totals = ProgrammeRow(
        code="",
        name="",
        policy="",
        projects=sum(counts.values()),
        with_credits=total[()].projects if () in total else 0,
        cells=tuple((year, by_year.get((year,))) for year in years),
        total=total.get(()),
    )
    return Ppi(tuple(years), tuple(rows), totals, bounds["first"], bounds["last"])


def _row(
    programme: Programme | None,
    count: int,
    years: Iterable[int],
    in_years: dict[tuple[Any, ...], Cell],
    in_all: dict[tuple[Any, ...], Cell],
) -> ProgrammeRow:
    key = programme.pk if programme else None
    total = in_all.get((key,))
    return ProgrammeRow(
        code=programme.code if programme else "",
        name=programme.name if programme else "",
        policy=programme.parent.name if programme and programme.parent else "",
        projects=count,
        with_credits=total.projects if total else 0,
        cells=tuple((year, in_years.get((key, year))) for year in years),
        total=total,
    )


def _by(
    rows: QuerySet[PaymentCredit], keys: tuple[str, ...], this_year: int
) -> dict[tuple[Any, ...], Cell]:
    """One query: sums by `keys`; all together under () where there is no key."""
    committed = F("committed_eur") if "year" in keys else F("committed_eur") - F("carried_over_eur")
    sums: dict[str, Any] = {
        "sum_projects": Count("project", distinct=True),
        "sum_lines": Count("pk", filter=Q(year__lte=this_year)),
        "sum_voted_eur": Sum("voted_eur"),
        "sum_committed_eur": Sum(committed),
        "sum_committed_known": Count(committed),
        "sum_paid_eur": Sum("paid_eur"),
        "sum_paid_known": Count("paid_eur"),
    }
    found: list[dict[str, Any]]
    found = list(rows.values(*keys).annotate(**sums)) if keys else [rows.aggregate(**sums)]
    return {
        tuple(one[key] for key in keys): Cell(
            **{name.removeprefix("sum_"): one[name] for name in sums}
        )
        for one in found
        if one["sum_projects"]
    }
