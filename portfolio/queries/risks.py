"""The risks of one project as a matrix and a list, and those of all projects."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from portfolio.analysis import risks as analysis
from portfolio.analysis.risks import Level
from portfolio.models import Programme, Project, Risk, User

UNDER_WAY = ("OPEN", "OCCURRED")


@dataclass(frozen=True)
class NumberedRisk:
    """`number` is its place in the list, the most critical first; the matrix names it so."""

    number: int
    risk: Risk


@dataclass(frozen=True)
class Step:
    """A step of a scale, as a figure and in words."""

    step: int
    word: str


@dataclass(frozen=True)
class MatrixCell:
    severity: Step
    level: Level
    risks: tuple[NumberedRisk, ...]


@dataclass(frozen=True)
class MatrixRow:
    probability: Step
    cells: tuple[MatrixCell, ...]


@dataclass(frozen=True)
class ProjectRisks:
    """`matrix` goes from the most to the least probable, its cells from minor to major; it holds
    the risks under way alone."""

    under_way: tuple[NumberedRisk, ...]
    closed: tuple[Risk, ...]
    withdrawn: tuple[Risk, ...]
    matrix: tuple[MatrixRow, ...]


def risks_of(project: Project) -> ProjectRisks:
    """In one query."""
    found = list(project.risks.select_related("owner").order_by("due_on", "pk"))
    current = [risk for risk in found if risk.withdrawn_at is None]
    under_way = sorted(
        (risk for risk in current if risk.status in UNDER_WAY), key=lambda r: -r.criticality
    )
    numbered = tuple(NumberedRisk(number, risk) for number, risk in enumerate(under_way, 1))
    return ProjectRisks(
        under_way=numbered,
        closed=tuple(risk for risk in current if risk.status == Risk.Status.CLOSED),
        withdrawn=tuple(risk for risk in found if risk.withdrawn_at is not None),
        matrix=_matrix(numbered),
    )


def empty_matrix() -> tuple[MatrixRow, ...]:
    """The scales and levels alone."""
    return _matrix(())


def _matrix(numbered: tuple[NumberedRisk, ...]) -> tuple[MatrixRow, ...]:
    cells = analysis.matrix(
        (item.risk.probability, item.risk.severity, item) for item in numbered
    )  # fmt: skip
    return tuple(
        MatrixRow(
            _step(probability, Risk.Probability(probability).label),
            tuple(
                MatrixCell(
                    severity=_step(severity, Risk.Severity(severity).label),
                    level=analysis.level(analysis.criticality(probability, severity)),
                    risks=tuple(cells[probability, severity]),
                )
                for severity in analysis.STEPS
            ),
        )
        for probability in reversed(analysis.STEPS)
    )


def _step(step: int, label: object) -> Step:
    """From a label such as “3 – likely”."""
    return Step(step, str(label).partition(" – ")[2])


def chosen_risks(user: User, wanted: dict[str, Any]) -> QuerySet[Risk]:
    """Risks of the projects that `user` may see, the most critical first, then the first due;
    `wanted` as `RiskFilterForm` cleans it."""
    readable: Any = Risk.objects.visible_to(user).current().with_criticality()
    status = wanted.get("status")
    found = readable.filter(status__in=[status] if status else UNDER_WAY)
    exact = {"project__lead": wanted.get("lead"), "category": wanted.get("category")}
    found = found.filter(**{name: value for name, value in exact.items() if value})
    if level := wanted.get("level"):
        found = found.filter(rated__gte=int(level))
    if programme := wanted.get("programme"):
        found = found.filter(project__programme__in=Programme.objects.within(programme))
    for word in (wanted.get("q") or "").split():
        found = found.filter(
            Q(title__icontains=word) | Q(cause__icontains=word) | Q(consequence__icontains=word)
            | Q(action__icontains=word) | Q(project__name_fr__icontains=word)
        )  # fmt: skip
    related = found.select_related("project", "project__lead", "owner")
    ordered: QuerySet[Risk] = related.order_by("-rated", "due_on", "pk")
    return ordered
