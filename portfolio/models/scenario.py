"""A scenario of arbitration: which projects to fund within which envelopes, under which conditions."""

import pghistory
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portfolio.models.translated import Translated
from portfolio.querysets import ScenarioQuerySet, WithdrawableQuerySet

LONGEST_DELAY = 5


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class SelectionScenario(models.Model):
    """Envelopes, and how candidates are weighed.

    OPEN: being prepared. LOCKED: kept as it is, to be decided on; a copy goes on from it.
    `ap_total_eur`: most of all authorisations; None: no limit. `delay_years`: how long a project may
    be put off, losing `delay_discount` of its value a year. `is_net`: amounts without the grants
    that were notified.
    """

    class State(models.TextChoices):
        OPEN = "OPEN", _("being prepared")
        LOCKED = "LOCKED", _("locked")

    class Value(models.TextChoices):
        ENTERED = "ENTERED", _("points entered for each project")
        COUNT = "COUNT", _("the number of projects")
        MONEY = "MONEY", _("the money invested")
        EXERCISE = "EXERCISE", _("the value in an exercise of prioritisation")
        ROBUST = "ROBUST", _("the robust value: that of the least favourable tenth of weightings")

    name_fr = models.CharField(_("name in French"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    purpose_fr = models.TextField(_("purpose in French"), blank=True)
    purpose_en = models.TextField(_("purpose in English"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    first_year = models.PositiveSmallIntegerField(_("first year"))
    last_year = models.PositiveSmallIntegerField(_("last year"))
    ap_total_eur = models.DecimalField(
        _("total of authorisations (AP)"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    value_source = models.CharField(
        _("what is made largest"), max_length=10, choices=Value, default=Value.ENTERED
    )
    exercise = models.ForeignKey(
        "portfolio.Exercise", models.PROTECT, null=True, blank=True, related_name="scenarios",
        verbose_name=_("exercise of prioritisation"),
    )  # fmt: skip
    is_net = models.BooleanField(_("net of the grants notified"), default=False)
    delay_years = models.PositiveSmallIntegerField(_("years of delay allowed"), default=0)
    delay_discount = models.DecimalField(
        _("value lost for each year of delay"), max_digits=4, decimal_places=3, default=0
    )
    copied_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="copies",
        verbose_name=_("copy of"),
    )  # fmt: skip
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        verbose_name=_("created by"),
    )  # fmt: skip
    created_at = models.DateTimeField(_("created at"))
    updated_at = models.DateTimeField(_("updated at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    name = Translated()
    purpose = Translated()
    objects = ScenarioQuerySet.as_manager()

    class Meta:
        verbose_name = _("scenario")
        verbose_name_plural = _("scenarios")
        constraints = [
            models.CheckConstraint(condition=~Q(name_fr=""), name="scenario_has_name"),
            models.CheckConstraint(
                condition=Q(first_year__gte=1990, last_year__lte=2100)
                & Q(last_year__gte=F("first_year"), last_year__lte=F("first_year") + 14),
                name="scenario_years_in_order",
            ),
            models.CheckConstraint(
                condition=Q(ap_total_eur=None) | Q(ap_total_eur__gte=0),
                name="scenario_total_not_negative",
            ),
            models.CheckConstraint(
                condition=~Q(value_source__in=["EXERCISE", "ROBUST"]) | Q(exercise__isnull=False),
                name="scenario_value_has_exercise",
            ),
            models.CheckConstraint(
                condition=Q(delay_years__lte=LONGEST_DELAY)
                & Q(delay_discount__gte=0, delay_discount__lt=1),
                name="scenario_delay_plausible",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def years(self) -> range:
        return range(self.first_year, self.last_year + 1)

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN and self.withdrawn_at is None


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ScenarioYear(models.Model):
    """The most that may be paid in one year (CP); a year without a row has no limit."""

    scenario = models.ForeignKey(SelectionScenario, models.CASCADE, related_name="envelopes")
    year = models.PositiveSmallIntegerField(_("year"))
    cp_eur = models.DecimalField(_("payments (CP)"), max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = _("envelope of a year")
        verbose_name_plural = _("envelopes of years")
        constraints = [
            models.UniqueConstraint(fields=["scenario", "year"], name="scenario_year_once"),
            models.CheckConstraint(condition=Q(cp_eur__gte=0), name="scenario_year_not_negative"),
        ]

    def __str__(self) -> str:
        return str(self.year)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ScenarioCandidate(models.Model):
    """A project of a scenario; its AP and CP are those of the register.

    A forced one (MANDATORY, EXCLUDED, STARTED) has its reason. `value`: points, where they are
    entered; `people`: full-time posts of the lead department while it is paid for; `co2_t`: tonnes
    emitted by its works. None is not known, never zero. `waits_years`: how long its grants wait for
    it; None: they are not lost. It is withdrawn, never removed: results name it.
    """

    HISTORY_OF = "scenario"  # its changes are told there, not on the project

    class Role(models.TextChoices):
        FREE = "FREE", _("to be chosen")
        MANDATORY = "MANDATORY", _("kept in")
        EXCLUDED = "EXCLUDED", _("left out")
        STARTED = "STARTED", _("under way, kept as it is")

    scenario = models.ForeignKey(
        SelectionScenario, models.CASCADE, related_name="candidates", verbose_name=_("scenario")
    )
    project = models.ForeignKey(
        "portfolio.Project", models.PROTECT, related_name="+", verbose_name=_("project")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.FREE)
    reason = models.CharField(_("why it is forced"), max_length=500, blank=True)
    value = models.DecimalField(_("points"), max_digits=12, decimal_places=3, null=True, blank=True)
    people = models.DecimalField(
        _("posts of its department"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    co2_t = models.DecimalField(
        _("tonnes of CO2 of its works"), max_digits=12, decimal_places=1, null=True, blank=True
    )
    delay_most = models.PositiveSmallIntegerField(
        _("years it may wait"), null=True, blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(LONGEST_DELAY)],
    )  # fmt: skip
    waits_years = models.PositiveSmallIntegerField(
        _("years its grants wait for it"), null=True, blank=True
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = WithdrawableQuerySet["ScenarioCandidate"].as_manager()

    class Meta:
        verbose_name = _("candidate of a scenario")
        verbose_name_plural = _("candidates of scenarios")
        constraints = [
            models.UniqueConstraint(fields=["scenario", "project"], name="scenario_project_once"),
            models.CheckConstraint(
                condition=Q(role="FREE") | ~Q(reason=""), name="scenario_forced_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0) & Q(people__gte=0) & Q(co2_t__gte=0),
                name="scenario_figures_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return str(self.project)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ScenarioVariant(models.Model):
    """Another way of doing a candidate: at a share of its cost for a share of its value, or paid
    over more years (a split into phases)."""

    candidate = models.ForeignKey(
        ScenarioCandidate, models.CASCADE, related_name="variants", verbose_name=_("candidate")
    )
    name_fr = models.CharField(_("name in French"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    cost_share = models.DecimalField(
        _("share of the cost"), max_digits=4, decimal_places=3, default=1
    )
    value_share = models.DecimalField(
        _("share of the value"), max_digits=4, decimal_places=3, default=1
    )
    extra_years = models.PositiveSmallIntegerField(_("years more"), default=0)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    name = Translated()
    objects = WithdrawableQuerySet["ScenarioVariant"].as_manager()

    class Meta:
        verbose_name = _("variant")
        verbose_name_plural = _("variants")
        constraints = [
            models.CheckConstraint(
                condition=Q(cost_share__gt=0, cost_share__lte=2)
                & Q(value_share__gte=0, value_share__lte=2)
                & Q(extra_years__lte=LONGEST_DELAY),
                name="variant_shares_plausible",
            )
        ]

    def __str__(self) -> str:
        return self.name
