"""The multi-year budget of a project: what may be committed (AP), what may be paid each year (CP),
and the dated parameters of the rules of money."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Section(models.TextChoices):
    """The two sections of a budget. An AE is to the operating one what an AP is to the other."""

    INVESTMENT = "INVESTMENT", _("investment")
    OPERATING = "OPERATING", _("operating")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Authorisation(models.Model):
    """One act on the ceiling of what may be committed (AP, or AE in the operating section).

    Acts are added, never changed: a wrong one is put right by another (CGCT, art. L5217-10-7: an
    authorisation holds until it is cancelled, and may be revised). `portfolio.analysis.budget`
    adds them up.
    """

    class Kind(models.TextChoices):
        VOTED = "VOTED", _("vote")
        REVISION = "REVISION", _("revision")
        AFFECTATION = "AFFECTATION", _("allocation")
        LAPSE = "LAPSE", _("lapse")

    project = models.ForeignKey(
        "portfolio.Project",
        models.CASCADE,
        related_name="authorisations",
        verbose_name=_("project"),
    )
    section = models.CharField(
        _("section"), max_length=20, choices=Section, default=Section.INVESTMENT
    )
    kind = models.CharField(_("act"), max_length=20, choices=Kind)
    amount_eur = models.DecimalField(_("amount in euros"), max_digits=14, decimal_places=2)
    voted_on = models.DateField(_("date of the decision"))
    deliberation = models.CharField(_("deliberation"), max_length=80, blank=True)
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
        verbose_name = _("authorisation")
        verbose_name_plural = _("authorisations")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "section"],
                condition=Q(kind="VOTED"),
                name="authorisation_voted_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["REVISION", "AFFECTATION"]) | Q(amount_eur__gt=0),
                name="authorisation_positive",
            ),
            models.CheckConstraint(
                condition=Q(kind="VOTED") | ~Q(reason=""), name="authorisation_has_reason"
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.voted_on}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class PaymentCredit(models.Model):
    """The credits of one year (CP): the ceiling of what may be paid in that year.

    `committed_eur` is what is legally committed on the year's credits, what was carried over
    included; `carried_over_eur` (RAR) was committed the year before, not paid then, and brought
    into this year (CGCT, art. R2311-11). None is unknown, never zero.

    A commitment may last several years: the authorisation limits it, not the year's credit. So
    no constraint compares `committed_eur` with `voted_eur`.
    """

    project = models.ForeignKey(
        "portfolio.Project", models.CASCADE, related_name="credits", verbose_name=_("project")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    section = models.CharField(
        _("section"), max_length=20, choices=Section, default=Section.INVESTMENT
    )
    voted_eur = models.DecimalField(_("voted"), max_digits=14, decimal_places=2)
    committed_eur = models.DecimalField(
        _("committed"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    paid_eur = models.DecimalField(
        _("paid"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    carried_over_eur = models.DecimalField(
        _("carried over"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("payment credit")
        verbose_name_plural = _("payment credits")
        constraints = [
            models.UniqueConstraint(fields=["project", "section", "year"], name="credit_once"),
            models.CheckConstraint(
                condition=Q(year__gte=1990, year__lte=2100), name="credit_year_plausible"
            ),
            models.CheckConstraint(
                # SQL lets a comparison with an unknown figure pass: that is what is meant.
                condition=Q(voted_eur__gte=0)
                & Q(committed_eur__gte=0)
                & Q(paid_eur__gte=0)
                & Q(carried_over_eur__gte=0),
                name="credit_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(paid_eur__lte=F("committed_eur")), name="credit_paid_is_committed"
            ),
            models.CheckConstraint(
                condition=Q(paid_eur__lte=F("voted_eur") + F("carried_over_eur")),
                name="credit_paid_within_ceiling",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class FinanceParameter(models.Model):
    """A figure that a rule of money needs, from a day on, with the text that sets it."""

    class Code(models.TextChoices):
        FCTVA_RATE = "FCTVA_RATE", _("rate of the VAT compensation (FCTVA)")
        OWN_SHARE_MIN = "OWN_SHARE_MIN", _("minimum own share of public funding")
        OWN_SHARE_MIN_LEAD = "OWN_SHARE_MIN_LEAD", _("minimum own share as lead authority")
        IMPACT_STUDY_SHARE = "IMPACT_STUDY_SHARE", _("impact study: share of operating revenue")
        IMPACT_STUDY_CEILING_EUR = "IMPACT_STUDY_CEILING_EUR", _("impact study: amount in euros")
        OPERATING_REVENUE_EUR = "OPERATING_REVENUE_EUR", _("real operating revenue in euros")
        LAPSE_YEARS = "LAPSE_YEARS", _("years after which what is not allocated lapses")

    code = models.CharField(_("parameter"), max_length=40, choices=Code)
    value = models.DecimalField(_("value"), max_digits=16, decimal_places=6)
    from_on = models.DateField(_("in force from"))
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        verbose_name = _("parameter of the rules of money")
        verbose_name_plural = _("parameters of the rules of money")
        constraints = [
            models.UniqueConstraint(fields=["code", "from_on"], name="parameter_dated_once"),
            models.CheckConstraint(condition=Q(value__gte=0), name="parameter_not_negative"),
            models.CheckConstraint(condition=~Q(source=""), name="parameter_has_source"),
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()} {self.from_on}"
