"""What a digest tells one person: the topics they chose, in the order of what to do first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portfolio.models import Alert, NotificationChoice, Reminder, Rhythm, User
from portfolio.queries.alert_words import TOPICS
from portfolio.queries.week import Ahead, Told, ToWrite, Week, week


@dataclass(frozen=True)
class Digest:
    """Empty parts were not chosen, or have nothing to tell."""

    to_write: tuple[ToWrite, ...]
    waiting: int
    alerts: tuple[Told, ...]
    ahead: tuple[Ahead, ...]
    reminders: tuple[Reminder, ...]
    month: date

    @property
    def is_empty(self) -> bool:
        return self.count == 0

    @property
    def count(self) -> int:
        listed = (self.to_write, self.alerts, self.ahead, self.reminders)
        return self.waiting + sum(map(len, listed))


def choice_of(user: User) -> NotificationChoice:
    """Stored, or the default: all of it every week, in French."""
    stored = NotificationChoice.objects.filter(user=user).first()
    return stored or NotificationChoice(user=user)


def topics(choice: NotificationChoice, *, is_weekly: bool) -> set[str]:
    """What is told on a day, every week's topics included or not."""
    wanted = {Rhythm.DAILY, Rhythm.WEEKLY} if is_weekly else {Rhythm.DAILY}
    return {topic for topic in NotificationChoice.TOPICS if getattr(choice, topic) in wanted}


def digest(user: User, *, chosen: set[str], today: date) -> Digest:
    found: Week = week(user, today=today)
    # A missing review is among those to write, a milestone due soon among those ahead.
    elsewhere = {Alert.Kind.REVIEW_MISSING, Alert.Kind.MILESTONE_DUE}
    told = [t for t in found.alerts if t.alert.kind not in elsewhere]
    return Digest(
        to_write=found.to_write if "reviews" in chosen else (),
        waiting=found.waiting if "validations" in chosen else 0,
        alerts=tuple(t for t in told if TOPICS[Alert.Kind(t.alert.kind)] in chosen),
        ahead=found.ahead if "milestones" in chosen else (),
        reminders=_reminders(user, chosen),
        month=found.month,
    )


def _reminders(user: User, chosen: set[str]) -> tuple[Reminder, ...]:
    """Those that no digest told yet, the oldest first."""
    topics = [topic for topic in Reminder.Topic.values if topic.lower() in chosen]
    waiting = Reminder.objects.filter(user=user, topic__in=topics, closed_at=None, told_at=None)
    return tuple(waiting.order_by("opened_at", "key"))
