"""What another part of the application asks of somebody, told once by their digest."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import translate_url
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _


class Reminder(models.Model):
    """One cause for one person: a topic and a key (a feed and the period that it lacks).

    It is closed when the cause is gone. A digest tells it once: `told_at`. `address` is the French
    one, below that of the site.
    """

    class Topic(models.TextChoices):
        DEPOSITS = "DEPOSITS", _("files to deposit")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="reminders", verbose_name=_("user")
    )
    topic = models.CharField(_("topic"), max_length=20, choices=Topic)
    key = models.CharField(_("cause"), max_length=120)
    sentence_fr = models.CharField(_("sentence (French)"), max_length=500)
    sentence_en = models.CharField(_("sentence (English)"), max_length=500)
    address = models.CharField(_("address"), max_length=300)
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    told_at = models.DateTimeField(_("told at"), null=True, blank=True)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(fields=["user", "topic", "key"], name="reminder_one_cause"),
            models.CheckConstraint(
                condition=~Q(sentence_fr="") & ~Q(sentence_en=""), name="reminder_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.key}"

    @property
    def sentence(self) -> str:
        """In the active language."""
        return self.sentence_en if get_language() == "en" else self.sentence_fr

    @property
    def place(self) -> str:
        """Its address in the active language."""
        language = get_language() or settings.LANGUAGE_CODE
        with override(settings.LANGUAGE_CODE):  # the language in which it is read
            return translate_url(self.address, language)
