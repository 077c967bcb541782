"""Files brought into the register by screen, and how far they are."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portfolio.querysets import ImportJobQuerySet


class ImportJob(models.Model):
    """One file: sent, checked, shown, applied. The row is the truth; the broker only rings.

    `content` is kept with the row, so that a worker anywhere reads what was sent. `done` counts
    the projects applied: it moves in the transaction of the project itself, so that a worker that
    dies leaves neither a project half-done nor one to be done twice. `attempts` fences out a
    worker whose lease has lapsed.
    """

    class Kind(models.TextChoices):
        EXCHANGE = "EXCHANGE", _("the register's own file")
        MAPPING = "MAPPING", _("a list of another shape")
        UNDO = "UNDO", _("an import taken back")

    class State(models.TextChoices):
        SENT = "SENT", _("waiting to be checked")
        CHECKING = "CHECKING", _("being checked")
        REFUSED = "REFUSED", _("refused")
        CHECKED = "CHECKED", _("waiting for your decision")
        ASKED = "ASKED", _("waiting to be applied")
        APPLYING = "APPLYING", _("being applied")
        DONE = "DONE", _("applied")
        CANCELLED = "CANCELLED", _("stopped")
        FAILED = "FAILED", _("failed")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="imports", verbose_name=_("owner")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.EXCHANGE)
    file_name = models.CharField(_("file"), max_length=200)
    content = models.BinaryField(_("content"))
    sha256 = models.CharField(_("digest"), max_length=64)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.SENT)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    sent_at = models.DateTimeField(_("sent at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    faults = models.JSONField(_("errors"), default=list)
    notes = models.JSONField(_("notes"), default=list)
    changes = models.JSONField(_("changes"), default=list)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    forced = models.JSONField(_("changed since, applied all the same"), default=list)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("total"), default=0)
    is_cancelled = models.BooleanField(_("stop asked"), default=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    undoes = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="undone_by",
        verbose_name=_("takes back"),
    )  # fmt: skip

    objects = ImportJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [models.Index(fields=["state", "sent_at"], name="import_waiting")]
        constraints = [
            models.CheckConstraint(
                condition=Q(done__lte=models.F("total")), name="import_done_within_total"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["SENT", "CHECKING", "REFUSED", "CHECKED", "FAILED", "CANCELLED"]
                )
                | ~Q(reason=""),
                name="import_applied_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} · {self.file_name}"

    @property
    def is_under_way(self) -> bool:
        return self.state in {"SENT", "CHECKING", "ASKED", "APPLYING"}


class ImportLine(models.Model):
    """What became of one project of an import; written in the project's own transaction."""

    class Result(models.TextChoices):
        APPLIED = "APPLIED", _("applied")
        STALE = "STALE", _("left out: changed since the export")
        MOVED = "MOVED", _("left out: changed after the preview")
        REFUSED = "REFUSED", _("refused by the register")

    job = models.ForeignKey(
        ImportJob, models.CASCADE, related_name="lines", verbose_name=_("import")
    )
    code = models.CharField(_("code"), max_length=60)
    result = models.CharField(_("result"), max_length=10, choices=Result)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("project of an import")
        verbose_name_plural = _("projects of imports")
        constraints = [models.UniqueConstraint(fields=["job", "code"], name="import_project_once")]

    def __str__(self) -> str:
        return self.code
