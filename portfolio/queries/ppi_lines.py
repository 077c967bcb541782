"""The credit lines behind a cell of the investment plan."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from portfolio.analysis.budget import Figure, known_sum
from portfolio.models import PaymentCredit, Programme
from portfolio.querysets import ProjectQuerySet

NONE = "-"  # in an address: the projects without programme


@dataclass(frozen=True)
class Lines:
    """`lines` in the order of the projects' names, with their sums (Unknown where one is)."""

    lines: tuple[PaymentCredit, ...]
    voted: Decimal
    carried_over: Figure
    committed: Figure
    paid: Figure


def of_programme(projects: ProjectQuerySet, code: str) -> ProjectQuerySet | None:
    """The projects of a programme and of all below it; all of them for no code. None: no such
    programme."""
    if not code:
        return projects
    if code == NONE:
        return projects.filter(programme=None)
    top = Programme.objects.filter(code=code).first()
    return None if top is None else projects.filter(programme__in=Programme.objects.within(top))


def lines(projects: ProjectQuerySet, *, years: Iterable[int] | None, section: str) -> Lines:
    """In one query; `years` None: all."""
    chosen = PaymentCredit.objects.filter(project__in=projects, section=section)
    if years is not None:
        chosen = chosen.filter(year__in=list(years))
    told = tuple(
        chosen.select_related("project__programme").order_by("project__name_fr", "project", "year")
    )
    return Lines(
        lines=told,
        voted=sum((line.voted_eur for line in told), Decimal(0)),
        carried_over=known_sum((line.carried_over_eur for line in told), "CARRIED_OVER_UNKNOWN"),
        committed=known_sum((line.committed_eur for line in told), "COMMITTED_UNKNOWN"),
        paid=known_sum((line.paid_eur for line in told), "PAID_UNKNOWN"),
    )
