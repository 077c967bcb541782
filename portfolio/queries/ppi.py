"""The multi-year investment plan (PPI): years × programmes, in a constant number of queries.

Programmes form a tree (commitment of the mandate, policy, programme: `Programme.parent`). A project
belongs to one programme, so each credit counts once in every level above it, and once in the total.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial, reduce
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    When,
)  # fmt: skip

from portfolio.models import PaymentCredit, Programme, Project, Section
from portfolio.querysets import ProjectQuerySet

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Cell:
    """Sums of one programme over one year, or over all those shown (then a commitment carried
    over from one of them to a later one counts once). `committed_known` and `paid_known`: how many of the
    `lines` (one a project and year, of the years begun) say that figure; a sum over none of them is
    None, not known."""

    projects: int
    lines: int
    voted_eur: Decimal
    committed_eur: Decimal | None
    committed_known: int
    paid_eur: Decimal | None
    paid_known: int


@dataclass(frozen=True)
class ProgrammeRow:
    """A node of the tree, `depth` 0 at the top, with all that is below it. `cells`: each year of
    the table, None where nothing is entered; `with_credits` of `projects` have credits in one of
    them. The code is empty for projects without programme. `policy` is the name of its parent."""

    code: str
    name: str
    policy: str
    depth: int
    is_group: bool
    projects: int
    with_credits: int
    cells: tuple[tuple[int, Cell | None], ...]
    total: Cell | None


@dataclass(frozen=True)
class Ppi:
    """`rows`: the tree from the top; `leaves`: each programme with its own projects alone, for a
    file whose lines add up. `first` and `last` are the years that hold credits at all; None: none
    does."""

    years: tuple[int, ...]
    rows: tuple[ProgrammeRow, ...]
    leaves: tuple[ProgrammeRow, ...]
    totals: ProgrammeRow
    first: int | None
    last: int | None


@dataclass
class _Sums:
    """What the database says of each programme (None: projects without one)."""

    counts: dict[int | None, int]
    in_years: dict[Key, Cell]
    in_all: dict[Key, Cell]
    years: tuple[int, ...]
    children: dict[int | None, list[Programme]] = field(default_factory=dict)


def ppi(
    projects: ProjectQuerySet,
    years: Sequence[int],
    *,
    this_year: int,
    section: str = Section.INVESTMENT,
) -> Ppi:
    """Credits of `projects` in `years`; a project counts once, whatever the filter joined."""
    ids = projects.ids()
    once = Project.objects.filter(pk__among=ids)
    credits_ = PaymentCredit.objects.filter(project__among=ids, section=section)
    shown = credits_.filter(year__in=years)
    by = partial(_by, shown, years=years, this_year=this_year)
    bounds = credits_.aggregate(first=Min("year"), last=Max("year"))
    sums = _Sums(
        counts=dict(once.values_list("programme").annotate(Count("pk")).order_by()),
        in_years=by(("project__programme", "year")),
        in_all=by(("project__programme",)),
        years=tuple(years),
    )
    leaves = _tree(sums)
    by_year, total = by(("year",)), by(())
    totals = ProgrammeRow(
        code="", name="", policy="", depth=0, is_group=True, projects=sum(sums.counts.values()),
        with_credits=total[()].projects if () in total else 0,
        cells=tuple((year, by_year.get((year,))) for year in years), total=total.get(()),
    )  # fmt: skip
    rows = [row for top in sums.children.get(None, []) for row in _below(top, 0, sums)]
    if sums.counts.get(None):
        rows.append(_row(None, 0, sums, [None]))
    return Ppi(tuple(years), tuple(rows), leaves, totals, bounds["first"], bounds["last"])


# ---------------------------------------------------------------- the tree


def _tree(sums: _Sums) -> tuple[ProgrammeRow, ...]:
    """Fills in the children of each programme; the programmes with projects of their own."""
    programmes = list(Programme.objects.select_related("parent").order_by("code"))
    for programme in programmes:
        sums.children.setdefault(programme.parent_id, []).append(programme)
    own: list[Programme | None] = [p for p in programmes if sums.counts.get(p.pk)]
    if sums.counts.get(None):
        own.append(None)
    return tuple(_row(one, 0, sums, [one.pk if one else None]) for one in own)


def _below(programme: Programme, depth: int, sums: _Sums) -> list[ProgrammeRow]:
    """The programme and what is under it; a branch without projects is left out."""
    own = _row(programme, depth, sums, _keys(programme, sums))
    if not own.projects:
        return []
    children = sums.children.get(programme.pk, [])
    return [own, *(row for child in children for row in _below(child, depth + 1, sums))]


def _keys(programme: Programme, sums: _Sums) -> list[int | None]:
    children = sums.children.get(programme.pk, [])
    return [programme.pk, *(key for child in children for key in _keys(child, sums))]


def _row(
    programme: Programme | None, depth: int, sums: _Sums, keys: Sequence[int | None]
) -> ProgrammeRow:
    total = _added(sums.in_all.get((key,)) for key in keys)
    return ProgrammeRow(
        code=programme.code if programme else "",
        name=programme.name if programme else "",
        policy=programme.parent.name if programme and programme.parent else "",
        depth=depth,
        is_group=len(keys) > 1,
        projects=sum(sums.counts.get(key, 0) for key in keys),
        with_credits=total.projects if total else 0,
        cells=tuple(
            (year, _added(sums.in_years.get((key, year)) for key in keys)) for year in sums.years
        ),
        total=total,
    )


def _added(cells: Iterable[Cell | None]) -> Cell | None:
    """The sum of what is there; nothing at all stays nothing."""
    told = [cell for cell in cells if cell is not None]
    return reduce(_plus, told) if told else None


def _plus(left: Cell, right: Cell) -> Cell:
    return Cell(
        projects=left.projects + right.projects,
        lines=left.lines + right.lines,
        voted_eur=left.voted_eur + right.voted_eur,
        committed_eur=_known(left.committed_eur, right.committed_eur),
        committed_known=left.committed_known + right.committed_known,
        paid_eur=_known(left.paid_eur, right.paid_eur),
        paid_known=left.paid_known + right.paid_known,
    )


def _known(left: Decimal | None, right: Decimal | None) -> Decimal | None:
    """A sum over those that are known; how many is said beside it."""
    if left is None or right is None:
        return right if left is None else left
    return left + right


def _by(
    rows: QuerySet[PaymentCredit], keys: tuple[str, ...], *, years: Sequence[int], this_year: int
) -> dict[Key, Cell]:
    """One query: sums by `keys`; all together under () where there is no key."""
    committed = F("committed_eur") if "year" in keys else _counted_once(years)
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


def _counted_once(years: Sequence[int]) -> Case:
    """What a line commits, without what an earlier one of `years` counts already."""
    earlier = PaymentCredit.objects.filter(
        project=OuterRef("project"),
        section=OuterRef("section"),
        year__lt=OuterRef("year"),
        year__in=years,
    )
    return Case(
        When(Exists(earlier), then=F("committed_eur") - F("carried_over_eur")),
        default=F("committed_eur"),
    )
