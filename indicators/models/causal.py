"""Why a project should change what it promises to change: one measure moves another."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from indicators.querysets import CausalLinkQuerySet


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class CausalLink(models.Model):
    """Within the results chain of a project: what moves, what it should move, which way, and on
    what ground. The links of a project make no circle (the service sees to it)."""

    class Sign(models.TextChoices):
        MORE = "MORE", _("raises")
        LESS = "LESS", _("lowers")

    class Ground(models.TextChoices):
        ASSUMED = "ASSUMED", _("assumed")
        ELSEWHERE = "ELSEWHERE", _("seen elsewhere")
        HERE = "HERE", _("measured here")

    project = models.ForeignKey(
        "portfolio.Project", models.CASCADE, related_name="causal_links", verbose_name=_("project")
    )
    cause = models.ForeignKey(
        "indicators.Indicator", models.PROTECT, related_name="+", verbose_name=_("what moves")
    )
    effect = models.ForeignKey(
        "indicators.Indicator", models.PROTECT, related_name="+", verbose_name=_("what it moves")
    )
    sign = models.CharField(_("which way"), max_length=10, choices=Sign)
    ground = models.CharField(
        _("on what ground"), max_length=10, choices=Ground, default=Ground.ASSUMED
    )
    why = models.CharField(_("why, and the source"), max_length=500)
    withdrawn_at = models.DateTimeField(_("taken off on"), null=True, blank=True)

    objects = CausalLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("causal link")
        verbose_name_plural = _("causal links")
        constraints = [
            models.UniqueConstraint(fields=["project", "cause", "effect"], name="causal_link_once"),
            models.CheckConstraint(condition=~Q(cause=F("effect")), name="causal_link_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.cause} → {self.effect}"
