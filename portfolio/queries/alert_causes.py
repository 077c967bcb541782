"""Why somebody is to be told: the causes that hold today, computed from the record.

A further cause is one more function in CAUSES: it gets what is looked at and gives `Cause`s. Its
kind goes to `Alert.Kind`, its words to `queries.alert_words`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Max, Q
from django.utils import timezone

from portfolio.analysis.budget import credits_needed
from portfolio.analysis.periods import last_month_overdue, month_after
from portfolio.models import (
    Alert,
    FreshnessCommitment,
    Funding,
    Milestone,
    PaymentCredit,
    Project,
    Review,
    Risk,
)
from portfolio.queries.health import moneys
from portfolio.queries.money import ProjectMoney, SectionMoney
from portfolio.results import Unknown

MILESTONE_NOTICE = timedelta(days=14)
FUNDING_NOTICE = timedelta(days=45)
Kind = Alert.Kind


@dataclass(frozen=True)
class Cause:
    """`subject` tells it from the others of its kind in the project; `data` are the figures of
    its sentence, as JSON."""

    project_id: int
    kind: str
    subject: str
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[int, str, str]:
        return self.project_id, self.kind, self.subject


@dataclass
class Looked:
    """The active projects that are looked at, and what several causes read."""

    projects: dict[int, Project]
    today: date

    @cached_property
    def money(self) -> dict[int, ProjectMoney]:
        return moneys(self.projects, today=self.today)


def causes(project_ids: Iterable[int], *, today: date) -> list[Cause]:
    """All that hold, each once, in a constant number of queries."""
    active = Project.objects.reviewable().filter(pk__among=project_ids)
    looked = Looked(active.in_bulk(), today)
    return [cause for find in CAUSES for cause in find(looked)]


# ---------------------------------------------------------------- milestones


def milestones(looked: Looked) -> Iterator[Cause]:
    """Due within a fortnight, or past their date and not reached."""
    ahead = Milestone.objects.ahead().filter(
        project__among=looked.projects, current_on__lte=looked.today + MILESTONE_NOTICE
    )
    for milestone in ahead.order_by("pk"):
        is_late = milestone.current_on < looked.today
        yield Cause(
            milestone.project_id,
            Kind.MILESTONE_LATE if is_late else Kind.MILESTONE_DUE,
            milestone.code,
            {
                "name_fr": milestone.name_fr,
                "name_en": milestone.name_en,
                "on": milestone.current_on.isoformat(),
            },
        )


# ---------------------------------------------------------------- money


def credits_pace(looked: Looked) -> Iterator[Cause]:
    """Payments far from the part of the year that has passed."""
    kinds = {"AHEAD": Kind.CREDITS_OVER, "BEHIND": Kind.CREDITS_UNDER}
    for pk, section in _sections(looked):
        for row in section.rows:
            pace = row.execution
            if row.line.year != looked.today.year or isinstance(pace, Unknown):
                continue
            if pace.pace in kinds:
                data = {"year": row.line.year, "percent": float(round(pace.percent, 1))}
                subject = f"{section.section}-{row.line.year}"
                yield Cause(pk, kinds[pace.pace], subject, data)


def authorisations(looked: Looked) -> Iterator[Cause]:
    """Credits or commitments above what may be committed."""
    for pk, section in _sections(looked):
        if isinstance(section.ceiling, Unknown):
            continue
        figures = {
            "CREDITS": credits_needed(section.lines, year=looked.today.year),
            "COMMITTED": section.totals.committed,
        }
        for name, figure in figures.items():
            if not isinstance(figure, Unknown) and figure > section.ceiling.authorised:
                data = {
                    "what": name,
                    "sum": str(figure),
                    "authorised": str(section.ceiling.authorised),
                }
                yield Cause(pk, Kind.AP_EXCEEDED, f"{section.section}-{name}", data)


def _sections(looked: Looked) -> Iterator[tuple[int, SectionMoney]]:
    return ((pk, section) for pk, money in looked.money.items() for section in money.sections)


def funding_deadlines(looked: Looked) -> Iterator[Cause]:
    """The last day for a funder is near or past, and not all is received."""
    near = Funding.objects.filter(
        project__among=looked.projects, deadline_on__lte=looked.today + FUNDING_NOTICE
    )
    for line in near.select_related("funder").order_by("pk"):
        if line.status in {Funding.Status.RECEIVED, Funding.Status.REFUSED}:
            continue
        on = line.deadline_on.isoformat() if line.deadline_on else ""
        yield Cause(
            line.project_id, Kind.FUNDING_DEADLINE, str(line.pk), {"name": str(line), "on": on}
        )


# ---------------------------------------------------------------- reviews and freshness


def missing_reviews(looked: Looked) -> Iterator[Cause]:
    """The last month that is over, its grace too, has no review. A project entered later, or
    reviewed for a month since, owes none."""
    month = last_month_overdue(looked.today)
    written = set(
        Review.objects.written()
        .filter(project__among=looked.projects, month__gte=month)
        .values_list("project", flat=True)
    )
    for pk, project in looked.projects.items():
        entered_on = timezone.localdate(project.created_at)
        if pk not in written and entered_on < month_after(month):
            yield Cause(pk, Kind.REVIEW_MISSING, f"{month:%Y-%m}", {"month": month.isoformat()})


def stale_fields(looked: Looked) -> Iterator[Cause]:
    """Groups of fields older than what was committed to. One never entered has no age: that it
    is missing is said elsewhere."""
    for commitment in FreshnessCommitment.objects.order_by("group"):
        for pk, on in last_confirmed(looked, commitment.group).items():
            age = (looked.today - on).days
            if age > commitment.days:
                data = {"group": commitment.group, "on": on.isoformat(), "days": commitment.days}
                yield Cause(pk, Kind.FIELD_STALE, commitment.group, data)


def late_risk_actions(looked: Looked) -> Iterator[Cause]:
    """What was to be done about a risk, on a day that has passed; the risk is still open."""
    late = Risk.objects.current().filter(
        project__among=looked.projects, status=Risk.Status.OPEN, due_on__lt=looked.today
    )
    for risk in late.order_by("pk"):
        data = {"name_fr": risk.title, "on": risk.due_on.isoformat() if risk.due_on else ""}
        yield Cause(risk.project_id, Kind.RISK_ACTION_LATE, str(risk.pk), data)


def last_confirmed(looked: Looked, group: str) -> dict[int, date]:
    """When a group of fields was last entered, or confirmed by a review, by project."""
    groups = FreshnessCommitment.Group
    if group == groups.RECORD:
        return {pk: timezone.localdate(p.updated_at) for pk, p in looked.projects.items()}
    projects = Project.objects.filter(pk__among=looked.projects)
    if group == groups.CREDITS:
        this_year = PaymentCredit.objects.filter(
            project__among=looked.projects, year=looked.today.year
        )
        return _latest(this_year.values_list("project").annotate(Max("recorded_at")))
    if group == groups.FUNDING:
        open_lines = Funding.objects.filter(project__among=looked.projects, received_eur=None)
        unrefused = open_lines.exclude(notified_eur=0)
        return _latest(unrefused.values_list("project").annotate(Max("recorded_at")))
    last = {
        groups.COST: Max("cost_estimates__recorded_at"),
        groups.SCHEDULE: Max(
            "milestones__revisions__revised_at", filter=Q(milestones__withdrawn_at=None)
        ),
    }
    entered = _latest(projects.values_list("pk").annotate(last=last[groups(group)]))
    if group == groups.SCHEDULE:
        entered = _planned(looked) | entered
    reviewed = Review.objects.written().filter(project__among=looked.projects)
    confirmed = _latest(reviewed.values_list("project").annotate(Max("submitted_at")))
    return {pk: max(on, confirmed.get(pk, on)) for pk, on in entered.items()}


def _planned(looked: Looked) -> dict[int, date]:
    """Projects with a milestone ahead that was never revised: as old as the project's entry."""
    ahead = Milestone.objects.ahead().filter(project__among=looked.projects)
    created = Project.objects.filter(pk__in=ahead.values("project"))
    return _latest(created.values_list("pk", "created_at"))


def _latest(pairs: Iterable[Any]) -> dict[int, date]:
    return {pk: timezone.localdate(at) for pk, at in pairs if at is not None}


CAUSES: list[Callable[[Looked], Iterator[Cause]]] = [
    milestones,
    credits_pace,
    authorisations,
    funding_deadlines,
    missing_reviews,
    stale_fields,
    late_risk_actions,
]
