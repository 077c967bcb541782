"""The run ledger: the truth about what is due, under way, done. The broker only rings."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from indicators.querysets import RunQuerySet
from indicators.reasons import Text, row_reason, run_reason

INTERRUPTED = "ATTEMPTS"  # the error of a run that was tried as often as it may be
LONGEST_WAIT_AFTER_FAILURE = timedelta(hours=1)


class Run(models.Model):
    """One pull of one feed over a half-open window [window_start, window_end).

    A worker holds it by a lease; `lease_token` fences out a worker whose lease has lapsed. It is
    FETCHED once all answers are kept as received: whoever takes it over then reads those.
    After a closed run: received = accepted + revised + unchanged + gathered + quarantined +
    dropped, where `gathered` rows are in a value made of several. These are rows, not values: one
    whose polygon feeds several zones is new if one of their values is, else revised if one is.
    `remarks`: {repaired, partly_outside}, of the different polygons.
    """

    class State(models.TextChoices):
        DUE = "DUE", _("due")
        LEASED = "LEASED", _("under way")
        FETCHED = "FETCHED", _("answers kept")
        STAGED = "STAGED", _("read, to be published")
        SUCCEEDED = "SUCCEEDED", _("succeeded")
        PARTIAL = "PARTIAL", _("partial")
        FAILED = "FAILED", _("failed")
        HELD = "HELD", _("held for the steward")

    class Decision(models.TextChoices):
        ACCEPTED = "ACCEPTED", _("accepted")
        REJECTED = "REJECTED", _("rejected")
        REPLACED = "REPLACED", _("replaced by a later pull")

    feed = models.ForeignKey(
        "indicators.Feed", models.CASCADE, related_name="runs", verbose_name=_("feed")
    )
    window_start = models.DateTimeField(_("from"))
    window_end = models.DateTimeField(_("until"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DUE)
    due_at = models.DateTimeField(_("due at"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_token = models.UUIDField(null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    fetched_attempt = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    replay_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replays",
        verbose_name=_("reads again the answers of"),
    )  # fmt: skip
    contract = models.ForeignKey(
        "indicators.DataContract", models.PROTECT, null=True, blank=True, related_name="runs",
        verbose_name=_("contract"),
    )  # fmt: skip
    code_version = models.CharField(_("version of the software"), max_length=60, blank=True)
    held_for = models.JSONField(_("why it is held"), default=dict, blank=True)
    remarks = models.JSONField(_("what was noticed"), default=dict, blank=True)
    decision = models.CharField(_("decision"), max_length=12, choices=Decision, blank=True)
    decision_reason = models.CharField(_("reason of the decision"), max_length=500, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("decided by"),
    )  # fmt: skip
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    rows_sha256 = models.CharField(_("digest of the rows held"), max_length=64, blank=True)
    same_as = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("has the rows that were rejected of"),
    )  # fmt: skip
    accepts = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="accepted_by",
        verbose_name=_("publishes what was held by"),
    )  # fmt: skip
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    received = models.PositiveIntegerField(_("rows received"), default=0)
    accepted = models.PositiveIntegerField(_("new rows"), default=0)
    revised = models.PositiveIntegerField(_("revised rows"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged rows"), default=0)
    gathered = models.PositiveIntegerField(_("rows gathered into others"), default=0)
    quarantined = models.PositiveIntegerField(_("rows set aside"), default=0)
    dropped = models.PositiveIntegerField(_("rows outside the window"), default=0)
    source_updated_at = models.DateTimeField(_("updated by the source"), null=True, blank=True)
    answer_sha256 = models.CharField(_("digest of the answer"), max_length=64, blank=True)
    error_code = models.CharField(_("error"), max_length=40, blank=True)
    error_message = models.TextField(_("reason"), blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        constraints = [
            models.UniqueConstraint(
                fields=["feed", "window_start", "window_end"],
                condition=Q(state__in=["DUE", "LEASED", "FETCHED", "STAGED"], replay_of=None),
                name="run_open_once",
            ),
            models.CheckConstraint(
                condition=Q(decision="") | Q(decided_at__isnull=False, state="HELD"),
                name="run_decision_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(window_start__lt=F("window_end")), name="run_window_not_empty"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["SUCCEEDED", "PARTIAL"])
                | Q(
                    received=F("accepted")
                    + F("revised")
                    + F("unchanged")
                    + F("gathered")
                    + F("quarantined")
                    + F("dropped")
                ),
                name="run_rows_add_up",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_at"], name="run_due"),
            models.Index(fields=["feed", "-due_at", "-id"], name="run_last_of_feed"),
            models.Index(fields=["feed", "-finished_at", "-id"], name="run_last_ended_of_feed"),
        ]

    def __str__(self) -> str:
        return f"{self.feed} {self.window_start:%Y-%m-%d} → {self.window_end:%Y-%m-%d}"

    def next_due_at(self) -> datetime:
        """When the run after this one is due: sooner after a failure."""
        wait = timedelta(minutes=self.feed.every_minutes)
        if self.state == self.State.FAILED:
            wait = min(wait, LONGEST_WAIT_AFTER_FAILURE)
        return self.due_at + wait

    @property
    def is_poison(self) -> bool:
        """Its workers died with it, as often as a run is tried: nothing follows it by itself."""
        return self.state == self.State.FAILED and self.error_code == INTERRUPTED

    @property
    def has_news(self) -> bool:
        """It published values that were not known, or said otherwise."""
        return self.state in {"SUCCEEDED", "PARTIAL"} and self.accepted + self.revised > 0

    @property
    def reason(self) -> Text:
        """Why the run failed, in plain words; `error_message` has the technical detail."""
        return run_reason(self.error_code)


class RawFile(models.Model):
    """An answer of the source as it was received, kept in the raw store under its digest."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="raw_files", verbose_name=_("run"))
    attempt = models.PositiveSmallIntegerField(_("attempt"))
    number = models.PositiveIntegerField(_("number"))
    sha256 = models.CharField(_("digest"), max_length=64, db_index=True)
    size = models.PositiveBigIntegerField(_("bytes"))
    url = models.TextField(_("address"))
    content_type = models.CharField(_("content type"), max_length=200, blank=True)
    headers = models.JSONField(_("headers"), default=dict, blank=True)
    source_updated_at = models.DateTimeField(_("updated by the source"), null=True, blank=True)
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("raw file")
        verbose_name_plural = _("raw files")
        constraints = [
            models.UniqueConstraint(fields=["run", "attempt", "number"], name="raw_file_once")
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number} {self.sha256[:12]}"


class Quarantine(models.Model):
    """A row that was received and not published, with the field and the reason."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="quarantine", verbose_name=_("run"))
    row_number = models.PositiveIntegerField(_("row"))
    field = models.CharField(_("field"), max_length=120, blank=True)
    reason = models.CharField(_("reason"), max_length=40)
    row = models.JSONField(_("row as received"))

    class Meta:
        verbose_name = _("row set aside")
        verbose_name_plural = _("rows set aside")

    def __str__(self) -> str:
        return f"{self.run_id}:{self.row_number}"

    @property
    def explanation(self) -> Text:
        """The reason in plain words."""
        return row_reason(self.reason)
