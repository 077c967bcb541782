"""Documents that were asked for, and how far they are."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reports.querysets import DocumentQuerySet


class Document(models.Model):
    """One production of a catalogue document: asked by somebody, made by a worker.

    `file` is a path below DOCUMENTS_ROOT; it appears whole or not at all. A worker holds the
    document by a lease; `attempts` fences out a worker whose lease has lapsed.
    """

    class State(models.TextChoices):
        WAITING = "WAITING", _("waiting")
        RUNNING = "RUNNING", _("being made")
        READY = "READY", _("ready")
        FAILED = "FAILED", _("failed")

    class Failure(models.TextChoices):
        GONE = "GONE", _("What the document is about no longer exists, or you may not read it.")
        NO_SPACE = "NO_SPACE", _("The server's disk is full. Ask again once there is room.")
        UNWRITABLE = "UNWRITABLE", _("The server could not write the file. Tell its operator.")
        LAYOUT = "LAYOUT", _("The page could not be laid out. Tell the operator, with its number.")
        INTERRUPTED = "INTERRUPTED", _("It was interrupted several times. Ask again later.")

    name = models.SlugField(_("document"), max_length=60)
    arguments = models.JSONField(_("arguments"), default=dict)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="documents", verbose_name=_("owner")
    )
    asked_at = models.DateTimeField(_("asked at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    file = models.CharField(_("file"), max_length=200, blank=True)
    sha256 = models.CharField(_("digest"), max_length=64, blank=True)
    failure = models.CharField(_("reason"), max_length=20, choices=Failure, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        indexes = [models.Index(fields=["state", "asked_at"], name="document_waiting")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="READY") & ~Q(file="") & ~Q(sha256="")
                | ~Q(state="READY") & Q(file="", sha256=""),
                name="document_ready_has_file",
            ),
            models.CheckConstraint(
                condition=Q(state="FAILED") & ~Q(failure="") | ~Q(state="FAILED") & Q(failure=""),
                name="document_failed_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"

    @property
    def is_finished(self) -> bool:
        return self.state in {self.State.READY, self.State.FAILED}
