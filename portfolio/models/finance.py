"""What a project costs: versions of the estimate, the first one kept for ever (rule 6)."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class CostEstimate(models.Model):
    """One version of a project's total cost, all taxes included, in euros of `valued_on`."""

    project = models.ForeignKey(
        "portfolio.Project",
        models.CASCADE,
        related_name="cost_estimates",
        verbose_name=_("project"),
    )
    version = models.PositiveSmallIntegerField(_("version"))
    amount_eur = models.DecimalField(_("amount in euros"), max_digits=14, decimal_places=2)
    valued_on = models.DateField(_("date of value"))
    phase = models.ForeignKey(
        "portfolio.Phase", models.PROTECT, null=True, blank=True, verbose_name=_("phase")
    )
    reason = models.TextField(_("reason"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("author"),
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("cost estimate")
        verbose_name_plural = _("cost estimates")
        constraints = [
            models.UniqueConstraint(fields=["project", "version"], name="cost_version_once"),
            models.CheckConstraint(condition=models.Q(amount_eur__gte=0), name="cost_not_negative"),
            models.CheckConstraint(
                condition=models.Q(version=1) | ~models.Q(reason=""),
                name="cost_revision_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} v{self.version}"
