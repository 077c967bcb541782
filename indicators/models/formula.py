"""Indicators computed from others: the formula, version after version, and what each figure is made
of."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Formula(models.Model):
    """A version of the formula of an indicator. Versions are added, never changed.

    A period is computed by the last version whose `valid_from` it does not precede: a method that
    changes in 2026 leaves what was computed before. Units are kept as they were when they were
    checked; `factor` makes the indicator's unit of what the formula gives.
    """

    indicator = models.ForeignKey(
        "indicators.Indicator", models.CASCADE, related_name="formulas", verbose_name=_("indicator")
    )
    version = models.PositiveIntegerField(_("version"))
    expression = models.CharField(_("formula"), max_length=500)
    unit = models.CharField(_("unit of the result"), max_length=40, blank=True)
    factor = models.FloatField(_("factor to the unit of the indicator"), default=1.0)
    are_units_checked = models.BooleanField(_("units checked"))
    valid_from = models.DateField(_("for periods from"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("author"),
    )  # fmt: skip
    agreed_at = models.DateTimeField(_("agreed at"))

    class Meta:
        verbose_name = _("formula")
        verbose_name_plural = _("formulas")
        constraints = [
            models.UniqueConstraint(fields=["indicator", "version"], name="formula_version_once"),
            models.CheckConstraint(condition=Q(factor__gt=0), name="formula_factor_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} v{self.version}"


class FormulaInput(models.Model):
    """What a name of a formula stands for. Without `zone`: the zone that is computed."""

    class Time(models.TextChoices):
        SAME = "SAME", _("the same period")
        LAST_KNOWN = "LAST_KNOWN", _("the last value known at its start")
        SUM = "SUM", _("the sum of its shorter periods")
        MEAN = "MEAN", _("the mean of its shorter periods")
        LAST = "LAST", _("the last of its shorter periods")

    formula = models.ForeignKey(
        Formula, models.CASCADE, related_name="inputs", verbose_name=_("formula")
    )
    name = models.CharField(_("name"), max_length=40)
    indicator = models.ForeignKey(
        "indicators.Indicator", models.PROTECT, related_name="used_in", verbose_name=_("indicator")
    )
    zone = models.ForeignKey(
        "portfolio.Zone", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("zone"),
    )  # fmt: skip
    time = models.CharField(_("period"), max_length=12, choices=Time, default=Time.SAME)
    unit = models.CharField(_("unit"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("input of a formula")
        verbose_name_plural = _("inputs of formulas")
        constraints = [
            models.UniqueConstraint(fields=["formula", "name"], name="formula_name_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} = {self.indicator}"


class Computation(models.Model):
    """How one value was computed: the version of the formula, and the inputs as they were known.

    `inputs`: a list of {name, indicator, zone, on, until, value, absence, status}, the codes of the
    indicator and zone, days in ISO 8601, null where nothing was known.
    """

    version = models.OneToOneField(
        "indicators.ObservationVersion", models.CASCADE, related_name="computation",
        verbose_name=_("observation"),
    )  # fmt: skip
    formula = models.ForeignKey(
        Formula, models.PROTECT, related_name="computations", verbose_name=_("formula")
    )
    inputs = models.JSONField(_("inputs"), default=list)

    class Meta:
        verbose_name = _("computation")
        verbose_name_plural = _("computations")

    def __str__(self) -> str:
        return f"{self.formula} → {self.version_id}"
