"""What a project costs, or brings in, each year once it is open."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portfolio.querysets import WithdrawableQuerySet


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RunningCost(models.Model):
    """A yearly amount of the operating section, from a year on (CGCT, art. L1611-9: the study that
    goes with a large project says what it will cost to run).

    A revenue or a saving is negative. `to_year` None: as far as anybody knows, for good.
    """

    class Nature(models.TextChoices):
        MAINTENANCE = "MAINTENANCE", _("maintenance")
        ENERGY = "ENERGY", _("energy and fluids")
        STAFF = "STAFF", _("staff")
        SERVICES = "SERVICES", _("services and contracts")
        OTHER = "OTHER", _("other costs")
        REVENUE = "REVENUE", _("revenue")

    project = models.ForeignKey(
        "portfolio.Project",
        models.CASCADE,
        related_name="running_costs",
        verbose_name=_("project"),
    )
    nature = models.CharField(_("nature"), max_length=20, choices=Nature)
    from_year = models.PositiveSmallIntegerField(_("first year"))
    to_year = models.PositiveSmallIntegerField(_("last year"), null=True, blank=True)
    yearly_eur = models.DecimalField(_("amount a year"), max_digits=14, decimal_places=2)
    basis = models.CharField(_("what it rests on"), max_length=300)
    recorded_at = models.DateTimeField(_("recorded at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = WithdrawableQuerySet["RunningCost"].as_manager()

    class Meta:
        verbose_name = _("running cost")
        verbose_name_plural = _("running costs")
        constraints = [
            models.CheckConstraint(
                condition=Q(from_year__gte=1990, from_year__lte=2100), name="running_year_plausible"
            ),
            models.CheckConstraint(
                condition=Q(to_year=None) | Q(to_year__gte=F("from_year"), to_year__lte=2100),
                name="running_ends_after_it_starts",
            ),
            models.CheckConstraint(condition=~Q(yearly_eur=0), name="running_not_zero"),
            models.CheckConstraint(
                condition=~Q(nature="REVENUE") | Q(yearly_eur__lt=0),
                name="running_revenue_is_negative",
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="running_has_basis"),
        ]

    def __str__(self) -> str:
        return f"{self.get_nature_display()} {self.from_year}"
