"""The project: what the metropolis transforms, where, when, for how much."""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.gis.db import models
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from portfolio.addresses import CODE_PATTERN
from portfolio.models.translated import Translated
from portfolio.querysets import ProjectQuerySet

# Lower case, accents removed: "renovation" finds "Rénovation". `portfolio.api.filters` does the
# same to what is searched.
WRITE_WORDS = """
INSERT INTO portfolio_projectwords (project_id, text)
VALUES (NEW.id, regexp_replace(normalize(lower(
    concat_ws(' ', NEW.code, NEW.name_fr, NEW.name_en, NEW.summary_fr, NEW.summary_en, NEW.address)
), NFD), '[\u0300-\u036f]', '', 'g'))
ON CONFLICT (project_id) DO UPDATE SET text = EXCLUDED.text;
RETURN NULL;
"""
SEARCHED = ("code", "name_fr", "name_en", "summary_fr", "summary_en", "address")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Project(models.Model):
    """An opération of the multi-year investment plan, or a candidate to it.

    Its cost lives in versions (`CostEstimate`), its dates in milestones.
    """

    class Visibility(models.TextChoices):
        DRAFT = "DRAFT", _("draft")
        INTERNAL = "INTERNAL", _("internal")
        PUBLIC = "PUBLIC", _("public")

    class State(models.TextChoices):
        ACTIVE = "ACTIVE", _("active")
        SUSPENDED = "SUSPENDED", _("suspended")
        ABANDONED = "ABANDONED", _("abandoned")

    code = models.CharField(
        _("code"),
        max_length=60,
        unique=True,
        validators=[RegexValidator(rf"^{CODE_PATTERN}$")],
    )
    name_fr = models.CharField(_("name in French"), max_length=250)
    name_en = models.CharField(_("name in English"), max_length=250, blank=True)
    summary_fr = models.TextField(_("plain-language summary in French"), blank=True)
    summary_en = models.TextField(_("plain-language summary in English"), blank=True)
    programme = models.ForeignKey(
        "portfolio.Programme",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="projects",
        verbose_name=_("programme"),
    )
    lead = models.ForeignKey(
        "portfolio.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="led_projects",
        verbose_name=_("lead department"),
    )
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="managed_projects",
        verbose_name=_("project manager"),
    )
    phase_set = models.ForeignKey(
        "portfolio.PhaseSet", models.PROTECT, related_name="projects", verbose_name=_("phase set")
    )
    phase = models.ForeignKey(
        "portfolio.Phase",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="projects",
        verbose_name=_("phase"),
    )
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.ACTIVE)
    visibility = models.CharField(
        _("visibility"), max_length=20, choices=Visibility, default=Visibility.DRAFT
    )
    geometry = models.GeometryField(_("geometry"), srid=4326, null=True, blank=True)
    zones = models.ManyToManyField(
        "portfolio.Zone", through="portfolio.ProjectZone", related_name="projects"
    )
    address = models.CharField(_("address"), max_length=300, blank=True)
    starts_on = models.DateField(_("start"), null=True, blank=True)
    ends_on = models.DateField(_("end"), null=True, blank=True)
    source_url = models.URLField(_("page of the source"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("created at"))
    updated_at = models.DateTimeField(_("updated at"))

    name = Translated()
    summary = Translated()
    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts_on__isnull=True)
                | models.Q(ends_on__isnull=True)
                | models.Q(starts_on__lte=models.F("ends_on")),
                name="project_starts_before_it_ends",
            ),
            models.CheckConstraint(condition=~models.Q(name_fr=""), name="project_has_name"),
            models.CheckConstraint(
                condition=models.Q(code__regex=rf"^{CODE_PATTERN}$"), name="project_code_in_address"
            ),
            models.CheckConstraint(
                condition=models.Q(source_url="")
                | models.Q(source_url__iregex=r"^(https?|ftps?)://"),
                name="project_source_is_a_link",
            ),
        ]
        indexes = [models.Index(fields=["visibility", "state"], name="project_visibility")]
        triggers = [
            pgtrigger.Trigger(
                name="write_words",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf(*SEARCHED),  # type: ignore[no-untyped-call]  # has no types
                func=WRITE_WORDS,
            )
        ]

    def __str__(self) -> str:
        return self.name
