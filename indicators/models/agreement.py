"""What obliges somebody outside to supply a source, in which form, by when, until when."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from indicators.models.indicator import Indicator
from indicators.querysets import AgreementQuerySet


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class SupplyAgreement(models.Model):
    """The contract under which a counterpart supplies a source; its reference names it in the
    source.

    A concessionaire owes the data of the service in an open, reusable standard (Code de la
    commande publique, articles L.3131-2 to L.3131-4); the authority may dispense it by a decision
    that gives its reasons and is public. `due_days`: days after the end of a period by which its
    data is due.
    """

    class Kind(models.TextChoices):
        CONCESSION = "CONCESSION", _("concession or delegated public service (DSP)")
        PROCUREMENT = "PROCUREMENT", _("public procurement contract")
        CONVENTION = "CONVENTION", _("agreement between partners")
        OPEN_LICENCE = "OPEN_LICENCE", _("open licence, without a contract")

    source = models.ForeignKey(
        "indicators.DataSource", models.CASCADE, related_name="agreements", verbose_name=_("source")
    )
    reference = models.CharField(_("contract or DSP"), max_length=120)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    counterpart = models.ForeignKey(
        "portfolio.Organisation", models.PROTECT, related_name="supply_agreements",
        verbose_name=_("counterpart"),
    )  # fmt: skip
    article = models.CharField(_("article"), max_length=120, blank=True)
    format_agreed = models.CharField(_("format agreed"), max_length=200, blank=True)
    frequency = models.CharField(
        _("frequency of supply"), max_length=10, choices=Indicator.Frequency, blank=True
    )
    due_days = models.PositiveSmallIntegerField(
        _("days after the end of a period"), null=True, blank=True
    )
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    reversibility = models.TextField(_("what happens to the data at the end"), blank=True)
    is_dispensed = models.BooleanField(_("dispensed from supplying"), default=False)
    dispensation_reason = models.TextField(_("reasons of the dispensation"), blank=True)
    dispensation_url = models.URLField(
        _("where the dispensation is published"), max_length=500, blank=True
    )

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("supply agreement")
        verbose_name_plural = _("supply agreements")
        constraints = [
            models.UniqueConstraint(fields=["source", "reference"], name="agreement_once"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="agreement_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(is_dispensed=True) & ~Q(dispensation_reason="")
                | Q(is_dispensed=False, dispensation_reason="", dispensation_url=""),
                name="agreement_dispensation_has_reasons",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
