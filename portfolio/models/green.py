"""The green budget: what a project does to each axis of the ecological transition."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portfolio.models.translated import Translated


class GreenAxis(models.Model):
    """An axis of the annex “Impact du budget pour la transition écologique” (loi n° 2023-1322,
    art. 191; its six axes are the objectives of regulation (EU) 2020/852, art. 9).

    `due_from_year`: the first financial year for which the annex has to say it.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_fr = models.CharField(_("name in French"), max_length=160)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    rank = models.PositiveSmallIntegerField(_("rank"), unique=True)
    due_from_year = models.PositiveSmallIntegerField(_("required from"))
    source = models.CharField(_("source"), max_length=200)

    name = Translated()

    class Meta:
        verbose_name = _("axis of the green budget")
        verbose_name_plural = _("axes of the green budget")

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class GreenMark(models.Model):
    """The mark of a project on an axis, with what it rests on.

    No row is the same as NOT_RATED: nobody has looked. NEUTRAL is a judgement, and needs its
    justification like the others.
    """

    class Mark(models.TextChoices):
        FAVORABLE = "FAVORABLE", _("favourable")
        UNFAVORABLE = "UNFAVORABLE", _("unfavourable")
        MIXED = "MIXED", _("mixed")
        NEUTRAL = "NEUTRAL", _("neutral")
        NOT_RATED = "NOT_RATED", _("not rated")

    project = models.ForeignKey(
        "portfolio.Project", models.CASCADE, related_name="green_marks", verbose_name=_("project")
    )
    axis = models.ForeignKey(
        GreenAxis, models.PROTECT, related_name="marks", verbose_name=_("axis")
    )
    mark = models.CharField(_("mark"), max_length=20, choices=Mark)
    justification = models.TextField(_("justification"), blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("mark of the green budget")
        verbose_name_plural = _("marks of the green budget")
        constraints = [
            models.UniqueConstraint(fields=["project", "axis"], name="green_mark_once"),
            models.CheckConstraint(
                condition=Q(mark="NOT_RATED") | ~Q(justification=""),
                name="green_mark_is_justified",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.axis}: {self.get_mark_display()}"
