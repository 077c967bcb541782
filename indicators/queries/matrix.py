"""The portfolio of evidence: projects × measures, each with its status, its chance and its grade."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from indicators.models import Evaluation, ForecastResult, Indicator
from indicators.queries.evaluations import Judged, judged
from indicators.queries.target_history import targets_of
from indicators.queries.targets import target_views
from indicators.results import Step, TargetView
from portfolio.models import Project

# From the surest to what only describes; what could not be judged after all of them.
GRADES = ("A", "B", "C", "D", "E", "")


@dataclass(frozen=True)
class Cell:
    """A project on a measure. `status`: the worst of its targets, "" without one. `chance`: the
    lowest of its forecasts, None without one. `judged`: its evaluation of the best grade."""

    step: Step
    chance: float | None
    judged: Judged | None

    @property
    def status(self) -> str:
        return self.step.status

    @property
    def grade(self) -> str:
        """ "" where nothing was evaluated, or nothing could be judged."""
        return self.judged.result.grade if self.judged and self.judged.result else ""

    @property
    def verdict(self) -> str:
        return self.judged.result.verdict if self.judged and self.judged.result else ""


@dataclass(frozen=True)
class Row:
    """`pairs`: each column with the cell it has here."""

    project: Project
    pairs: tuple[tuple[Indicator, Cell | None], ...]


@dataclass(frozen=True)
class Matrix:
    """`indicators` head the columns; a cell is None where a project promises nothing of it."""

    indicators: tuple[Indicator, ...]
    rows: tuple[Row, ...]

    @property
    def cells(self) -> list[tuple[Project, Cell]]:
        return [(row.project, cell) for row in self.rows for _, cell in row.pairs if cell]


def evidence_matrix(
    projects: QuerySet[Project], *, today: date, as_of: datetime | None = None,
    status: str = "", grade: str = "",
) -> Matrix:  # fmt: skip
    """Of these projects, in a number of queries that does not grow with them. `status`, `grade`:
    only cells that have it ("NONE": none could be graded)."""
    ids = list(projects.values_list("pk", flat=True))
    cells = _cells(ids, today, as_of)
    kept = {
        key: cell for key, cell in cells.items()
        if status in {"", cell.status} and grade in {"", cell.grade or "NONE"}
    }  # fmt: skip
    indicators = _columns(kept.values())
    rows = []
    for project in projects.filter(pk__in={key[0] for key in kept}).select_related("lead"):
        found = tuple((one, kept.get((project.pk, one.pk))) for one in indicators)
        rows.append(Row(project, found))
    return Matrix(tuple(indicators), tuple(rows))


def _columns(cells: Collection[Cell]) -> list[Indicator]:
    """Those that most projects promise to move come first: they are seen without scrolling."""
    known = {cell.step.indicator.pk: cell.step.indicator for cell in cells}
    counts = Counter(cell.step.indicator.pk for cell in cells)
    return sorted(known.values(), key=lambda one: (-counts[one.pk], one.name))


def _cells(ids: list[int], today: date, as_of: datetime | None) -> dict[tuple[int, int], Cell]:
    views = target_views(targets_of(Q(project__in=ids), as_of=as_of), today=today, as_of=as_of)
    grouped: dict[tuple[int, int], list[TargetView]] = defaultdict(list)
    known: dict[int, Indicator] = {}
    for view in views:
        if view.target.project_id is not None:
            grouped[view.target.project_id, view.indicator.pk].append(view)
            known[view.indicator.pk] = view.indicator
    chances = _chances(views, as_of)
    best = _best(ids, as_of)
    for key, one in best.items():
        if one.plan.indicator is not None:
            known[key[1]] = one.plan.indicator
    return {
        key: Cell(
            Step(known[key[1]], tuple(grouped.get(key, ()))),
            min((chances[v.target.pk] for v in grouped.get(key, ()) if v.target.pk in chances),
                default=None),
            best.get(key),
        )
        for key in {*grouped, *best}
    }  # fmt: skip


def _chances(views: Iterable[TargetView], as_of: datetime | None) -> dict[int, float]:
    ids = [view.target.pk for view in views]
    rows = ForecastResult.objects.last_of(ids, by=as_of) if ids else []
    return {row.target_id: row.probability for row in rows if row.probability is not None}


def _best(ids: list[int], as_of: datetime | None) -> dict[tuple[int, int], Judged]:
    """By project and measure, of the plans that stand: the best graded, else the last one."""
    plans = Evaluation.objects.standing(as_of).filter(project__in=ids)
    found: dict[tuple[int, int], Judged] = {}
    for one in judged(plans, as_of=as_of):
        if one.plan.indicator_id is None:
            continue
        key = one.plan.project_id, one.plan.indicator_id
        if key not in found or _rank(one) <= _rank(found[key]):
            found[key] = one
    return found


def _rank(one: Judged) -> int:
    return GRADES.index(one.result.grade) if one.result else len(GRADES)
