"""A feed that somebody is connecting, or changing, step by step."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from indicators.querysets import DraftQuerySet


class FeedDraft(models.Model):
    """What its author typed and tried so far. Nothing of it is asked or read by a pull.

    `said`: by step, what holds once the step is in order (see `services.feed_documents`); `typed`:
    by step, the fields of its form as they were sent, in order or not. `seen`: the entry of
    its feed when it was opened. `sample`: the last try that
    an address answered (see `services.trying`); `offered`: the collections that it listed.
    """

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="feed_drafts",
        verbose_name=_("author"),
    )  # fmt: skip
    feed = models.ForeignKey(
        "indicators.Feed", models.CASCADE, null=True, blank=True, related_name="drafts",
        verbose_name=_("feed"),
    )  # fmt: skip
    said = models.JSONField(_("what is settled"), default=dict, blank=True)
    typed = models.JSONField(_("what was typed"), default=dict, blank=True)
    seen = models.JSONField(_("the feed as it was"), default=dict, blank=True)
    sample = models.JSONField(_("sample"), default=dict, blank=True)
    offered = models.JSONField(_("collections offered"), default=dict, blank=True)
    # Encrypted, as that of a source; written by `services.drafts`, read by its try alone.
    secret_encrypted = models.TextField(blank=True, editable=False)
    started_at = models.DateTimeField(_("started at"))
    updated_at = models.DateTimeField(_("updated at"))

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft of a feed")
        verbose_name_plural = _("drafts of feeds")
        constraints = [
            models.UniqueConstraint(fields=["author", "feed"], name="one_draft_a_feed_and_author")
        ]

    def __str__(self) -> str:
        return self.feed.code if self.feed else f"#{self.pk}"

    @property
    def name(self) -> str:
        """What it is about, as far as it is known."""
        said = self.said
        told = (
            said.get("indicator", {}).get("new", {}).get("name_fr"),
            self.sample.get("title"),
            said.get("source", {}).get("new", {}).get("name"),
        )
        return next((one for one in told if one), "")

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows of the sample, as they were received."""
        found: list[dict[str, Any]] = self.sample.get("rows", [])
        return found
