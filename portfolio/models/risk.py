"""What may go wrong in a project, and what is done about it."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portfolio.analysis import risks
from portfolio.querysets import RiskQuerySet


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Risk(models.Model):
    """A possible event, from its cause to its consequence. Never shown to residents.

    `probability` and `severity` go from 1 to 4; `portfolio.analysis.risks` says what they mean
    and how they make a criticality.
    """

    class Category(models.TextChoices):
        TECHNICAL = "TECHNICAL", _("technical")
        COST = "COST", _("cost")
        SCHEDULE = "SCHEDULE", _("schedule")
        PROCUREMENT = "PROCUREMENT", _("contracts")
        LAND = "LAND", _("land and permits")
        LEGAL = "LEGAL", _("legal")
        ENVIRONMENT = "ENVIRONMENT", _("environment and ground")
        SAFETY = "SAFETY", _("safety of people")
        ACCEPTANCE = "ACCEPTANCE", _("acceptance by residents")
        GOVERNANCE = "GOVERNANCE", _("governance and partners")

    class Response(models.TextChoices):
        AVOID = "AVOID", _("avoid")
        REDUCE = "REDUCE", _("reduce")
        TRANSFER = "TRANSFER", _("transfer")
        ACCEPT = "ACCEPT", _("accept")

    class Status(models.TextChoices):
        OPEN = "OPEN", _("open")
        OCCURRED = "OCCURRED", _("occurred")
        CLOSED = "CLOSED", _("closed")

    class Probability(models.IntegerChoices):
        UNLIKELY = 1, _("1 – unlikely")
        POSSIBLE = 2, _("2 – possible")
        LIKELY = 3, _("3 – likely")
        ALMOST_CERTAIN = 4, _("4 – almost certain")

    class Severity(models.IntegerChoices):
        MINOR = 1, _("1 – minor")
        NOTABLE = 2, _("2 – notable")
        SERIOUS = 3, _("3 – serious")
        MAJOR = 4, _("4 – major")

    project = models.ForeignKey(
        "portfolio.Project", models.CASCADE, related_name="risks", verbose_name=_("project")
    )
    title = models.CharField(_("risk"), max_length=160)
    cause = models.TextField(_("cause"), blank=True)
    consequence = models.TextField(_("consequence"), blank=True)
    category = models.CharField(_("category"), max_length=20, choices=Category)
    probability = models.PositiveSmallIntegerField(_("probability"), choices=Probability)
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity)
    response = models.CharField(_("response"), max_length=10, choices=Response)
    action = models.TextField(_("action"), blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_risks",
        verbose_name=_("owner"),
    )
    due_on = models.DateField(_("action due on"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    opened_on = models.DateField(_("opened on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = RiskQuerySet.as_manager()

    class Meta:
        verbose_name = _("risk")
        verbose_name_plural = _("risks")
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="risk_has_title"),
            models.CheckConstraint(
                condition=Q(probability__range=(1, 4), severity__range=(1, 4)),
                name="risk_scales_from_1_to_4",
            ),
            models.CheckConstraint(
                condition=Q(status="CLOSED", closed_on__isnull=False)
                | (~Q(status="CLOSED") & Q(closed_on=None)),
                name="risk_closed_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__gte=models.F("opened_on")), name="risk_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(response="ACCEPT") | ~Q(action=""), name="risk_response_has_action"
            ),
        ]
        indexes = [models.Index(fields=["status", "project"], name="risk_status")]

    def __str__(self) -> str:
        return self.title

    @property
    def criticality(self) -> int:
        return risks.criticality(self.probability, self.severity)

    @property
    def level(self) -> risks.Level:
        return risks.level(self.criticality)
