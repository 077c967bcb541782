"""Digests: entered in an outbox when they are due, sent at most once each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portfolio.analysis.periods import DigestDay, digest_days
from portfolio.models import DigestMail, NotificationChoice, User
from portfolio.queries.digest import choice_of, digest, topics
from portfolio.services import reminders

CATCH_UP = timedelta(days=2)  # a machine that was stopped longer does not send old news
MAX_ATTEMPTS = 5
State = DigestMail.State


@dataclass(frozen=True)
class Letter:
    """A mail ready to go; links are absolute."""

    to: str
    subject: str
    text: str
    html: str
    reminders: tuple[int, ...] = ()  # that it tells


def plan(*, now: datetime, catch_up: timedelta = CATCH_UP) -> list[int]:
    """Enter in the outbox what is due; returns what waits. Done twice, it enters nothing more."""
    zone = ZoneInfo(settings.TIME_ZONE)
    people = list(User.objects.filter(is_active=True).exclude(email=""))
    choices = {c.user_id: c for c in NotificationChoice.objects.filter(user__in=people)}
    DigestMail.objects.bulk_create(
        [
            DigestMail(user=user, period_on=day.on, is_weekly=day.is_weekly, changed_at=now)
            for day in digest_days(now, zone=zone, catch_up=catch_up)
            for user in people
            if _wants(choices.get(user.pk) or NotificationChoice(user=user), user, day)
        ],
        ignore_conflicts=True,
    )
    waiting = DigestMail.objects.filter(state=State.WAITING).order_by("period_on", "pk")
    return list(waiting.values_list("pk", flat=True))


def send(*, mail_id: int, clock: Callable[[], datetime]) -> DigestMail:
    """Send one mail, unless somebody else has it or it has gone.

    It is written first, then claimed, then handed over: a sender killed before the claim leaves it
    to the next one; killed after it, nobody knows whether the mail left, and it is not sent again.
    """
    mail = DigestMail.objects.select_related("user").get(pk=mail_id)
    is_open = mail.user.is_active  # it may have been closed since
    written = letter(mail.user, is_weekly=mail.is_weekly, now=clock()) if is_open else None
    if written is None:
        _move(mail, State.WAITING, State.EMPTY, clock())
    elif _move(mail, State.WAITING, State.CLAIMED, clock()):
        after = _handed_over(written, mail)
        _move(mail, State.CLAIMED, after, clock())
        if after == State.SENT:
            reminders.tell(reminders=written.reminders, at=clock())
    mail.refresh_from_db()
    return mail


def letter(user: User, *, is_weekly: bool, now: datetime) -> Letter | None:
    """What a person would be told now; None where there is nothing."""
    choice = choice_of(user)
    today = timezone.localdate(now)
    with translation.override(choice.language):
        found = digest(user, chosen=topics(choice, is_weekly=is_weekly), today=today)
        if found.is_empty:
            return None
        context = {
            "digest": found,
            "user": user,
            "today": today,
            "is_weekly": is_weekly,
            "base": settings.WAGTAILADMIN_BASE_URL.rstrip("/"),
            "territory": settings.TERRITORY,
        }
        title = _("Your week") if is_weekly else _("Your day")
        return Letter(
            to=user.email,
            subject=f"[{settings.TERRITORY.name}] {title}",
            text=render_to_string("portfolio/mail/digest.txt", context),
            html=render_to_string("portfolio/mail/digest.html", context),
            reminders=tuple(one.pk for one in found.reminders),
        )


# ---------------------------------------------------------------- below


def _wants(choice: NotificationChoice, user: User, day: DigestDay) -> bool:
    """Nothing of the time before the account."""
    return user.date_joined <= day.due_at and bool(topics(choice, is_weekly=day.is_weekly))


def _move(mail: DigestMail, before: str, after: str, at: datetime) -> bool:
    """From one state to another, by one sender alone."""
    held = DigestMail.objects.filter(pk=mail.pk, state=before)
    return held.update(state=after, changed_at=at) == 1


def _handed_over(written: Letter, mail: DigestMail) -> str:
    """What became of it. A server that could not be reached has not taken it: it waits again."""
    connection = get_connection()
    try:
        connection.open()
    except (OSError, SMTPException):
        DigestMail.objects.filter(pk=mail.pk).update(attempts=F("attempts") + 1)
        return State.WAITING if mail.attempts + 1 < MAX_ATTEMPTS else State.FAILED
    message = EmailMultiAlternatives(
        written.subject, written.text, to=[written.to], connection=connection
    )
    message.attach_alternative(written.html, "text/html")
    try:
        message.send()
    except (OSError, SMTPException):
        return State.FAILED
    finally:
        connection.close()
    return State.SENT
