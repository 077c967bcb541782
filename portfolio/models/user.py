"""People with an account."""

import pghistory
from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

# What the history keeps of an account: who may sign in as whom. Never a password.
TRACKED = [
    "id", "username", "first_name", "last_name", "email", "organisation", "is_active", "is_staff",
    "is_superuser", "provider_subject",
]  # fmt: skip


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    pghistory.ManualEvent("second_factor_removed"),  # type: ignore[no-untyped-call]
    fields=TRACKED,
    model_name="UserEvent",
)
class User(AbstractUser):
    """Somebody who works with the register; residents need no account."""

    organisation = models.ForeignKey(
        "portfolio.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="members",
        verbose_name=_("department"),
    )
    # Empty: the guided tour is offered.
    toured_at = models.DateTimeField(_("took or left the guided tour on"), null=True, blank=True)

    provider_subject = models.CharField(
        _("identifier at the sign-in provider"),
        max_length=255,
        null=True,
        blank=True,
        unique=True,
        editable=False,
    )

    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default="fr"
    )

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.get_full_name() or self.username
