"""Which decision, document or page used which number, as it was known when, and to what end."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from indicators.querysets import UsageQuerySet


class Usage(models.Model):
    """One use of an indicator's figures; rows are added, never changed.

    `as_of` is the instant whose knowledge was used. `is_automatic`: recorded by what used it,
    once an address, indicator and zone. Public pages are not here: queries derive them.
    """

    class Role(models.TextChoices):
        INFORMED = "INFORMED", _("informed")
        TRIGGERED = "TRIGGERED", _("triggered")
        JUSTIFIED = "JUSTIFIED", _("justified")

    class Kind(models.TextChoices):
        DECISION = "DECISION", _("decision")
        DELIBERATION = "DELIBERATION", _("deliberation")
        DOCUMENT = "DOCUMENT", _("document")
        PAGE = "PAGE", _("page")

    indicator = models.ForeignKey(
        "indicators.Indicator", models.PROTECT, related_name="usages", verbose_name=_("indicator")
    )
    zone = models.ForeignKey(
        "portfolio.Zone", models.PROTECT, null=True, blank=True, related_name="usages",
        verbose_name=_("zone"),
    )  # fmt: skip
    as_of = models.DateTimeField(_("figures as known on"))
    role = models.CharField(_("role"), max_length=10, choices=Role)
    kind = models.CharField(_("used by"), max_length=14, choices=Kind)
    label = models.CharField(_("title"), max_length=240)
    address = models.CharField(_("address or reference"), max_length=500, blank=True)
    project = models.ForeignKey(
        "portfolio.Project", models.CASCADE, null=True, blank=True, related_name="usages",
        verbose_name=_("project"),
    )  # fmt: skip
    note = models.TextField(_("note"), blank=True)
    is_automatic = models.BooleanField(_("recorded by the software"), default=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("author"),
    )  # fmt: skip
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = UsageQuerySet.as_manager()

    class Meta:
        verbose_name = _("use of an indicator")
        verbose_name_plural = _("uses of indicators")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "zone", "kind", "address"],
                condition=Q(is_automatic=True),
                nulls_distinct=False,
                name="usage_automatic_once",
            ),
            models.CheckConstraint(condition=~Q(label=""), name="usage_says_what_used_it"),
        ]
        indexes = [models.Index(fields=["indicator", "recorded_at"], name="usage_of_indicator")]

    def __str__(self) -> str:
        return self.label
