"""Zones of the territory: the metropolis, its communes and districts; and what it is compared to."""

import pghistory
from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _


class Zone(models.Model):
    """A part of the territory that measures and projects refer to.

    `geometry` may be missing: a source can name a district without drawing it. A COMPARATOR lies
    outside (a country, a region, another city): it has values to compare with, and is part of
    nothing.
    """

    class Kind(models.TextChoices):
        METROPOLIS = "METROPOLIS", _("metropolis")
        COMMUNE = "COMMUNE", _("commune")
        DISTRICT = "DISTRICT", _("district")
        COMPARATOR = "COMPARATOR", _("outside, to compare with")

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent"),
    )
    geometry = models.MultiPolygonField(_("geometry"), srid=4326, null=True, blank=True)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)

    class Meta:
        verbose_name = _("zone")
        verbose_name_plural = _("zones")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind="COMPARATOR")
                | models.Q(parent__isnull=True, geometry__isnull=True),
                name="zone_comparator_is_outside",
            )
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ProjectZone(models.Model):
    """A project touches a zone: found by intersection, declared by the source, or added by hand."""

    class Origin(models.TextChoices):
        INTERSECTION = "INTERSECTION", _("found from the geometry")
        DECLARED = "DECLARED", _("declared by the source")
        MANUAL = "MANUAL", _("added by hand")

    project = models.ForeignKey(
        "portfolio.Project", models.CASCADE, related_name="project_zones", verbose_name=_("project")
    )
    zone = models.ForeignKey(
        Zone, models.PROTECT, related_name="project_zones", verbose_name=_("zone")
    )
    origin = models.CharField(_("origin"), max_length=20, choices=Origin)

    class Meta:
        verbose_name = _("zone of a project")
        verbose_name_plural = _("zones of projects")
        constraints = [
            models.UniqueConstraint(fields=["project", "zone"], name="project_zone_once")
        ]

    def __str__(self) -> str:
        return f"{self.project} – {self.zone}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ExcludedZone(models.Model):
    """A zone that somebody took off a project: neither its geometry nor its source brings it
    back."""

    project = models.ForeignKey(
        "portfolio.Project",
        models.CASCADE,
        related_name="excluded_zones",
        verbose_name=_("project"),
    )
    zone = models.ForeignKey(Zone, models.PROTECT, related_name="+", verbose_name=_("zone"))

    class Meta:
        verbose_name = _("zone taken off")
        verbose_name_plural = _("zones taken off")
        constraints = [
            models.UniqueConstraint(fields=["project", "zone"], name="excluded_zone_once")
        ]

    def __str__(self) -> str:
        return f"{self.project} – {self.zone}"
