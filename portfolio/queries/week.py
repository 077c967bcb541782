"""What needs one person, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from portfolio.analysis.periods import month_before, month_to_review
from portfolio.models import Alert, Meeting, Milestone, Project, Review, User
from portfolio.queries import reviews as review_queries
from portfolio.queries.alert_words import Words, words
from portfolio.queries.decisions import ToDo, actions_of
from portfolio.roles import Part

DAYS_AHEAD = 14


@dataclass(frozen=True)
class ToWrite:
    """A review to write. `may_repeat`: there is an earlier one to confirm in one tap;
    `returned`: one that was sent back, of this month or of the one before."""

    code: str
    name: str
    month: date
    is_missing: bool
    may_repeat: bool
    returned: Review | None


@dataclass(frozen=True)
class Ahead:
    """A milestone of the coming fortnight."""

    code: str
    project_name: str
    name: str
    on: date


@dataclass(frozen=True)
class Told:
    alert: Alert
    words: Words


@dataclass(frozen=True)
class Week:
    month: date
    to_write: tuple[ToWrite, ...]
    waiting: int  # reviews that the person may validate
    alerts: tuple[Told, ...]
    ahead: tuple[Ahead, ...]
    actions: tuple[ToDo, ...] = ()  # that a decision gave to the person
    meetings: tuple[Meeting, ...] = ()  # of their committees: open, or within a fortnight

    @property
    def is_calm(self) -> bool:
        own = self.to_write or self.waiting or self.alerts or self.ahead
        return not (own or self.actions or self.meetings)


def week(user: User, *, today: date) -> Week:
    """In a constant number of queries."""
    return Week(
        month=month_to_review(today),
        to_write=_to_write(user, today),
        waiting=waiting_for(user),
        alerts=alerts_of(user, today=today),
        ahead=_ahead(user, today),
        actions=tuple(actions_of(user, today=today)),
        meetings=_meetings(user, today),
    )


def waiting_for(user: User) -> int:
    readable = Review.objects.filter(project__in=Project.objects.visible_to(user))
    return readable.waiting_for(user).count()


def alerts_of(user: User, *, today: date) -> tuple[Told, ...]:
    """Those that speak, of the projects that the person answers for; the gravest first. A missing
    review is among the reviews to write, a milestone due among those ahead."""
    loud = Alert.objects.visible_to(user).addressed_to(user).loud(today)
    told = [Told(a, words(a, today=today)) for a in loud.select_related("project")]
    order = ("BAD", "WARN", "INFO")
    told.sort(key=lambda t: (order.index(t.words.severity), t.alert.opened_at, t.alert.pk))
    return tuple(told)


def _to_write(user: User, today: date) -> tuple[ToWrite, ...]:
    month = month_to_review(today)
    mine = Project.objects.editable_by(user, Part.REVIEW).answered_by(user)
    owing = review_queries.without_review(mine, month).order_by("name_fr", "code")
    missing = set(review_queries.missing(mine, today).values_list("pk", flat=True))
    projects = list(owing)
    earlier = review_queries.latest(project.pk for project in projects)
    drafts = Review.objects.filter(
        project__in=projects, month__gte=month_before(month), state=Review.State.DRAFT
    )
    sent_back = drafts.exclude(returned_reason="").order_by("month")
    returned = {review.project_id: review for review in sent_back}
    return tuple(
        ToWrite(
            code=project.code, name=project.name, month=month, is_missing=project.pk in missing,
            may_repeat=project.pk in earlier, returned=returned.get(project.pk),
        )
        for project in projects
    )  # fmt: skip


def _meetings(user: User, today: date) -> tuple[Meeting, ...]:
    """Those that the person sits in, leads or prepares."""
    own = Q(committee__members__user=user) | Q(committee__chair=user) | Q(committee__secretary=user)
    soon = Q(starts_at__date__range=(today, today + timedelta(days=DAYS_AHEAD)), state="PLANNED")
    found = Meeting.objects.visible_to(user).filter(own).filter(soon | Q(state="OPEN"))
    return tuple(found.select_related("committee").order_by("starts_at", "pk").distinct())


def _ahead(user: User, today: date) -> tuple[Ahead, ...]:
    mine = Project.objects.editable_by(user).filter(state="ACTIVE")
    soon = Milestone.objects.ahead().filter(
        project__in=mine, current_on__range=(today, today + timedelta(days=DAYS_AHEAD))
    )
    return tuple(
        Ahead(m.project.code, m.project.name, m.name, m.current_on)
        for m in soon.select_related("project").order_by("current_on", "pk")
    )
