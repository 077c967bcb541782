"""What groups projects: political commitments, public policies, programmes."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from portfolio.models.translated import Translated
from portfolio.querysets import ProgrammeQuerySet


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Programme(models.Model):
    """A political commitment (projet de mandature), a public policy, or a programme; the tree is
    at most three deep, and projects hang from any of its nodes."""

    class Kind(models.TextChoices):
        MANDATE = "MANDATE", _("political commitment")
        POLICY = "POLICY", _("public policy")
        PROGRAMME = "PROGRAMME", _("programme")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name_fr = models.CharField(_("name in French"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    objective_fr = models.TextField(_("objective in French"), blank=True)
    objective_en = models.TextField(_("objective in English"), blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.PROGRAMME)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent"),
    )

    name = Translated()
    objective = Translated()
    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")

    def __str__(self) -> str:
        return self.name
