"""A meeting: who is there, what is asked, what each member says."""

from __future__ import annotations

from uuid import UUID

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Deferrable, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portfolio.querysets import MeetingQuerySet

# A member who declared an interest in the project of an item says nothing about it; nor does
# anybody once the positions were shown.
MAY_SPEAK = """
IF EXISTS (
    SELECT 1 FROM portfolio_agendaitem item
    JOIN portfolio_conflictofinterest interest ON interest.project_id = item.project_id
    WHERE item.id = NEW.item_id AND interest.user_id = NEW.user_id AND interest.ended_at IS NULL
) OR EXISTS (
    SELECT 1 FROM portfolio_agendaitem item
    WHERE item.id = NEW.item_id AND item.revealed_at IS NOT NULL
)
THEN
    RAISE EXCEPTION 'no position on this item' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Meeting(models.Model):
    """PLANNED, then OPEN, then CLOSED; a closed meeting changes no more.

    `current_item` is what the room looks at: the members' phones follow it. `quorum` is that of
    the committee when the meeting was opened.
    """

    class State(models.TextChoices):
        PLANNED = "PLANNED", _("planned")
        OPEN = "OPEN", pgettext_lazy("a meeting", "open")
        CLOSED = "CLOSED", pgettext_lazy("a meeting", "closed")

    committee = models.ForeignKey(
        "portfolio.Committee", models.PROTECT, related_name="meetings",
        verbose_name=_("committee"),
    )  # fmt: skip
    starts_at = models.DateTimeField(_("starts at"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    quorum = models.PositiveSmallIntegerField(_("quorum"), null=True)
    current_item = models.ForeignKey(
        "portfolio.AgendaItem", models.SET_NULL, null=True, related_name="+",
        verbose_name=_("item under discussion"),
    )  # fmt: skip
    opened_at = models.DateTimeField(_("opened at"), null=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)
    created_at = models.DateTimeField(_("created at"))

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        constraints = [
            models.UniqueConstraint(fields=["committee", "starts_at"], name="meeting_once"),
            models.CheckConstraint(
                condition=Q(state="PLANNED", opened_at=None, closed_at=None)
                | Q(state="OPEN", opened_at__isnull=False, quorum__gte=1, closed_at=None)
                | Q(
                    state="CLOSED", opened_at__isnull=False, quorum__gte=1, closed_at__isnull=False
                ),
                name="meeting_state_is_dated",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="closed_stays", operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="CLOSED"),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.committee} {self.starts_at:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED


class Attendance(models.Model):
    """Whether a member was there; `votes` is what their seat gave them that day."""

    class State(models.TextChoices):
        PRESENT = "PRESENT", _("present")
        EXCUSED = "EXCUSED", _("excused")
        ABSENT = "ABSENT", _("absent")

    meeting = models.ForeignKey(
        Meeting, models.CASCADE, related_name="attendances", verbose_name=_("meeting")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person")
    )
    capacity = models.CharField(_("sits as"), max_length=160, blank=True)
    votes = models.BooleanField(_("has a vote"))
    state = models.CharField(_("state"), max_length=10, choices=State)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        constraints = [models.UniqueConstraint(fields=["meeting", "user"], name="attendance_once")]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_state_display()})"

    @property
    def is_present(self) -> bool:
        return self.state == self.State.PRESENT


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class AgendaItem(models.Model):
    """What a meeting is asked: about a project, or a subject in words.

    `scenario`, `exercise`: what the question rests on, if anything; a decision freezes both as they
    then are. `reason`: why now. `revealed_at`: from then on the positions are read by all, and stay.
    """

    meeting = models.ForeignKey(
        Meeting, models.CASCADE, related_name="items", verbose_name=_("meeting")
    )
    project = models.ForeignKey(
        "portfolio.Project", models.CASCADE, null=True, blank=True, related_name="agenda_items",
        verbose_name=_("project"),
    )  # fmt: skip
    scenario = models.ForeignKey(
        "portfolio.SelectionScenario", models.PROTECT, null=True, blank=True,
        related_name="agenda_items", verbose_name=_("scenario of arbitration"),
    )  # fmt: skip
    exercise = models.ForeignKey(
        "portfolio.Exercise", models.PROTECT, null=True, blank=True,
        related_name="agenda_items", verbose_name=_("prioritisation exercise"),
    )  # fmt: skip
    rank = models.PositiveSmallIntegerField(_("rank"))
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    question = models.CharField(_("question asked"), max_length=300)
    reason = models.CharField(_("why now"), max_length=500, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes foreseen"), default=10)
    revealed_at = models.DateTimeField(_("positions shown at"), null=True)

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "rank"], name="agenda_rank", deferrable=Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                condition=Q(project__isnull=False) | ~Q(subject=""), name="agenda_about_something"
            ),
            models.CheckConstraint(condition=~Q(question=""), name="agenda_asks_something"),
            models.CheckConstraint(
                condition=Q(minutes__range=(1, 480)), name="agenda_minutes_plausible"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.subject or (self.project.name if self.project else "")


class Position(models.Model):
    """What a member said of an item, each time they said it: the last one counts.

    `key` comes with the form: the same one sent twice is said once.
    """

    class Choice(models.TextChoices):
        FOR = "FOR", _("for")
        AGAINST = "AGAINST", _("against")
        ABSTAIN = "ABSTAIN", _("abstention")

    item = models.ForeignKey(
        AgendaItem, models.PROTECT, related_name="positions", verbose_name=_("item")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person")
    )
    choice = models.CharField(_("position"), max_length=10, choices=Choice)
    comment = models.CharField(_("in a few words"), max_length=300, blank=True)
    key: models.UUIDField[UUID, UUID] = models.UUIDField(_("key"), unique=True)
    said_at = models.DateTimeField(_("said at"))

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="may_speak", when=pgtrigger.Before, operation=pgtrigger.Insert, func=MAY_SPEAK
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_choice_display()}"
