"""Lists of projects that people keep: filters, columns and order, under a name."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portfolio.querysets import SavedViewQuerySet


class SavedView(models.Model):
    """The address of a list, kept by somebody, for themselves or for their department.

    A view gives no right: it is read with the rights of whoever opens it.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="views", verbose_name=_("owner")
    )
    name = models.CharField(_("name"), max_length=80)
    query = models.CharField(_("address"), max_length=1000, blank=True)
    is_shared = models.BooleanField(_("shared with my department"), default=False)
    is_default = models.BooleanField(_("opens first"), default=False)
    saved_at = models.DateTimeField(_("saved at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="view_has_name"),
            models.UniqueConstraint(
                fields=["owner", "name"],
                condition=Q(withdrawn_at=None),
                name="view_name_once",
            ),
            models.UniqueConstraint(
                fields=["owner"],
                condition=Q(is_default=True, withdrawn_at=None),
                name="view_one_default",
            ),
        ]

    def __str__(self) -> str:
        return self.name
