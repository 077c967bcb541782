"""Files that people deposit, and who may."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from indicators.querysets import DepositorQuerySet, DepositQuerySet


class Depositor(models.Model):
    """Somebody to whom a feed is open: they may deposit its files. Closed rights are kept."""

    feed = models.ForeignKey(
        "indicators.Feed", models.CASCADE, related_name="depositors", verbose_name=_("feed")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="deposits_to",
        verbose_name=_("person"),
    )  # fmt: skip
    opened_at = models.DateTimeField(_("opened at"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("opened by"),
    )  # fmt: skip
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("closed by"),
    )  # fmt: skip

    objects = DepositorQuerySet.as_manager()

    class Meta:
        verbose_name = _("depositor")
        verbose_name_plural = _("depositors")
        constraints = [
            models.UniqueConstraint(
                fields=["feed", "user"], condition=Q(closed_at=None), name="depositor_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.feed}"


class Deposit(models.Model):
    """A file that somebody sent for a feed: seen first, then published by a run that reads it.

    Until it is published its bytes are in `content`; then in the raw store, under their digest. A
    withdrawal is a deposit too: a file that says the earlier values again. `summary` is what its
    author was shown: how the file is written, the counts, the first rows set aside with their line
    and column.
    """

    feed = models.ForeignKey(
        "indicators.Feed", models.CASCADE, related_name="deposits", verbose_name=_("feed")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="deposits", verbose_name=_("author")
    )
    sent_at = models.DateTimeField(_("sent at"))
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(_("digest"), max_length=64)
    size = models.PositiveIntegerField(_("bytes"))
    content = models.BinaryField(blank=True, default=b"")
    note = models.CharField(_("note"), max_length=500, blank=True)
    run = models.OneToOneField(
        "indicators.Run", models.PROTECT, null=True, blank=True, related_name="deposit",
        verbose_name=_("run"),
    )  # fmt: skip
    withdraws = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="withdrawals",
        verbose_name=_("withdraws"),
    )  # fmt: skip
    summary = models.JSONField(_("what was shown"), default=dict, blank=True)

    objects = DepositQuerySet.as_manager()

    class Meta:
        verbose_name = _("deposit")
        verbose_name_plural = _("deposits")
        constraints = [
            models.CheckConstraint(
                condition=Q(withdraws=None) | (Q(run__isnull=False) & ~Q(note="")),
                name="deposit_withdrawal_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_waiting(self) -> bool:
        """Seen, or to be seen, and not published."""
        return self.run_id is None
