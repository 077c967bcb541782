"""When a project goes through each of its phases, and what became of those dates."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portfolio.querysets import WithdrawableQuerySet


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class PhasePeriod(models.Model):
    """One phase of one project: from the first day to the last. The original dates are never
    overwritten (rule 6); the actual ones are facts, entered one after the other."""

    project = models.ForeignKey(
        "portfolio.Project", models.CASCADE, related_name="periods", verbose_name=_("project")
    )
    phase = models.ForeignKey(
        "portfolio.Phase", models.PROTECT, related_name="periods", verbose_name=_("phase")
    )
    original_starts_on = models.DateField(_("original start"))
    original_ends_on = models.DateField(_("original end"))
    current_starts_on = models.DateField(_("current start"))
    current_ends_on = models.DateField(_("current end"))
    actual_starts_on = models.DateField(_("actual start"), null=True, blank=True)
    actual_ends_on = models.DateField(_("actual end"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = WithdrawableQuerySet["PhasePeriod"].as_manager()

    class Meta:
        verbose_name = _("phase dates")
        verbose_name_plural = _("phase dates")
        constraints = [
            models.UniqueConstraint(fields=["project", "phase"], name="phase_period_once"),
            models.CheckConstraint(
                condition=Q(original_starts_on__lte=F("original_ends_on"))
                & Q(current_starts_on__lte=F("current_ends_on")),
                name="phase_period_starts_before_it_ends",
            ),
            models.CheckConstraint(
                condition=Q(actual_ends_on=None)
                | Q(actual_starts_on__isnull=False, actual_starts_on__lte=F("actual_ends_on")),
                name="phase_period_ends_after_it_started",
            ),
        ]

    def __str__(self) -> str:
        return str(self.phase)


class PhasePeriodRevision(models.Model):
    """A change of a phase's current dates, with its reason."""

    period = models.ForeignKey(
        PhasePeriod, models.CASCADE, related_name="revisions", verbose_name=_("phase dates")
    )
    before_starts_on = models.DateField(_("start before"))
    before_ends_on = models.DateField(_("end before"))
    after_starts_on = models.DateField(_("start after"))
    after_ends_on = models.DateField(_("end after"))
    reason = models.TextField(_("reason"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )  # empty when a machine revised it: an import, a seed
    revised_at = models.DateTimeField(_("revised at"))

    class Meta:
        verbose_name = _("revision of phase dates")
        verbose_name_plural = _("revisions of phase dates")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reason=""), name="phase_period_revision_has_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.after_starts_on} – {self.after_ends_on}"
