"""What the producer of a feed and the city agreed on, version after version."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class DataContract(models.Model):
    """A version of the contract of a feed; the last one holds. `document` is of the shape that
    `indicators/contract.schema.json` defines. Versions are added, never changed."""

    feed = models.ForeignKey(
        "indicators.Feed", models.CASCADE, related_name="contracts", verbose_name=_("feed")
    )
    version = models.PositiveIntegerField(_("version"))
    document = models.JSONField(_("what was agreed on"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("author"),
    )  # fmt: skip
    agreed_at = models.DateTimeField(_("agreed at"))

    class Meta:
        verbose_name = _("data contract")
        verbose_name_plural = _("data contracts")
        constraints = [
            models.UniqueConstraint(fields=["feed", "version"], name="contract_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.feed} v{self.version}"
