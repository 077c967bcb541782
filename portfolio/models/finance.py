"""What a project costs: versions of the estimate, the first one kept for ever (rule 6)."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class CostEstimate(models.Model):
    """One version of a project's cost, all taxes included (TTC), in euros of `valued_on`.

    `before_tax_eur` is the same cost without VAT (HT), `scope` what it counts: ALL_IN is all
    expenses together (TDC), WORKS the works alone. `index` is the price index that brings the
    amount to the euros of another month. What was not said stays None or NOT_SAID.
    """

    class Scope(models.TextChoices):
        ALL_IN = "ALL_IN", _("all expenses (TDC)")
        WORKS = "WORKS", _("works alone")
        NOT_SAID = "NOT_SAID", _("not said")

    project = models.ForeignKey(
        "portfolio.Project",
        models.CASCADE,
        related_name="cost_estimates",
        verbose_name=_("project"),
    )
    version = models.PositiveSmallIntegerField(_("version"))
    amount_eur = models.DecimalField(_("amount in euros"), max_digits=14, decimal_places=2)
    before_tax_eur = models.DecimalField(
        _("amount before tax"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    scope = models.CharField(_("scope"), max_length=20, choices=Scope, default=Scope.NOT_SAID)
    index = models.ForeignKey(
        "portfolio.PriceIndex",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("price index"),
    )
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
                # SQL lets a comparison with an unknown figure pass: that is what is meant.
                condition=models.Q(before_tax_eur__gte=0)
                & models.Q(before_tax_eur__lte=models.F("amount_eur")),
                name="cost_before_tax_within",
            ),
            models.CheckConstraint(
                condition=models.Q(version=1) | ~models.Q(reason=""),
                name="cost_revision_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} v{self.version}"
