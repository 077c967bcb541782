"""The legal procedures that a project goes through: consultation, inquiry, permits."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portfolio.models.translated import Translated
from portfolio.querysets import ProcedureQuerySet


class ProcedureKind(models.Model):
    """A kind of procedure: the text that founds it, its usual steps (one a line), and what it
    is in plain words."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_fr = models.CharField(_("name in French"), max_length=160)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    source = models.CharField(_("legal source"), max_length=200)
    steps_fr = models.TextField(_("usual steps in French"), blank=True)
    steps_en = models.TextField(_("usual steps in English"), blank=True)
    plain_fr = models.TextField(_("plain words in French"), blank=True)
    plain_en = models.TextField(_("plain words in English"), blank=True)
    is_participation = models.BooleanField(_("residents take part"), default=False)

    name = Translated()
    steps = Translated()
    plain = Translated()

    class Meta:
        verbose_name = _("kind of procedure")
        verbose_name_plural = _("kinds of procedures")

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Procedure(models.Model):
    """One procedure of one project. Foreseen dates are plans, actual ones are facts."""

    class State(models.TextChoices):
        FORESEEN = "FORESEEN", _("foreseen")
        UNDER_WAY = "UNDER_WAY", _("under way")
        COMPLETED = "COMPLETED", _("completed")
        REFUSED = "REFUSED", _("refused")
        GIVEN_UP = "GIVEN_UP", _("given up")

    project = models.ForeignKey(
        "portfolio.Project", models.CASCADE, related_name="procedures", verbose_name=_("project")
    )
    kind = models.ForeignKey(
        ProcedureKind, models.PROTECT, related_name="procedures", verbose_name=_("procedure")
    )
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.FORESEEN)
    foreseen_starts_on = models.DateField(_("foreseen start"), null=True, blank=True)
    foreseen_ends_on = models.DateField(_("foreseen end"), null=True, blank=True)
    actual_starts_on = models.DateField(_("actual start"), null=True, blank=True)
    actual_ends_on = models.DateField(_("actual end"), null=True, blank=True)
    reference = models.CharField(_("reference of the act"), max_length=160, blank=True)
    note = models.TextField(_("note for agents"), blank=True)
    how_fr = models.TextField(_("how to take part, in French"), blank=True)
    how_en = models.TextField(_("how to take part, in English"), blank=True)
    is_public = models.BooleanField(_("shown to residents"), default=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))

    how = Translated()
    objects = ProcedureQuerySet.as_manager()

    class Meta:
        verbose_name = _("procedure")
        verbose_name_plural = _("procedures")
        constraints = [
            models.CheckConstraint(
                # SQL lets a comparison with an unknown date pass: that is what is meant.
                condition=Q(foreseen_starts_on__lte=F("foreseen_ends_on"))
                & Q(actual_starts_on__lte=F("actual_ends_on")),
                name="procedure_starts_before_it_ends",
            ),
            models.CheckConstraint(
                condition=~Q(state="COMPLETED") | Q(actual_ends_on__isnull=False),
                name="procedure_completed_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return str(self.kind)
