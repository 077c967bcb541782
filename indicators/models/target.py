"""What a project, or the metropolis, undertakes to reach, and by when."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from indicators.models.people_group import PeopleGroup
from indicators.querysets import TargetQuerySet
from portfolio.models import Zone


def placed(zone: Zone, group: PeopleGroup | None) -> str:
    """A zone, and the group of people that is spoken of there."""
    return zone.name if group is None else f"{zone.name}, {group.name}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Target(models.Model):
    """Baseline and path of one indicator in one zone, for a project or for the territory: for
    everyone or, with a `group`, for some of its people.

    The baseline is stated here; it is never "the first value found" (rule 1). The expected effect
    is what the project alone would change by the last date, in the unit of the indicator: a change,
    with its bounds, negative where it falls.
    """

    class Path(models.TextChoices):
        LINEAR = "LINEAR", _("regular progress between the dates")
        STEP = "STEP", _("reached at its date, not before")

    project = models.ForeignKey(
        "portfolio.Project",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="targets",
        verbose_name=_("project"),
    )
    indicator = models.ForeignKey(
        "indicators.Indicator", models.PROTECT, related_name="targets", verbose_name=_("indicator")
    )
    zone = models.ForeignKey(
        "portfolio.Zone", models.PROTECT, related_name="targets", verbose_name=_("zone")
    )
    group = models.ForeignKey(
        "indicators.PeopleGroup", models.PROTECT, null=True, blank=True, related_name="targets",
        verbose_name=_("group of people"),
    )  # fmt: skip
    baseline_value = models.FloatField(_("baseline value"), null=True, blank=True)
    baseline_on = models.DateField(_("date of the baseline"), null=True, blank=True)
    baseline_method = models.CharField(
        _("how the starting value was measured"), max_length=240, blank=True
    )
    path = models.CharField(_("path"), max_length=10, choices=Path, default=Path.LINEAR)
    effect_low = models.FloatField(_("expected effect, at least"), null=True, blank=True)
    effect_central = models.FloatField(_("expected effect"), null=True, blank=True)
    effect_high = models.FloatField(_("expected effect, at most"), null=True, blank=True)
    effect_basis = models.TextField(_("what the expected effect rests on"), blank=True)
    note = models.TextField(_("why this is expected"), blank=True)
    withdrawn_at = models.DateTimeField(_("taken off on"), null=True, blank=True)

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "indicator", "zone", "group"],
                nulls_distinct=False,
                name="target_once",
            ),
            models.CheckConstraint(
                condition=Q(baseline_value__isnull=True, baseline_on__isnull=True)
                | Q(baseline_value__isnull=False, baseline_on__isnull=False),
                name="baseline_value_has_date",
            ),
            models.CheckConstraint(
                condition=Q(effect_low=None, effect_central=None, effect_high=None)
                | Q(
                    effect_low__lte=models.F("effect_central"),
                    effect_central__lte=models.F("effect_high"),
                ),
                name="target_effect_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} – {self.place}"

    @property
    def place(self) -> str:
        """Where, and of whom if not of everyone."""
        return placed(self.zone, self.group)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class TargetPoint(models.Model):
    """The value to reach at a date; for a RANGE indicator, the bounds to be within."""

    target = models.ForeignKey(
        Target, models.CASCADE, related_name="points", verbose_name=_("target")
    )
    due_on = models.DateField(_("date"))
    value = models.FloatField(_("value"), null=True, blank=True)
    low = models.FloatField(_("lower bound"), null=True, blank=True)
    high = models.FloatField(_("upper bound"), null=True, blank=True)

    class Meta:
        verbose_name = _("target point")
        verbose_name_plural = _("target points")
        constraints = [
            models.UniqueConstraint(fields=["target", "due_on"], name="target_point_once"),
            models.CheckConstraint(
                condition=Q(value__isnull=False, low__isnull=True, high__isnull=True)
                | Q(value__isnull=True, low__isnull=False, high__gt=models.F("low")),
                name="target_point_value_or_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.due_on}"
