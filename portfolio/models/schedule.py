"""Phases, milestones and what became of their dates."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portfolio.models.translated import Translated
from portfolio.querysets import MilestoneQuerySet, WithdrawableQuerySet


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class PhaseSet(models.Model):
    """The phases that one kind of project goes through (a building, an infrastructure, …).

    A set that was withdrawn is no longer offered; it is withdrawn only while nothing uses it.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_fr = models.CharField(_("name in French"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    source = models.CharField(_("legal source"), max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    name = Translated()
    objects = WithdrawableQuerySet["PhaseSet"].as_manager()

    class Meta:
        verbose_name = _("phase set")
        verbose_name_plural = _("phase sets")

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Phase(models.Model):
    """One step of a phase set; `rank` starts at 1. `short` is what people of the field call it
    (AVP, PRO), `source` the text that defines it; `is_works`: works take place during it."""

    phase_set = models.ForeignKey(
        PhaseSet, models.CASCADE, related_name="phases", verbose_name=_("phase set")
    )
    code = models.SlugField(_("code"), max_length=40)
    name_fr = models.CharField(_("name in French"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    short = models.CharField(_("short code"), max_length=12, blank=True)
    source = models.CharField(_("legal source"), max_length=200, blank=True)
    is_works = models.BooleanField(_("works take place"), default=False)
    rank = models.PositiveSmallIntegerField(_("rank"))

    name = Translated()

    class Meta:
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        constraints = [
            models.UniqueConstraint(fields=["phase_set", "code"], name="phase_code_once"),
            models.UniqueConstraint(fields=["phase_set", "rank"], name="phase_rank_once"),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Milestone(models.Model):
    """A dated step of a project. `original_on` is never overwritten (rule 6). At most one of a
    project's milestones is its commissioning: the day it serves."""

    project = models.ForeignKey(
        "portfolio.Project", models.CASCADE, related_name="milestones", verbose_name=_("project")
    )
    code = models.SlugField(_("code"), max_length=40)
    name_fr = models.CharField(_("name in French"), max_length=160)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    original_on = models.DateField(_("original date"))
    current_on = models.DateField(_("current date"))
    actual_on = models.DateField(_("actual date"), null=True, blank=True)
    is_public = models.BooleanField(_("shown to residents"), default=True)
    is_commissioning = models.BooleanField(_("commissioning"), default=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    name = Translated()
    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        constraints = [
            models.UniqueConstraint(fields=["project", "code"], name="milestone_code_once"),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(is_commissioning=True, withdrawn_at=None),
                name="milestone_one_commissioning",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MilestoneRevision(models.Model):
    """A change of a milestone's current date, with its reason."""

    milestone = models.ForeignKey(
        Milestone, models.CASCADE, related_name="revisions", verbose_name=_("milestone")
    )
    before_on = models.DateField(_("date before"))
    after_on = models.DateField(_("date after"))
    reason = models.TextField(_("reason"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )  # empty when a machine revised it: an import, a seed
    revised_at = models.DateTimeField(_("revised at"))

    class Meta:
        verbose_name = _("milestone revision")
        verbose_name_plural = _("milestone revisions")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reason=""), name="milestone_revision_has_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.before_on} → {self.after_on}"
