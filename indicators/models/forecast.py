"""Where measures are going, as it was computed then; and the breaks of a series that are known."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from indicators.querysets import ForecastQuerySet, KnownBreakQuerySet
from portfolio.models.translated import Translated


class ForecastResult(models.Model):
    """One forecast of the measure of a target; rows are added, never changed.

    `as_of`: the instant whose knowledge was used; `input_hash`: SHA-256 of all that the result rests
    on (values, periods, target, breaks, holidays, seed, method). `reason`: why nothing can be said
    (UPPERCASE), empty where `result` holds a forecast (`indicators.forecasts.told` reads it).
    """

    target = models.ForeignKey(
        "indicators.Target", models.CASCADE, related_name="forecasts", verbose_name=_("target")
    )
    computed_at = models.DateTimeField(_("computed at"))
    as_of = models.DateTimeField(_("figures as known on"))
    input_hash = models.CharField(_("digest of what it rests on"), max_length=64)
    method_version = models.CharField(_("version of the method"), max_length=20)
    code_version = models.CharField(_("version of the software"), max_length=60, blank=True)
    seed = models.PositiveIntegerField(_("seed"))
    due_on = models.DateField(_("date of the target"), null=True)
    reason = models.CharField(_("why nothing can be said"), max_length=40, blank=True)
    probability = models.FloatField(_("chance of reaching the target"), null=True)
    result = models.JSONField(_("result"), default=dict)

    objects = ForecastQuerySet.as_manager()

    class Meta:
        verbose_name = _("forecast")
        verbose_name_plural = _("forecasts")
        constraints = [
            models.CheckConstraint(
                condition=Q(reason="", probability__gte=0, probability__lte=1, due_on__isnull=False)
                | (~Q(reason="") & Q(probability=None)),
                name="forecast_chance_or_reason",
            )
        ]
        indexes = [models.Index(fields=["target", "-computed_at"], name="forecast_of_target")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.target_id} {self.computed_at:%Y-%m-%d}"


class KnownBreak(models.Model):
    """A reason, known to people, why values before and after a day are not of the same level: a
    counter replaced, a method changed, a lockdown.

    Without `indicator`, of all; without `zone`, of all. `until_on`: the last day of a period that
    was apart, after which the level may come back; None: it stays. Declared once, withdrawn at most
    once; both are kept, so what was known at an instant can be read again.
    """

    indicator = models.ForeignKey(
        "indicators.Indicator", models.CASCADE, null=True, blank=True, related_name="breaks",
        verbose_name=_("indicator"),
    )  # fmt: skip
    zone = models.ForeignKey(
        "portfolio.Zone", models.CASCADE, null=True, blank=True, related_name="+",
        verbose_name=_("zone"),
    )  # fmt: skip
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)
    reason_fr = models.CharField(_("reason in French"), max_length=240)
    reason_en = models.CharField(_("reason in English"), max_length=240, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("declared by"),
    )  # fmt: skip
    declared_at = models.DateTimeField(_("declared at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("withdrawn by"),
    )  # fmt: skip
    withdrawn_why = models.CharField(_("why it is withdrawn"), max_length=240, blank=True)

    reason = Translated()

    objects = KnownBreakQuerySet.as_manager()

    class Meta:
        verbose_name = _("known break")
        verbose_name_plural = _("known breaks")
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")),
                name="break_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=~Q(reason_fr=""), name="break_says_why"),
            models.UniqueConstraint(
                fields=["indicator", "zone", "from_on", "until_on"],
                condition=Q(withdrawn_at=None),
                nulls_distinct=False,
                name="break_standing_once",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_why="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_why="")),
                name="break_withdrawn_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_on} {self.reason_fr}"
