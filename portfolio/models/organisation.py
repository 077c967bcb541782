"""Departments of the metropolis and its partners."""

import pghistory
from django.core.validators import RegexValidator, validate_slug
from django.db import models
from django.utils.translation import gettext_lazy as _

from portfolio.models.translated import Translated


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Organisation(models.Model):
    """A department, a partner or a producer of data; departments form a tree."""

    class Kind(models.TextChoices):
        DEPARTMENT = "DEPARTMENT", _("department")
        PARTNER = "PARTNER", _("partner")
        PRODUCER = "PRODUCER", _("data producer")

    code = models.CharField(_("code"), max_length=60, unique=True, validators=[validate_slug])
    name_fr = models.CharField(_("name in French"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.DEPARTMENT)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent"),
    )
    siret = models.CharField(
        "SIRET", max_length=14, blank=True, validators=[RegexValidator(r"^\d{14}$")]
    )

    name = Translated()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(siret="") | models.Q(siret__regex=r"^\d{14}$"),
                name="organisation_siret_is_14_digits",
            ),
        ]

    def __str__(self) -> str:
        return self.name
