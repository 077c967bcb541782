"""The documents of a project, each with its versions."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portfolio.models.translated import Translated
from portfolio.querysets import ProjectDocumentQuerySet


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ProjectDocument(models.Model):
    """One version of a document; a later one `replaces` it. The file is below DOCUMENTS_ROOT under
    a random name (`stored_as`); `file_name` is the name that people see."""

    class Kind(models.TextChoices):
        DELIBERATION = "DELIBERATION", _("deliberation")
        STUDY = "STUDY", _("study")
        PLAN = "PLAN", _("drawing or plan")
        AGREEMENT = "AGREEMENT", _("agreement")
        CONTRACT = "CONTRACT", _("contract")
        CONSULTATION = "CONSULTATION", _("review of the public consultation")
        MINUTES = "MINUTES", _("minutes of a meeting")
        PHOTO = "PHOTO", _("photograph")
        OTHER = "OTHER", _("other")

    project = models.ForeignKey(
        "portfolio.Project", models.CASCADE, related_name="documents", verbose_name=_("project")
    )
    title_fr = models.CharField(_("title in French"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    dated_on = models.DateField(_("date of the document"), null=True, blank=True)
    is_public = models.BooleanField(_("shown to residents"), default=False)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("replaces"),
    )
    file_name = models.CharField(_("file name"), max_length=140)
    media_type = models.CharField(_("type of the file"), max_length=100)
    size_bytes = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    stored_as = models.CharField(_("stored as"), max_length=80, unique=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("author"),
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    title = Translated()
    objects = ProjectDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document of a project")
        verbose_name_plural = _("documents of projects")
        constraints = [
            models.UniqueConstraint(fields=["project", "sha256"], name="document_content_once"),
            models.CheckConstraint(condition=~Q(title_fr=""), name="document_has_title"),
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="document_not_empty"),
            models.CheckConstraint(
                condition=Q(stored_as__regex=r"^projets/[0-9a-f]{2}/[0-9a-f]{32}$"),
                name="document_stored_below_its_folder",
            ),
            models.CheckConstraint(
                condition=Q(version=1, replaces=None) | Q(version__gt=1, replaces__isnull=False),
                name="document_version_replaces_one",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def extension(self) -> str:
        """What people call the type of the file: PDF, DOCX."""
        return self.file_name.rpartition(".")[2].upper()
