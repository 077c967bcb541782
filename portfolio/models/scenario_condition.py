"""What a programme must respect besides its envelopes."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portfolio.models.scenario import SelectionScenario
from portfolio.querysets import WithdrawableQuerySet


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ScenarioCondition(models.Model):
    """One condition; which fields speak depends on its kind.

    PREREQUISITE: `project` needs `other`, begun no later. EXCLUSIVE: one of the two at most. CAPACITY:
    at most `amount` posts of `department` in `year`. MINIMUM: at least `amount` (euros of AP, or
    projects: `figure`) in `programme` and below it. ZONE_MINIMUM: at least `amount` euros in `zone`.
    EQUITY: each commune gets at least `amount` times the AP per inhabitant of the whole. CLIMATE: at
    most `amount` tonnes of CO2. `origin` REGISTER: proposed from the dependencies of the projects.
    """

    HISTORY_OF = "scenario"

    class Kind(models.TextChoices):
        PREREQUISITE = "PREREQUISITE", _("a project needs another")
        EXCLUSIVE = "EXCLUSIVE", _("one of two projects at most")
        CAPACITY = "CAPACITY", _("posts of a department in a year")
        MINIMUM = "MINIMUM", _("least for a policy or programme")
        ZONE_MINIMUM = "ZONE_MINIMUM", _("least in a zone")
        EQUITY = "EQUITY", _("least of each commune per inhabitant")
        CLIMATE = "CLIMATE", _("climate budget")

    class Figure(models.TextChoices):
        AP = "AP", _("euros of authorisations (AP)")
        COUNT = "COUNT", _("projects")

    class Origin(models.TextChoices):
        HAND = "HAND", _("entered by hand")
        REGISTER = "REGISTER", _("proposed from the register")

    scenario = models.ForeignKey(
        SelectionScenario, models.CASCADE, related_name="conditions", verbose_name=_("scenario")
    )
    kind = models.CharField(_("condition"), max_length=12, choices=Kind)
    project = models.ForeignKey(
        "portfolio.Project", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("project"),
    )  # fmt: skip
    other = models.ForeignKey(
        "portfolio.Project", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("other project"),
    )  # fmt: skip
    department = models.ForeignKey(
        "portfolio.Organisation", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("department"),
    )  # fmt: skip
    programme = models.ForeignKey(
        "portfolio.Programme", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("policy or programme"),
    )  # fmt: skip
    zone = models.ForeignKey(
        "portfolio.Zone", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("zone"),
    )  # fmt: skip
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    figure = models.CharField(_("counted in"), max_length=10, choices=Figure, default=Figure.AP)
    amount = models.DecimalField(
        _("amount"), max_digits=14, decimal_places=3, null=True, blank=True
    )
    origin = models.CharField(_("origin"), max_length=10, choices=Origin, default=Origin.HAND)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = WithdrawableQuerySet["ScenarioCondition"].as_manager()

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=["PREREQUISITE", "EXCLUSIVE"])
                | Q(project__isnull=False, other__isnull=False) & ~Q(project=F("other")),
                name="condition_ties_two_projects",
            ),
            models.CheckConstraint(
                condition=(~Q(kind="CAPACITY") | Q(department__isnull=False, year__isnull=False))
                & (~Q(kind="MINIMUM") | Q(programme__isnull=False))
                & (~Q(kind="ZONE_MINIMUM") | Q(zone__isnull=False)),
                name="condition_says_of_what",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["PREREQUISITE", "EXCLUSIVE"])
                | Q(amount__gte=0, amount__isnull=False),
                name="condition_has_amount",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())
