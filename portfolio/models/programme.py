"""What groups projects: public policies, programmes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portfolio.models.translated import Translated


class Programme(models.Model):
    """A public policy (no parent) or a programme within one."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name_fr = models.CharField(_("name in French"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    objective_fr = models.TextField(_("objective in French"), blank=True)
    objective_en = models.TextField(_("objective in English"), blank=True)
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

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")

    def __str__(self) -> str:
        return self.name
