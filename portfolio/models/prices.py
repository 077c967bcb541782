"""Price indexes of works (TP01, BT01, …) as dated monthly series."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portfolio.models.translated import Translated


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class PriceIndex(models.Model):
    """What brings a cost of one month to the prices of another (code de la commande publique,
    art. R2112-13: a price is revised by an index published for the works it pays)."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name_fr = models.CharField(_("name in French"), max_length=160)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    base = models.CharField(_("base"), max_length=60, help_text=_("Such as “2010 = 100”."))
    source = models.CharField(_("source"), max_length=200)

    name = Translated()

    class Meta:
        verbose_name = _("price index")
        verbose_name_plural = _("price indexes")
        constraints = [
            models.CheckConstraint(
                condition=~Q(base="") & ~Q(source=""), name="price_index_has_base_and_source"
            ),
        ]

    def __str__(self) -> str:
        return self.code.upper()


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class PriceIndexValue(models.Model):
    """The index of one month; `month_on` is its first day. A provisional value is replaced by the
    final one, never the other way."""

    index = models.ForeignKey(
        PriceIndex, models.PROTECT, related_name="values", verbose_name=_("price index")
    )
    month_on = models.DateField(_("month"))
    value = models.DecimalField(_("value"), max_digits=9, decimal_places=3)
    is_provisional = models.BooleanField(_("provisional"), default=False)
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("value of a price index")
        verbose_name_plural = _("values of price indexes")
        constraints = [
            models.UniqueConstraint(fields=["index", "month_on"], name="price_index_month_once"),
            models.CheckConstraint(condition=Q(value__gt=0), name="price_index_positive"),
            models.CheckConstraint(condition=Q(month_on__day=1), name="price_index_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.index} {self.month_on:%Y-%m}"
