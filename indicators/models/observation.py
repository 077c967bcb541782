"""Measured values, each with what was known when."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from indicators.querysets import ObservationQuerySet


class Series(models.Model):
    """The values of one feed for one key (a zone, a counter), of everyone or of a `group`.

    `key` is made of every field that the feed's mapping names: two counters without an id
    but with different names are two series.
    """

    feed = models.ForeignKey(
        "indicators.Feed", models.CASCADE, related_name="series", verbose_name=_("feed")
    )
    key = models.CharField(_("key"), max_length=250)
    label = models.CharField(_("label"), max_length=250, blank=True)
    zone = models.ForeignKey(
        "portfolio.Zone",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="series",
        verbose_name=_("zone"),
    )
    group = models.ForeignKey(
        "indicators.PeopleGroup", models.PROTECT, null=True, blank=True, related_name="series",
        verbose_name=_("group of people"),
    )  # fmt: skip

    class Meta:
        verbose_name = pgettext_lazy("one", "series")
        verbose_name_plural = _("series")
        constraints = [models.UniqueConstraint(fields=["feed", "key"], name="series_key_once")]

    def __str__(self) -> str:
        return self.label or self.key


class ObservationVersion(models.Model):
    """A value of a series over [period_start, period_end), as known from `known_from`.

    A revision adds a row and closes the earlier one at `superseded_at`; nothing is overwritten
    (rule 4). `value` is null where the source says so: then `absence` says why. `coverage` is known
    where the value was gathered from finer measures, or from polygons.
    """

    class Status(models.TextChoices):
        PROVISIONAL = "PROVISIONAL", _("provisional")
        FINAL = "FINAL", _("final")

    series = models.ForeignKey(
        Series, models.CASCADE, related_name="versions", verbose_name=_("series")
    )
    period_start = models.DateTimeField(_("from"))
    period_end = models.DateTimeField(_("until"))
    value = models.FloatField(_("value"), null=True)
    absence = models.CharField(_("why there is no value"), max_length=40, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.FINAL)
    coverage = models.FloatField(_("share of the period or zone that was measured"), null=True)
    known_from = models.DateTimeField(_("known from"))
    superseded_at = models.DateTimeField(_("superseded at"), null=True)
    run = models.ForeignKey(
        "indicators.Run", models.PROTECT, related_name="versions", verbose_name=_("run")
    )

    objects = ObservationQuerySet.as_manager()

    class Meta:
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        constraints = [
            models.UniqueConstraint(
                fields=["series", "period_start"],
                condition=Q(superseded_at__isnull=True),
                name="observation_current_once",
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False, absence="")
                | Q(value__isnull=True) & ~Q(absence=""),
                name="observation_value_or_absence",
            ),
            models.CheckConstraint(
                condition=Q(period_start__lt=F("period_end")), name="observation_period_not_empty"
            ),
        ]
        indexes = [
            models.Index(fields=["series", "period_start", "known_from"], name="observation_as_of")
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.period_start:%Y-%m-%d}"
