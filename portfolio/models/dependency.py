"""What one project owes to another: it waits for it, or both cannot be."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from portfolio.querysets import WithdrawableQuerySet


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Dependency(models.Model):
    """`project` waits for `other` (PREREQUISITE), or only one of the two is carried out
    (EXCLUSIVE: said once, holds both ways)."""

    class Kind(models.TextChoices):
        PREREQUISITE = "PREREQUISITE", _("waits for")
        EXCLUSIVE = "EXCLUSIVE", _("excludes")

    project = models.ForeignKey(
        "portfolio.Project", models.CASCADE, related_name="dependencies", verbose_name=_("project")
    )
    other = models.ForeignKey(
        "portfolio.Project",
        models.CASCADE,
        related_name="dependents",
        verbose_name=_("other project"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    note = models.TextField(_("note"), blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = WithdrawableQuerySet["Dependency"].as_manager()

    class Meta:
        verbose_name = _("dependency")
        verbose_name_plural = _("dependencies")
        constraints = [
            models.CheckConstraint(
                condition=~Q(project=F("other")), name="dependency_on_another_project"
            ),
            models.UniqueConstraint(
                Least("project", "other"),
                Greatest("project", "other"),
                condition=Q(withdrawn_at=None),
                name="dependency_pair_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())
