"""What a search reads of each project, kept ready by the database."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProjectWords(models.Model):
    """Code, names, summaries and address in lower case without accents. A trigger of `Project`
    writes it: nobody else does, and it has no history of its own."""

    project = models.OneToOneField(
        "portfolio.Project",
        models.CASCADE,
        primary_key=True,
        related_name="words",
        verbose_name=_("project"),
    )
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("words of a project")
        verbose_name_plural = _("words of projects")

    def __str__(self) -> str:
        return self.text
