"""What proposes itself for the next agenda because the facts have changed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portfolio.querysets import AgendaProposalQuerySet


class AgendaProposal(models.Model):
    """One cause in one project, opened by itself; a secretary accepts or dismisses it.

    `subject` tells a cause from its likes (an alert and how often it was opened, a condition, a
    cost version): one that comes back proposes itself again. `data` are the figures of its
    sentence. `closed_at`: the cause went before anybody said anything.
    """

    class Cause(models.TextChoices):
        VERDICT = "VERDICT", _("the verdict of an evaluation changed")
        FORECAST = "FORECAST", _("the forecast of a target changed")
        OVERRUN = "OVERRUN", _("the cost went beyond what was decided")
        CONDITION = "CONDITION", _("a condition was not met in time")

    class State(models.TextChoices):
        OPEN = "OPEN", _("proposed")
        ACCEPTED = "ACCEPTED", _("on an agenda")
        DISMISSED = "DISMISSED", _("dismissed")
        GONE = "GONE", _("gone by itself")

    project = models.ForeignKey(
        "portfolio.Project", models.CASCADE, related_name="agenda_proposals",
        verbose_name=_("project"),
    )  # fmt: skip
    cause = models.CharField(_("cause"), max_length=10, choices=Cause)
    subject = models.CharField(_("subject"), max_length=120)
    data = models.JSONField(_("data"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField(_("opened at"))
    item = models.ForeignKey(
        "portfolio.AgendaItem", models.SET_NULL, null=True, related_name="proposals",
        verbose_name=_("agenda item"),
    )  # fmt: skip
    handled_at = models.DateTimeField(_("handled at"), null=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        verbose_name=_("handled by"),
    )  # fmt: skip
    handled_reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = AgendaProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal for an agenda")
        verbose_name_plural = _("proposals for agendas")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "cause", "subject"], name="proposal_one_cause"
            ),
            models.CheckConstraint(
                condition=~Q(state="DISMISSED") | ~Q(handled_reason=""),
                name="proposal_dismissed_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_cause_display()} {self.subject}"
