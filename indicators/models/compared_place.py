"""Places outside the territory that figures are compared to: what they are, and what for."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from indicators.querysets import ComparedPlaceQuerySet
from portfolio.models import Zone
from portfolio.models.translated import Translated


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ComparedPlace(models.Model):
    """What is said of a zone of kind COMPARATOR: its names, short since they stand beside a line,
    what sort of place it is (empty: not said), and which comparison it is for.

    `zone.name` is the French name, as lists of zones show it; `services.compared_places` keeps
    both the same.
    """

    class Kind(models.TextChoices):
        COUNTRY = "COUNTRY", _("country")
        REGION = "REGION", _("region")
        DEPARTMENT = "DEPARTMENT", _("département")
        CITY = "CITY", _("city or metropolis")
        GROUP = "GROUP", _("group of places")

    zone = models.OneToOneField(
        Zone, models.CASCADE, related_name="compared_place", verbose_name=_("zone")
    )
    name_fr = models.CharField(_("name in French"), max_length=40)
    name_en = models.CharField(_("name in English"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, blank=True)
    purpose_fr = models.CharField(
        _("what it is compared for, in French"), max_length=240, blank=True
    )
    purpose_en = models.CharField(
        _("what it is compared for, in English"), max_length=240, blank=True
    )

    name = Translated()
    purpose = Translated()

    objects = ComparedPlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place to compare with")
        verbose_name_plural = _("places to compare with")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(name_fr=""), name="compared_place_has_a_name"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=["", "COUNTRY", "REGION", "DEPARTMENT", "CITY", "GROUP"]
                ),
                name="compared_place_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.name_fr


def name_of(zone: Zone) -> str:
    """Of a zone of the territory or outside, in the reader's language."""
    told = getattr(zone, "compared_place", None)
    return told.name if isinstance(told, ComparedPlace) else zone.name


def purpose_of(zone: Zone) -> str:
    """What a place outside is compared for; "" of any other, or where nobody said."""
    told = getattr(zone, "compared_place", None)
    return told.purpose if isinstance(told, ComparedPlace) else ""
