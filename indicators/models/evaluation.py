"""A plan to judge what a project changed: written as a draft, then locked for ever."""

from typing import TYPE_CHECKING

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from indicators.querysets import EvaluationQuerySet

if TYPE_CHECKING:
    from indicators.models.indicator import Indicator

# What may still be written of a locked plan, once: that it is withdrawn, by whom and why.
UNCHANGED = """
IF OLD.withdrawn_at IS NOT NULL
   OR (to_jsonb(OLD) - ARRAY['withdrawn_at', 'withdrawn_by_id', 'withdrawn_reason'])
      IS DISTINCT FROM
      (to_jsonb(NEW) - ARRAY['withdrawn_at', 'withdrawn_by_id', 'withdrawn_reason'])
THEN
    RAISE EXCEPTION 'a locked evaluation stays as it is' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""
ZONES_KEPT = """
IF EXISTS (
    SELECT 1 FROM indicators_evaluation
    WHERE id IN (NEW.evaluation_id, OLD.evaluation_id) AND locked_at IS NOT NULL
)
THEN
    RAISE EXCEPTION 'the zones of a locked evaluation stay' USING ERRCODE = 'check_violation';
END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
"""


class Evaluation(models.Model):
    """One question, asked of one indicator, with the design that will answer it.

    `intervention_on`: the first day with the project in the first zone; others may begin later.

    Without `locked_at` it is a draft; `typed` keeps by step what its forms hold, in order or not.
    Locked, nothing of it changes: the database refuses. `is_preregistered` says whether it was
    locked before the day of the intervention; if not it is exploratory, for ever. `breaks`:
    periods unlike the others, `{"first": day, "last": day, "why": text}`, both days included.
    `placebo_indicator`: one that the project cannot move; the same design must find nothing on it.
    `minimum_after`: periods with a value that are awaited before anything is said. Texts are in
    the language of the register (French).
    """

    class Design(models.TextChoices):
        BEFORE_AFTER = "BEFORE_AFTER", _("before and after, descriptive")
        INTERRUPTED = "INTERRUPTED", _("interrupted series")
        DIFFERENCE_IN_DIFFERENCES = "DIFFERENCE_IN_DIFFERENCES", _("difference-in-differences")
        SYNTHETIC_CONTROL = "SYNTHETIC_CONTROL", _("synthetic control")
        SYNTHETIC_DID = "SYNTHETIC_DID", _("synthetic difference-in-differences")

    class Direction(models.TextChoices):
        UP = "UP", _("a rise")
        DOWN = "DOWN", _("a fall")

    project = models.ForeignKey(
        "portfolio.Project", models.PROTECT, related_name="evaluations", verbose_name=_("project")
    )
    indicator = models.ForeignKey(
        "indicators.Indicator", models.PROTECT, null=True, blank=True, related_name="evaluations",
        verbose_name=_("indicator"),
    )  # fmt: skip
    placebo_indicator = models.ForeignKey(
        "indicators.Indicator", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("measure that the project cannot change"),
    )  # fmt: skip
    zones = models.ManyToManyField("portfolio.Zone", through="EvaluationZone", related_name="+")
    question = models.CharField(_("question"), max_length=240, blank=True)
    design = models.CharField(_("design"), max_length=30, choices=Design, blank=True)
    expected_direction = models.CharField(
        _("expected direction"), max_length=4, choices=Direction, blank=True
    )
    intervention_on = models.DateField(_("date of the intervention"), null=True, blank=True)
    before_from = models.DateField(_("looked at from"), null=True, blank=True)
    after_until = models.DateField(_("looked at until"), null=True, blank=True)
    minimum_after = models.PositiveSmallIntegerField(
        _("periods awaited after the intervention"), default=6
    )
    breaks = models.JSONField(_("known breaks"), default=list, blank=True)
    definition_changed = models.BooleanField(
        _("the definition or the source changed in between"), default=False
    )
    other_shock = models.BooleanField(
        _("another project or event acts on the same zone at that time"), default=False
    )
    chosen_for_its_level = models.BooleanField(
        _("the place was chosen because its figure was the worst, or the best"), default=False
    )
    reason = models.TextField(_("why this design"), blank=True)
    detectable = models.JSONField(_("what could be detected"), default=dict, blank=True)
    typed = models.JSONField(_("what was typed"), default=dict, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        verbose_name=_("author"),
    )  # fmt: skip
    created_at = models.DateTimeField(_("created at"))
    updated_at = models.DateTimeField(_("updated at"))
    locked_at = models.DateTimeField(_("locked at"), null=True)
    locked_on = models.DateField(_("locked on"), null=True)  # in the time zone of the territory
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        verbose_name=_("locked by"),
    )  # fmt: skip
    is_preregistered = models.BooleanField(_("registered in advance"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        verbose_name=_("withdrawn by"),
    )  # fmt: skip
    withdrawn_reason = models.CharField(_("why it was withdrawn"), max_length=500, blank=True)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        constraints = [
            models.CheckConstraint(
                condition=Q(locked_at=None, locked_on=None, is_preregistered=None)
                | Q(locked_at__isnull=False, locked_on__lt=F("intervention_on"),
                    is_preregistered=True)
                | Q(locked_at__isnull=False, locked_on__gte=F("intervention_on"),
                    is_preregistered=False),
                name="evaluation_registered_in_advance_or_not",
            ),
            models.CheckConstraint(
                condition=Q(locked_at=None)
                | Q(indicator__isnull=False, before_from__lt=F("intervention_on"),
                    after_until__gt=F("intervention_on"))
                & ~Q(question="") & ~Q(design="") & ~Q(expected_direction="") & ~Q(reason=""),
                name="evaluation_locked_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False, locked_at__isnull=False)
                & ~Q(withdrawn_reason=""),
                name="evaluation_withdrawn_says_why",
            ),
            models.CheckConstraint(
                condition=Q(minimum_after__gte=1), name="evaluation_awaits_something"
            ),
            models.CheckConstraint(
                condition=Q(placebo_indicator=None) | Q(indicator=None)
                | ~Q(placebo_indicator=F("indicator")),
                name="evaluation_placebo_is_another",
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Trigger(
                name="locked_stays", when=pgtrigger.Before, operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__locked_at__isnull=False), func=UNCHANGED,
            ),
            pgtrigger.Protect(
                name="locked_is_kept", operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__locked_at__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.question or f"#{self.pk}"

    @property
    def outcome(self) -> "Indicator":
        """The indicator of a plan that has one. Raises ValueError on a draft that has none yet."""
        if self.indicator is None:
            raise ValueError("indicator: this draft has none yet")
        return self.indicator

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None

    @property
    def is_exploratory(self) -> bool:
        """Locked too late: said on every page that shows a result of it."""
        return self.is_locked and not self.is_preregistered

    @property
    def compares(self) -> bool:
        """Whether its design needs zones to compare with."""
        return self.design not in {"", "BEFORE_AFTER", "INTERRUPTED"}


class EvaluationZone(models.Model):
    """A zone of a plan: treated by the project, or compared with it.

    `starts_on`: the first day with the project there, where it comes after the date of the
    intervention; None: that date.
    """

    class Role(models.TextChoices):
        TREATED = "TREATED", _("treated")
        COMPARISON = "COMPARISON", _("compared with")

    evaluation = models.ForeignKey(
        Evaluation, models.CASCADE, related_name="evaluation_zones", verbose_name=_("evaluation")
    )
    zone = models.ForeignKey(
        "portfolio.Zone", models.PROTECT, related_name="+", verbose_name=_("zone")
    )
    role = models.CharField(_("role"), max_length=12, choices=Role)
    starts_on = models.DateField(_("begins on"), null=True, blank=True)

    class Meta:
        verbose_name = _("zone of an evaluation")
        verbose_name_plural = _("zones of evaluations")
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "zone"], name="evaluation_zone_once"),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(role="TREATED"),
                name="evaluation_treated_zone_begins",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="zones_stay", when=pgtrigger.Before, func=ZONES_KEPT,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.zone} ({self.get_role_display()})"
