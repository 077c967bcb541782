"""Roles that people were given."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portfolio.querysets import RoleAssignmentQuerySet
from portfolio.roles import METROPOLIS_ROLES, Role


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RoleAssignment(models.Model):
    """A role of somebody, from a day on: in the whole metropolis, or in one department, programme
    (each with the tree below it) or project. Taken back, it stays, with the instant.

    What the record itself says counts besides: see `portfolio.reach`.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="roles", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=30, choices=Role)
    organisation = models.ForeignKey(
        "portfolio.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="roles",
        verbose_name=_("department"),
    )
    programme = models.ForeignKey(
        "portfolio.Programme",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="roles",
        verbose_name=_("programme"),
    )
    project = models.ForeignKey(
        "portfolio.Project",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="roles",
        verbose_name=_("project"),
    )
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("given by"),
    )  # empty when a machine gave it: a seed
    granted_at = models.DateTimeField(_("given at"))
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation=None, programme=None)
                | Q(organisation=None, project=None)
                | Q(programme=None, project=None),
                name="role_in_one_place",
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(from_on__lte=F("until_on")),
                name="role_starts_before_it_ends",
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_known"),
            models.CheckConstraint(
                condition=~Q(role__in=sorted(METROPOLIS_ROLES))
                | Q(organisation=None, programme=None, project=None),
                name="role_of_the_metropolis",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "organisation", "programme", "project"],
                condition=Q(withdrawn_at=None),
                nulls_distinct=False,
                name="role_given_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_role_display()}"

    @property
    def scope(self) -> models.Model | None:
        """Where it holds; None is the whole metropolis."""
        return self.organisation or self.programme or self.project
