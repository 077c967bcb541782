"""A year's end: what each project leaves to carry over (RAR), how much of its credits it used,
and which authorisations nobody has allocated."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portfolio.analysis import budget
from portfolio.analysis.budget import Figure
from portfolio.models import Authorisation, PaymentCredit, Project
from portfolio.queries.money import credit_line
from portfolio.querysets import ProjectQuerySet
from portfolio.results import Unknown

ZERO = Decimal(0)


@dataclass(frozen=True)
class CarryRow:
    """One project's year. `state`: NOTHING (all is paid), TO_BRING, BROUGHT, DIFFERS (the next
    year carries another sum), UNKNOWN."""

    credit: PaymentCredit
    left: Figure
    used: Figure
    carried_eur: Decimal | None

    @property
    def state(self) -> str:
        if isinstance(self.left, Unknown):
            return "UNKNOWN"
        if self.carried_eur is not None and self.carried_eur != self.left:
            return "DIFFERS"
        if self.left == 0:
            return "NOTHING"
        return "TO_BRING" if self.carried_eur is None else "BROUGHT"


@dataclass(frozen=True)
class YearEnd:
    """`left_eur` is the sum over the `known` of all `rows` (rule 2)."""

    year: int
    rows: tuple[CarryRow, ...]
    first: int | None
    last: int | None

    @property
    def known(self) -> int:
        return sum(not isinstance(row.left, Unknown) for row in self.rows)

    @property
    def left_eur(self) -> Decimal:
        return sum((row.left for row in self.rows if isinstance(row.left, Decimal)), ZERO)


@dataclass(frozen=True)
class UnallocatedRow:
    """An authorisation with a part that nobody has allocated since `since_on`, the last vote or
    revision. `lapses`: the delay of our budget rules has passed; None: it is not entered."""

    project: Project
    section: str
    section_label: str
    available_eur: Decimal
    since_on: date
    lapses: bool | None


def year_end(projects: ProjectQuerySet, year: int) -> YearEnd:
    """In four queries."""
    credits_ = PaymentCredit.objects.filter(project__among=projects.ids())
    of_year = credits_.filter(year=year).select_related("project")
    after = {
        (project, section): carried
        for project, section, carried in credits_.filter(year=year + 1).values_list(
            "project", "section", "carried_over_eur"
        )
    }
    rows = tuple(
        _row(credit, after.get((credit.project_id, credit.section)))
        for credit in of_year.order_by("project__name_fr", "section")
    )
    years = set(credits_.order_by().values_list("year", flat=True).distinct())
    return YearEnd(year, rows, min(years, default=None), max(years, default=None))


def _row(credit: PaymentCredit, carried_eur: Decimal | None) -> CarryRow:
    line = credit_line(credit)
    used = budget.used_share(line)
    return CarryRow(credit, budget.to_carry_over(line), used, carried_eur)


def unallocated(
    projects: ProjectQuerySet, *, today: date, lapse_years: Figure
) -> list[UnallocatedRow]:
    """What could lapse; nothing lapses by itself (CGCT, art. L5217-10-8: our budget rules say
    when). In one query."""
    acts = Authorisation.objects.filter(project__in=projects).select_related("project")
    grouped: dict[tuple[int, str], list[Authorisation]] = defaultdict(list)
    for act in acts.order_by("project__name_fr", "section", "voted_on", "pk"):
        grouped[act.project_id, act.section].append(act)
    rows = (_unallocated(group, today, lapse_years) for group in grouped.values())
    return [row for row in rows if row is not None]


def _unallocated(
    acts: Iterable[Authorisation], today: date, lapse_years: Figure
) -> UnallocatedRow | None:
    told = list(acts)
    available = budget.ceiling((act.kind, act.amount_eur) for act in told).available
    if available <= 0:
        return None
    since = max(act.voted_on for act in told if act.kind in {"VOTED", "REVISION"})
    return UnallocatedRow(
        project=told[0].project,
        section=told[0].section,
        section_label=told[0].get_section_display(),
        available_eur=available,
        since_on=since,
        lapses=_lapses(since, today, lapse_years),
    )


def _lapses(since: date, today: date, lapse_years: Figure) -> bool | None:
    """Years are those of the budget: the delay ends with the last day of a year."""
    if isinstance(lapse_years, Unknown):
        return None
    return today.year > since.year + int(lapse_years)
