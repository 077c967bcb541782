"""What calls for a decision again: the causes that hold, and their sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from portfolio.models import AgendaProposal, Alert, Condition, Decision, Project
from portfolio.queries.alert_words import words
from portfolio.templatetags.figures import about_euros, day

Cause = AgendaProposal.Cause
# Alerts that a committee hears of.
FROM_ALERTS = {
    Alert.Kind.VERDICT_CHANGED: Cause.VERDICT,
    Alert.Kind.FORECAST_LOW: Cause.FORECAST,
    Alert.Kind.FORECAST_HIGH: Cause.FORECAST,
    Alert.Kind.AP_EXCEEDED: Cause.OVERRUN,
}


@dataclass(frozen=True)
class Found:
    project_id: int
    cause: str
    subject: str
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[int, str, str]:
        return self.project_id, self.cause, self.subject


def found(*, today: date) -> list[Found]:
    """Every cause that holds, each once, in a constant number of queries."""
    return [*_alerts(), *_conditions(today), *_costs()]


def sentence(proposal: AgendaProposal, *, today: date) -> str:
    """Why it proposes itself, in the active language."""
    data = proposal.data
    if "alert" in data:
        alert = Alert.objects.select_related("project").filter(pk=data["alert"]).first()
        return words(alert, today=today).sentence if alert else proposal.get_cause_display()
    if proposal.cause == Cause.CONDITION:
        told = {"text": data["text"], "day": day(parse_date(data["due_on"])),
                "number": data["number"]}  # fmt: skip
        return _("The condition “%(text)s” of decision %(number)s was to be met by %(day)s.") % told
    told = {"before": about_euros(Decimal(data["before"])),
            "after": about_euros(Decimal(data["after"])), "number": data["number"]}  # fmt: skip
    return _("Decision %(number)s rested on a cost of %(before)s; it is %(after)s now.") % told


def _alerts() -> Iterator[Found]:
    for alert in Alert.objects.open().filter(kind__in=FROM_ALERTS).order_by("pk"):
        cause = FROM_ALERTS[Alert.Kind(alert.kind)]
        subject = f"alert-{alert.pk}-{alert.times_opened}"
        yield Found(alert.project_id, cause, subject, {"alert": alert.pk})


def _conditions(today: date) -> Iterator[Found]:
    lapsed = Condition.objects.lapsed(today).exclude(decision__project=None)
    for one in lapsed.select_related("decision").order_by("pk"):
        assert one.decision.project_id is not None
        data = {"text": one.text, "due_on": one.due_on.isoformat(), "number": one.decision.number}
        yield Found(one.decision.project_id, Cause.CONDITION, f"condition-{one.pk}", data)


def _costs() -> Iterator[Found]:
    """A cost above the one that the last decision about the project rested on."""
    last: Any = (
        Decision.objects.exclude(project=None)
        .order_by("project_id", "-number")
        .distinct("project_id")
    )
    decided = {one.project_id: one for one in last}
    costed: Any = Project.objects.filter(pk__in=decided).with_costs()
    for project in costed:
        decision = decided[project.pk]
        then = (decision.rested_on.get("cost") or {}).get("amount_eur")
        now = project.current_cost_eur
        if then is not None and now is not None and now > Decimal(then):
            data = {"before": then, "after": str(now), "number": decision.number}
            yield Found(project.pk, Cause.OVERRUN, f"cost-{decision.number}-{now}", data)
