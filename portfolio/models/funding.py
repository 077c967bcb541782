"""Who pays with us: what was asked, granted, received."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Funding(models.Model):
    """One line of a project's funding plan: a funder, a scheme, requested → notified → received.

    A refusal is a notification of zero. `is_public_money`: the funder is a public body, which is
    what the minimum own share counts (CGCT, art. L1111-10, III).
    """

    class Status(models.TextChoices):
        REQUESTED = "REQUESTED", _("requested")
        REFUSED = "REFUSED", _("refused")
        NOTIFIED = "NOTIFIED", _("notified")
        PARTLY_RECEIVED = "PARTLY_RECEIVED", _("partly received")
        RECEIVED = "RECEIVED", _("received")

    project = models.ForeignKey(
        "portfolio.Project", models.CASCADE, related_name="fundings", verbose_name=_("project")
    )
    funder = models.ForeignKey(
        "portfolio.Organisation",
        models.PROTECT,
        related_name="fundings",
        verbose_name=_("funder"),
    )
    scheme = models.CharField(_("scheme"), max_length=80, blank=True)
    is_public_money = models.BooleanField(_("public money"), default=True)
    requested_eur = models.DecimalField(_("requested"), max_digits=14, decimal_places=2)
    requested_on = models.DateField(_("requested on"))
    notified_eur = models.DecimalField(
        _("notified"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    notified_on = models.DateField(_("notified on"), null=True, blank=True)
    received_eur = models.DecimalField(
        _("received"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    received_on = models.DateField(_("last received on"), null=True, blank=True)
    # The last day for what the funder still waits for: the answer's papers, the accounts.
    deadline_on = models.DateField(_("deadline"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("funding")
        verbose_name_plural = _("fundings")
        constraints = [
            models.UniqueConstraint(fields=["project", "funder", "scheme"], name="funding_once"),
            models.CheckConstraint(
                condition=Q(requested_eur__gt=0) & Q(notified_eur__gte=0) & Q(received_eur__gte=0),
                name="funding_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(notified_eur=None, notified_on=None)
                | Q(notified_eur__isnull=False, notified_on__isnull=False),
                name="funding_notification_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(received_eur=None, received_on=None)
                | Q(
                    received_eur__isnull=False,
                    received_on__isnull=False,
                    notified_eur__isnull=False,
                ),
                name="funding_receipt_is_dated_and_notified",
            ),
            models.CheckConstraint(
                condition=Q(received_eur__lte=F("notified_eur")), name="funding_within_notified"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.funder} {self.scheme}".strip()

    @property
    def status(self) -> "Funding.Status":
        if self.notified_eur is None:
            return self.Status.REQUESTED
        if self.notified_eur == 0:
            return self.Status.REFUSED
        if not self.received_eur:
            return self.Status.NOTIFIED
        whole = self.received_eur >= self.notified_eur
        return self.Status.RECEIVED if whole else self.Status.PARTLY_RECEIVED
