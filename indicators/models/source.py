"""Where measures come from: a source, and the feeds that read it."""

import pghistory
from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from indicators.querysets import DEPOSITED, FeedQuerySet, SourceQuerySet

# What the pull writes by itself, and the key: neither is a fact of the register.
NOT_FACTS = ["secret_encrypted", "secret_set_at", "secret_set_by", "faults", "resting_until"]
# Of a feed, its code stays, and the pull writes up to when it published.
NOT_SET = ["id", "code", "watermark_at"]
# The protocol of what is computed here: no connector has this name, nothing is asked of anybody.
FORMULA = "formula"


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=NOT_FACTS
)
class DataSource(models.Model):
    """A service of the city's data platform, and what the register says of it. Defined as code by
    `apply_sources` or on its page; its key or password is entered apart, and never shown again.

    An empty fact is not known, which is never the same as none: "no personal data" is said by
    `personal_data` NONE."""

    class LegalBasis(models.TextChoices):
        """Regulation (EU) 2016/679, article 6, paragraph 1, points a to f."""

        CONSENT = "CONSENT", _("consent (6.1.a)")
        CONTRACT = "CONTRACT", _("contract (6.1.b)")
        LEGAL_OBLIGATION = "LEGAL_OBLIGATION", _("legal obligation (6.1.c)")
        VITAL_INTERESTS = "VITAL_INTERESTS", _("vital interests (6.1.d)")
        PUBLIC_TASK = "PUBLIC_TASK", _("task in the public interest (6.1.e)")
        LEGITIMATE_INTERESTS = "LEGITIMATE_INTERESTS", _("legitimate interests (6.1.f)")
        NO_PERSONAL_DATA = "NO_PERSONAL_DATA", _("no personal data")

    class PersonalData(models.TextChoices):
        NONE = "NONE", pgettext_lazy("personal data", "none")
        PSEUDONYMISED = "PSEUDONYMISED", _("pseudonymised")
        PERSONAL = "PERSONAL", _("personal")
        SENSITIVE = "SENSITIVE", _("sensitive")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    protocol = models.CharField(_("protocol"), max_length=40)
    base_url = models.CharField(_("address"), max_length=500)
    producer = models.ForeignKey(
        "portfolio.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sources",
        verbose_name=_("producer"),
    )
    owner = models.ForeignKey(
        "portfolio.Organisation", models.PROTECT, null=True, blank=True,
        related_name="owned_sources", verbose_name=_("department answerable"),
    )  # fmt: skip
    steward = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True,
        related_name="stewarded_sources", verbose_name=_("data steward"),
    )  # fmt: skip
    licence = models.CharField(_("licence"), max_length=120, blank=True)
    personal_data = models.CharField(
        _("personal data"), max_length=14, choices=PersonalData, blank=True
    )
    legal_basis = models.CharField(_("legal basis"), max_length=24, choices=LegalBasis, blank=True)
    processing_reference = models.CharField(
        _("reference in the register of processing"), max_length=60, blank=True
    )
    hosting_country = models.CharField(
        _("hosting country"), max_length=2, blank=True, validators=[RegexValidator(r"^[A-Z]{2}$")]
    )
    documentation_url = models.URLField(
        _("address of the public documentation"), max_length=500, blank=True
    )
    is_active = models.BooleanField(_("active"), default=True)
    # Encrypted; written by `services.source_secrets` alone, read by the pull alone.
    secret_encrypted = models.TextField(blank=True, editable=False)
    secret_set_at = models.DateTimeField(_("key set at"), null=True, blank=True, editable=False)
    secret_set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False,
        related_name="+", verbose_name=_("key set by"),
    )  # fmt: skip
    faults = models.PositiveSmallIntegerField(_("faults in a row"), default=0, editable=False)
    resting_until = models.DateTimeField(
        _("left alone until"), null=True, blank=True, editable=False
    )

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("data source")
        verbose_name_plural = _("data sources")
        constraints = [
            models.CheckConstraint(
                condition=Q(hosting_country="") | Q(hosting_country__regex=r"^[A-Z]{2}$"),
                name="source_country_is_two_letters",
            ),
            models.CheckConstraint(
                condition=~Q(personal_data="NONE") | Q(legal_basis__in=["", "NO_PERSONAL_DATA"]),
                name="source_without_personal_data_has_no_basis",
            ),
            models.CheckConstraint(
                condition=~Q(legal_basis="NO_PERSONAL_DATA") | Q(personal_data__in=["", "NONE"]),
                name="source_without_basis_has_no_personal_data",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_computed(self) -> bool:
        """Its figures are computed here, by formulas: they come from no producer."""
        return self.protocol == FORMULA


# Which feeds counted is part of what a figure was; what they read, and when, is told on their page.
@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), exclude=NOT_SET,
    model_name="FeedActivity",
)  # fmt: skip
class Feed(models.Model):
    """A query of a source, bound to an indicator.

    `mapping` says which fields hold the time, the value, the zone and the series; its shape is
    `indicators/sources.schema.json`.
    """

    source = models.ForeignKey(
        DataSource, models.PROTECT, related_name="feeds", verbose_name=_("source")
    )
    code = models.SlugField(_("code"), max_length=80, unique=True)
    indicator = models.ForeignKey(
        "indicators.Indicator", models.PROTECT, related_name="feeds", verbose_name=_("indicator")
    )
    collection = models.CharField(_("collection"), max_length=200)
    options = models.JSONField(_("options of the protocol"), default=dict, blank=True)
    mapping = models.JSONField(_("mapping"), default=dict)
    starts_on = models.DateField(_("first day to ask for"))
    every_minutes = models.PositiveIntegerField(_("minutes between two pulls"), default=1440)
    lookback_days = models.PositiveSmallIntegerField(_("days asked again each time"), default=0)
    priority = models.PositiveSmallIntegerField(_("priority, 1 first"), default=5)
    watermark_at = models.DateTimeField(_("published up to"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects = FeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("feed")
        verbose_name_plural = _("feeds")
        constraints = [
            models.CheckConstraint(condition=models.Q(every_minutes__gte=1), name="feed_has_period")
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_deposited(self) -> bool:
        """Its files are deposited by somebody: nothing is asked of a source."""
        return self.source.protocol == DEPOSITED

    @property
    def is_by_area(self) -> bool:
        """Its rows are polygons, shared out among the zones."""
        return "by_area" in self.mapping.get("zone", {})

    @property
    def is_computed(self) -> bool:
        """Its values come from a formula, not from outside. Join `source` before asking many."""
        return self.source.is_computed
