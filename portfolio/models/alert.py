"""What needs somebody: one alert for one cause, commitments of freshness, the mails about them."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portfolio.querysets import AlertQuerySet


@pghistory.track(
    pghistory.UpdateEvent(
        condition=pghistory.AnyChange("handling", "handled_until", "handled_reason")
    )
)
class Alert(models.Model):
    """One cause: a kind, a project, a subject (a milestone, a year, a month…).

    It is opened when the cause is first seen, closed by itself when it is gone, and opened again
    if it returns. Severity and sentence are made when it is shown, from `data`. Its history keeps
    what people did about it.
    """

    class Kind(models.TextChoices):
        MILESTONE_DUE = "MILESTONE_DUE", _("milestone due soon")
        MILESTONE_LATE = "MILESTONE_LATE", _("milestone late")
        CREDITS_UNDER = "CREDITS_UNDER", _("credits hardly used")
        CREDITS_OVER = "CREDITS_OVER", _("credits used fast")
        AP_EXCEEDED = "AP_EXCEEDED", _("authorisation exceeded")
        REVIEW_MISSING = "REVIEW_MISSING", _("review missing")
        FIELD_STALE = "FIELD_STALE", _("figures not renewed")
        FUNDING_DEADLINE = "FUNDING_DEADLINE", _("funding deadline near")
        RISK_ACTION_LATE = "RISK_ACTION_LATE", _("risk action overdue")
        FORECAST_LOW = "FORECAST_LOW", _("target hardly within reach any more")
        FORECAST_HIGH = "FORECAST_HIGH", _("target well within reach")
        VERDICT_CHANGED = "VERDICT_CHANGED", _("verdict of an evaluation changed")

    class Handling(models.TextChoices):
        NONE = "NONE", _("to deal with")
        ACKNOWLEDGED = "ACKNOWLEDGED", _("acknowledged")
        SNOOZED = "SNOOZED", _("put off")

    project = models.ForeignKey(
        "portfolio.Project", models.CASCADE, related_name="alerts", verbose_name=_("project")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    subject = models.CharField(_("subject"), max_length=80)
    data = models.JSONField(_("data"), default=dict)
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True)
    times_opened = models.PositiveSmallIntegerField(_("times opened"), default=1)
    seen_at = models.DateTimeField(_("first seen at"), null=True)
    handling = models.CharField(
        _("handling"), max_length=20, choices=Handling, default=Handling.NONE
    )
    handled_until = models.DateField(_("put off until"), null=True)
    handled_reason = models.CharField(_("reason"), max_length=500, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        verbose_name=_("handled by"),
    )  # fmt: skip
    handled_at = models.DateTimeField(_("handled at"), null=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        constraints = [
            models.UniqueConstraint(fields=["project", "kind", "subject"], name="alert_one_cause"),
            models.CheckConstraint(
                condition=Q(handling="NONE") | ~Q(handled_reason=""), name="alert_handled_why"
            ),
            models.CheckConstraint(
                condition=Q(handling="SNOOZED", handled_until__isnull=False)
                | (~Q(handling="SNOOZED") & Q(handled_until=None)),
                name="alert_snoozed_until",
            ),
        ]
        indexes = [models.Index(fields=["closed_at", "kind"], name="alert_open_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.subject}"


class FreshnessCommitment(models.Model):
    """How old a group of fields of an active project may grow before somebody is told."""

    class Group(models.TextChoices):
        RECORD = "RECORD", _("the record")
        COST = "COST", _("cost estimate")
        SCHEDULE = "SCHEDULE", _("calendar")
        CREDITS = "CREDITS", _("credits of the year")
        FUNDING = "FUNDING", _("funding plan")

    group = models.CharField(_("group of fields"), max_length=20, choices=Group, unique=True)
    days = models.PositiveSmallIntegerField(_("days"))

    class Meta:
        verbose_name = _("commitment of freshness")
        verbose_name_plural = _("commitments of freshness")
        constraints = [models.CheckConstraint(condition=Q(days__gt=0), name="freshness_days")]

    def __str__(self) -> str:
        return f"{self.get_group_display()}: {self.days}"


class Rhythm(models.TextChoices):
    OFF = "OFF", _("never")
    DAILY = "DAILY", _("every day")
    WEEKLY = "WEEKLY", _("every week")


def rhythm(label: object) -> "models.CharField[str, str]":
    return models.CharField(label, max_length=10, choices=Rhythm, default=Rhythm.WEEKLY)  # type: ignore[arg-type]  # a lazy text


class NotificationChoice(models.Model):
    """What a person wants by mail, and how often; without a row, all of it every week."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notification_choice",
        verbose_name=_("user"),
    )  # fmt: skip
    language = models.CharField(
        _("language of the mails"), max_length=5, choices=settings.LANGUAGES, default="fr"
    )
    reviews = rhythm(_("reviews to write"))
    validations = rhythm(_("reviews to validate"))
    milestones = rhythm(_("milestones"))
    money = rhythm(_("credits and authorisations"))
    funding = rhythm(_("funding deadlines"))
    freshness = rhythm(_("figures to renew"))
    risks = rhythm(_("risk actions"))
    deposits = rhythm(_("files to deposit"))
    effects = rhythm(_("forecasts of effects"))
    verdicts = rhythm(_("verdicts of evaluations that change"))

    TOPICS = (
        "reviews", "validations", "milestones", "money", "funding", "freshness", "risks",
        "deposits", "effects", "verdicts",
    )  # fmt: skip

    class Meta:
        verbose_name = _("choice of notifications")
        verbose_name_plural = _("choices of notifications")

    def __str__(self) -> str:
        return str(self.user)


class DigestMail(models.Model):
    """The outbox: at most one mail for a person and a day, whoever sends and however often.

    Claimed before it is handed to the mail server: what became of a mail whose sender was killed
    is not known, so it is not sent again.
    """

    class State(models.TextChoices):
        WAITING = "WAITING", _("waiting")
        CLAIMED = "CLAIMED", _("being sent")
        SENT = "SENT", _("sent")
        EMPTY = "EMPTY", _("nothing to say")
        FAILED = "FAILED", _("refused by the mail server")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="digests", verbose_name=_("user")
    )
    period_on = models.DateField(_("day"))
    is_weekly = models.BooleanField(_("with what is told every week"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        constraints = [
            models.UniqueConstraint(fields=["user", "period_on"], name="digest_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.period_on}"
