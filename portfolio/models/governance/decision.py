"""What was decided: rows that are only added, each sealed with the one before."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from uuid import UUID

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portfolio.querysets import ConditionQuerySet, DecisionQuerySet, FollowUpActionQuerySet

KEPT = ["id", "project", "number", "kind", "text", "reason", "decided_at"]


class DecisionChain(models.Model):
    """One row: how long the register is and the seal of its last decision. Whoever adds a decision
    holds it, so that two at once follow each other; a register cut at its end is told by it."""

    length = models.PositiveIntegerField(default=0)
    last_seal = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("register of decisions")
        verbose_name_plural = _("registers of decisions")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="decision_chain_one")]

    def __str__(self) -> str:
        return f"{self.length}"


@pghistory.track(pghistory.InsertEvent(), fields=KEPT, model_name="DecisionEvent")
class Decision(models.Model):
    """One decision of a meeting about an item of its agenda.

    `content` is the canonical JSON of all that is sealed: `seal` is the HMAC-SHA-256 of the seal
    before and of it, by the key called `key_name`. `snapshot` is what the decision rested on, as
    JSON; its digest is sealed too. `form_key` comes with the form: sent twice, decided once. The
    database refuses to change a row or to remove one.
    """

    class Kind(models.TextChoices):
        APPROVE = "APPROVE", _("approved")
        POSTPONE = "POSTPONE", _("postponed")
        REJECT = "REJECT", _("rejected")
        RE_SCOPE = "RE_SCOPE", _("content revised")
        RE_TARGET = "RE_TARGET", _("targets revised")
        RE_BASELINE = "RE_BASELINE", _("costs and dates revised")
        STOP = "STOP", _("stopped")

    item = models.OneToOneField(
        "portfolio.AgendaItem", models.PROTECT, related_name="decision", verbose_name=_("item")
    )
    project = models.ForeignKey(
        "portfolio.Project", models.PROTECT, null=True, related_name="decisions",
        verbose_name=_("project"),
    )  # fmt: skip
    number = models.PositiveIntegerField(_("number"), unique=True)
    kind = models.CharField(_("decision"), max_length=20, choices=Kind)
    text = models.TextField(_("text"))
    reason = models.TextField(_("reason"))
    decided_at = models.DateTimeField(_("decided at"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        verbose_name=_("entered by"),
    )  # fmt: skip
    form_key: models.UUIDField[UUID, UUID] = models.UUIDField(unique=True, editable=False)
    snapshot = models.TextField(_("what it rested on"))
    snapshot_sha256 = models.CharField(_("digest of what it rested on"), max_length=64)
    content = models.TextField(_("sealed content"))
    key_name = models.CharField(_("key"), max_length=40)
    previous_seal = models.CharField(_("seal of the one before"), max_length=64, unique=True)
    seal = models.CharField(_("seal"), max_length=64, unique=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(reason=""), name="decision_says_what_and_why"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="decision_number"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.number} · {self.get_kind_display()}"

    @property
    def sealed(self) -> dict[str, Any]:
        """The sealed content: members, positions, conditions and actions as they were decided."""
        found: dict[str, Any] = json.loads(self.content)
        return found

    @property
    def rested_on(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.snapshot)
        return found


class Condition(models.Model):
    """What must hold by a day for a decision to hold; not met by then, it has lapsed."""

    decision = models.ForeignKey(
        Decision, models.PROTECT, related_name="conditions", verbose_name=_("decision")
    )
    text = models.CharField(_("condition"), max_length=300)
    due_on = models.DateField(_("to be met by"))
    met_at = models.DateTimeField(_("met at"), null=True)
    met_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        verbose_name=_("said by"),
    )  # fmt: skip
    met_how = models.CharField(_("how it was met"), max_length=300, blank=True)

    objects = ConditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("condition of a decision")
        verbose_name_plural = _("conditions of decisions")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="condition_says_something"),
            models.CheckConstraint(
                condition=Q(met_at=None, met_how="") | Q(met_at__isnull=False) & ~Q(met_how=""),
                name="condition_met_says_how",
            ),
        ]
        triggers = [pgtrigger.Protect(name="is_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.text

    def has_lapsed(self, today: date) -> bool:
        return self.met_at is None and self.due_on < today


class FollowUpAction(models.Model):
    """Who does what by when, once it is decided."""

    decision = models.ForeignKey(
        Decision, models.PROTECT, related_name="actions", verbose_name=_("decision")
    )
    text = models.CharField(_("action"), max_length=300)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="follow_up_actions",
        verbose_name=_("owner"),
    )  # fmt: skip
    due_on = models.DateField(_("due on"))
    done_at = models.DateTimeField(_("done at"), null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        verbose_name=_("said by"),
    )  # fmt: skip
    done_how = models.CharField(_("what was done"), max_length=300, blank=True)

    objects = FollowUpActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up action")
        verbose_name_plural = _("follow-up actions")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="action_says_something"),
            models.CheckConstraint(
                condition=Q(done_at=None, done_how="") | Q(done_at__isnull=False) & ~Q(done_how=""),
                name="action_done_says_what",
            ),
        ]
        triggers = [pgtrigger.Protect(name="is_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.text

    def is_late(self, today: date) -> bool:
        return self.done_at is None and self.due_on < today
