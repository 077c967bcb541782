"""Where measures come from: a source, and the feeds that read it."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from indicators.querysets import FeedQuerySet, SourceQuerySet


class DataSource(models.Model):
    """A service of the city's data platform. Defined as code by `apply_sources`; its key or
    password is entered apart, and never shown again."""

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
    licence = models.CharField(_("licence"), max_length=120, blank=True)
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

    def __str__(self) -> str:
        return self.name


# Which feeds counted is part of what a figure was.
@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), fields=["is_active"],
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
