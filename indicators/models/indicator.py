"""What is measured, in which unit, and which way is better."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from indicators.querysets import IndicatorQuerySet
from portfolio.models.translated import Translated


class Indicator(models.Model):
    """A measure with a public definition; its values come from feeds."""

    class Family(models.TextChoices):
        INPUT = "INPUT", _("resources")
        OUTPUT = "OUTPUT", _("output")
        OUTCOME = "OUTCOME", _("outcome")
        IMPACT = "IMPACT", _("impact")
        CONTEXT = "CONTEXT", _("context")

    class Direction(models.TextChoices):
        UP = "UP", _("higher is better")
        DOWN = "DOWN", _("lower is better")
        RANGE = "RANGE", _("best within a range")

    class Frequency(models.TextChoices):
        DAY = "DAY", _("daily")
        MONTH = "MONTH", _("monthly")
        QUARTER = "QUARTER", _("quarterly")
        YEAR = "YEAR", _("yearly")

    class ZoneAggregation(models.TextChoices):
        SUM = "SUM", _("adds up over zones")
        POPULATION_MEAN = "POPULATION_MEAN", _("mean weighted by inhabitants")
        NONE = "NONE", _("does not aggregate over zones")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name_fr = models.CharField(_("name in French"), max_length=160)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    explanation_fr = models.TextField(_("public explanation in French"), blank=True)
    explanation_en = models.TextField(_("public explanation in English"), blank=True)
    unit_fr = models.CharField(_("unit in French"), max_length=40)
    unit_en = models.CharField(_("unit in English"), max_length=40, blank=True)
    machine_unit = models.CharField(
        _("unit to reckon with"), max_length=40, blank=True, help_text=_(
            "As a formula reads it: passage/day, kWh/m2/year, %, passage/day/kiloinhabitant (for "
            "1,000 inhabitants). Empty: not known, and not checked."
        ),
    )  # fmt: skip
    family = models.CharField(_("family"), max_length=20, choices=Family)
    direction = models.CharField(_("direction"), max_length=10, choices=Direction)
    frequency = models.CharField(_("frequency"), max_length=10, choices=Frequency)
    zone_aggregation = models.CharField(
        _("aggregation over zones"),
        max_length=20,
        choices=ZoneAggregation,
        default=ZoneAggregation.NONE,
    )
    decimals = models.PositiveSmallIntegerField(_("decimals shown"), default=0)
    stale_after_days = models.PositiveSmallIntegerField(
        _("days after the end of a period before the next value is overdue")
    )

    name = Translated()
    explanation = Translated()
    unit = Translated()

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")

    def __str__(self) -> str:
        return self.name
