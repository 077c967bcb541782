"""The monthly review of a project: what its manager judges, and what was decided about it."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portfolio.querysets import OverrideQuerySet, ReviewQuerySet

# A draft that its author goes on writing is not history yet.
SAME_DRAFT = pgtrigger.Q(
    old__state="DRAFT", new__state="DRAFT", old__author=pgtrigger.F("new__author")
)


class Weather(models.TextChoices):
    """The manager's own judgement (météo); never merged with what is computed."""

    SUNNY = "SUNNY", _("sunny")
    CLOUDY = "CLOUDY", _("cloudy")
    STORMY = "STORMY", _("stormy")
    TEMPEST = "TEMPEST", _("tempest")
    NOT_SET = "NOT_SET", _("not given")


AXIS_LABELS = {
    "cost": _("Cost"),
    "schedule": _("Calendar"),
    "scope": _("Content of the project"),
    "impact": _("Effects"),
}


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(condition=~SAME_DRAFT), pghistory.DeleteEvent()
)
class Review(models.Model):
    """One project, one month: written, submitted, validated by somebody else, published.

    `progress` is the percent of the works as the manager judges it; None is not known. Texts are
    in the language of the register (French).
    """

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("draft")
        SUBMITTED = "SUBMITTED", _("submitted")
        VALIDATED = "VALIDATED", _("validated")
        PUBLISHED = "PUBLISHED", _("published")

    project = models.ForeignKey(
        "portfolio.Project", models.CASCADE, related_name="reviews", verbose_name=_("project")
    )
    month = models.DateField(_("month"))  # its first day
    cost = models.CharField(
        _("weather of the cost"), max_length=10, choices=Weather, default=Weather.NOT_SET
    )
    schedule = models.CharField(
        _("weather of the schedule"), max_length=10, choices=Weather, default=Weather.NOT_SET
    )
    scope = models.CharField(
        _("weather of the scope"), max_length=10, choices=Weather, default=Weather.NOT_SET
    )
    impact = models.CharField(
        _("weather of the impact"), max_length=10, choices=Weather, default=Weather.NOT_SET
    )
    progress = models.PositiveSmallIntegerField(_("progress of the works"), null=True, blank=True)
    sentence = models.CharField(_("what happened"), max_length=400, blank=True)
    next_step = models.CharField(_("next step"), max_length=200, blank=True)
    next_step_on = models.DateField(_("date of the next step"), null=True, blank=True)
    is_unchanged = models.BooleanField(_("nothing has changed"), default=False)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.DRAFT)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        verbose_name=_("author"),
    )  # fmt: skip
    updated_at = models.DateTimeField(_("updated at"))
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        verbose_name=_("submitted by"),
    )  # fmt: skip
    submitted_at = models.DateTimeField(_("submitted at"), null=True)
    validated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        verbose_name=_("validated by"),
    )  # fmt: skip
    validated_at = models.DateTimeField(_("validated at"), null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        verbose_name=_("published by"),
    )  # fmt: skip
    published_at = models.DateTimeField(_("published at"), null=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        verbose_name=_("sent back by"),
    )  # fmt: skip
    returned_at = models.DateTimeField(_("sent back at"), null=True)
    returned_reason = models.CharField(_("why it was sent back"), max_length=500, blank=True)

    AXES = ("cost", "schedule", "scope", "impact")
    CONTENT = (*AXES, "progress", "sentence", "next_step", "next_step_on")

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [
            models.UniqueConstraint(fields=["project", "month"], name="review_once_a_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="review_month_is_first_day"),
            models.CheckConstraint(condition=Q(progress__lte=100), name="review_progress_percent"),
            models.CheckConstraint(
                condition=Q(state="DRAFT") | (~Q(sentence="") & Q(submitted_at__isnull=False)),
                name="review_submitted_says_something",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["VALIDATED", "PUBLISHED"]) | Q(validated_at__isnull=False),
                name="review_validated_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state="PUBLISHED") | Q(published_at__isnull=False),
                name="review_published_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(validated_by=None)
                | Q(submitted_by=None)
                | ~Q(validated_by=F("submitted_by")),
                name="review_validated_by_another",
            ),
        ]
        indexes = [models.Index(fields=["month", "state"], name="review_month_state")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class StatusOverride(models.Model):
    """A manager's word instead of a computed status, with a reason and until a day at most six
    months away; it ends by itself. `ended_at`: taken off, or replaced, before that day."""

    class Axis(models.TextChoices):
        COST = "COST", _("cost")
        SCHEDULE = "SCHEDULE", _("schedule")

    class Status(models.TextChoices):
        ON_TRACK = "ON_TRACK", _("on track")
        AT_RISK = "AT_RISK", _("to watch")
        OFF_TRACK = "OFF_TRACK", _("off track")

    project = models.ForeignKey(
        "portfolio.Project", models.CASCADE, related_name="overrides", verbose_name=_("project")
    )
    axis = models.CharField(_("axis"), max_length=20, choices=Axis)
    status = models.CharField(_("status"), max_length=20, choices=Status)
    reason = models.CharField(_("reason"), max_length=500)
    expires_on = models.DateField(_("holds until"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        verbose_name=_("author"),
    )  # fmt: skip
    set_at = models.DateTimeField(_("set at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = OverrideQuerySet.as_manager()

    class Meta:
        verbose_name = _("override of a computed status")
        verbose_name_plural = _("overrides of computed statuses")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "axis"], condition=Q(ended_at=None), name="override_one_at_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="override_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.get_axis_display()}: {self.get_status_display()}"
