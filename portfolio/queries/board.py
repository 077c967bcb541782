"""The director's board: what needs them, the money of the year, the projects one a line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, Sum

from portfolio.analysis.periods import month_to_review
from portfolio.models import (
    Alert,
    FreshnessCommitment,
    Milestone,
    PaymentCredit,
    Project,
    Review,
    Section,
)
from portfolio.queries import reviews as review_queries
from portfolio.queries.health import Health, healths, moneys
from portfolio.queries.money import SectionMoney
from portfolio.queries.projects import ProjectRow, rows
from portfolio.querysets import ProjectQuerySet
from portfolio.results import Unknown

PER_PAGE = 100


@dataclass(frozen=True)
class Counter:
    """How many projects; `query` is the list's filter that finds the same ones."""

    name: str
    count: int
    query: str


@dataclass(frozen=True)
class YearMoney:
    """Investment credits of a year over the projects that have any; committed and paid over those
    that say it (rule 2). `opened_eur` are the credits, what was carried over included, of those
    `compared`: they say both what is paid and what was carried over, and paid `compared_eur`."""

    year: int
    projects: int
    voted_eur: Decimal | None
    committed_eur: Decimal | None
    committed_known: int
    paid_eur: Decimal | None
    paid_known: int
    compared: int
    opened_eur: Decimal | None
    compared_eur: Decimal | None

    @property
    def paid_percent(self) -> Decimal | None:
        """Of the credits of the projects that are compared; None where there are none."""
        if not self.opened_eur or self.compared_eur is None:
            return None
        return self.compared_eur / self.opened_eur * 100


@dataclass(frozen=True)
class BoardRow:
    """A project: what is said of it beside what is computed; None where nothing is."""

    row: ProjectRow
    health: Health
    weather: str | None
    review_month: date | None
    authorised_eur: Decimal | None
    credit_eur: Decimal | None
    is_stale: bool


@dataclass(frozen=True)
class Board:
    counters: tuple[Counter, ...]
    money: YearMoney
    reviews: dict[str, int]
    month: date
    page: Page[int]
    rows: tuple[BoardRow, ...]


def board(projects: ProjectQuerySet, *, today: date, number: str | int = 1) -> Board:
    """Of the projects under way among `projects`, in a constant number of queries; all that is
    counted is of all of them, `rows` are those of the page of that number."""
    ordered = projects.reviewable().order_by("name_fr", "code")
    ids = list(ordered.values_list("pk", flat=True))
    running = Project.objects.filter(pk__among=ids)
    health = healths(ids, today=today)
    page = Paginator(ids, PER_PAGE).get_page(number)
    return Board(
        counters=_counters(running, health, today),
        money=year_money(running, today.year),
        reviews=_review_counts(running, today),
        month=month_to_review(today),
        page=page,
        rows=tuple(_rows(list(page.object_list), health, today)),
    )


def year_money(projects: ProjectQuerySet, year: int) -> YearMoney:
    lines = PaymentCredit.objects.filter(
        project__in=projects, year=year, section=Section.INVESTMENT
    )
    both = Q(paid_eur__isnull=False, carried_over_eur__isnull=False)
    # The counts first: a name that is taken by a sum would be counted instead of the column.
    sums: dict[str, Any] = lines.aggregate(
        projects=Count("pk"),
        committed_known=Count("committed_eur"),
        paid_known=Count("paid_eur"),
        compared=Count("pk", filter=both),
        opened_eur=Sum(F("voted_eur") + F("carried_over_eur"), filter=both),
        compared_eur=Sum("paid_eur", filter=both),
        voted_eur=Sum("voted_eur"),
        committed_eur=Sum("committed_eur"),
        paid_eur=Sum("paid_eur"),
    )
    return YearMoney(year=year, **sums)


def _counters(
    projects: ProjectQuerySet, health: dict[int, Health], today: date
) -> tuple[Counter, ...]:
    codes = [one.code for one in health.values()]
    ahead = Milestone.objects.ahead().filter(project__in=projects)
    late = ahead.filter(Q(current_on__lt=today) | Q(current_on__gt=F("original_on")))
    costed: Any = projects.with_costs()
    dearer = costed.filter(current_cost_eur__gt=F("original_cost_eur")).count()
    missing = review_queries.missing(projects, today).count()
    loud = Alert.objects.loud(today).filter(project__in=projects)
    told = loud.values("project").distinct().count()
    return (
        Counter("OFF_TRACK", codes.count("OFF_TRACK"), "computed=OFF_TRACK"),
        Counter("LATE", late.values("project").distinct().count(), "late=ANY"),
        Counter("DEARER", dearer, "overrun=YES"),
        Counter("MISSING", missing, "review=MISSING"),
        Counter("UNKNOWN", codes.count("UNKNOWN"), "computed=UNKNOWN"),
        Counter("ALERT", told, "alert=ANY"),
    )


def _review_counts(projects: ProjectQuerySet, today: date) -> dict[str, int]:
    """Of the month under review: submitted or more, still to write; and all that wait."""
    month = month_to_review(today)
    waiting = Review.objects.filter(project__in=projects, state=Review.State.SUBMITTED)
    expected = review_queries.without_review(projects, month).count()
    written = Review.objects.written().filter(project__in=projects, month=month)
    return {"expected": expected, "written": written.count(), "waiting": waiting.count()}


def _rows(shown: list[int], health: dict[int, Health], today: date) -> list[BoardRow]:
    ordered = Project.objects.filter(pk__among=shown).order_by("name_fr", "code")
    ids = dict(ordered.values_list("code", "pk"))
    latest = review_queries.latest(ids.values())
    money = _ceilings(list(ids.values()), today)
    record = FreshnessCommitment.objects.filter(group="RECORD").first()
    found = []
    for row in rows(ordered):
        pk = ids[row.code]
        review = latest.get(pk)
        authorised, credit = money.get(pk, (None, None))
        age = (today - row.updated_at.date()).days
        found.append(
            BoardRow(
                row=row,
                health=health[pk],
                weather=review_queries.worst(review) if review else None,
                review_month=review.month if review else None,
                authorised_eur=authorised,
                credit_eur=credit,
                is_stale=record is not None and age > record.days,
            )
        )
    return found


def _ceilings(ids: list[int], today: date) -> dict[int, tuple[Decimal | None, Decimal | None]]:
    """The investment authorisation, and the year's credits, of each project."""
    return {
        pk: _pair(money.section(Section.INVESTMENT), today)
        for pk, money in moneys(ids, today=today).items()
    }


def _pair(section: SectionMoney | None, today: date) -> tuple[Decimal | None, Decimal | None]:
    if section is None:
        return None, None
    ceiling = section.ceiling
    authorised = None if isinstance(ceiling, Unknown) else ceiling.authorised
    years = [line.voted for line in section.lines if line.year == today.year]
    return authorised, years[0] if years else None
