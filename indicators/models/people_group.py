"""Groups of people that a measure, or a promise, may speak of."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portfolio.models.translated import Translated


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class PeopleGroup(models.Model):
    """Women, people under 25, inhabitants of priority districts: who is counted.

    Groups overlap (a woman may be under 25): their values stand side by side and are never added.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_fr = models.CharField(_("name in French"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    definition_fr = models.CharField(_("who is in it, in French"), max_length=240, blank=True)
    definition_en = models.CharField(_("who is in it, in English"), max_length=240, blank=True)

    name = Translated()
    definition = Translated()

    class Meta:
        verbose_name = _("group of people")
        verbose_name_plural = _("groups of people")
        constraints = [
            models.CheckConstraint(condition=~Q(name_fr=""), name="people_group_is_named"),
        ]

    def __str__(self) -> str:
        return self.name
