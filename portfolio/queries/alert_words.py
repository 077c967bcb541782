"""Alerts in words: severity, sentence and next action, made when they are shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portfolio.models import Alert, FreshnessCommitment
from portfolio.templatetags.figures import day, euros, figure, month

Data = dict[str, Any]
Kind = Alert.Kind
# Which choice of notification a kind belongs to.
TOPICS = {
    Kind.MILESTONE_DUE: "milestones",
    Kind.MILESTONE_LATE: "milestones",
    Kind.CREDITS_UNDER: "money",
    Kind.CREDITS_OVER: "money",
    Kind.AP_EXCEEDED: "money",
    Kind.REVIEW_MISSING: "reviews",
    Kind.FIELD_STALE: "freshness",
    Kind.FUNDING_DEADLINE: "funding",
    Kind.RISK_ACTION_LATE: "risks",
    Kind.FORECAST_LOW: "effects",
    Kind.FORECAST_HIGH: "effects",
    Kind.VERDICT_CHANGED: "verdicts",
}
# The block of the project's page where the cause is put right.
BLOCKS = {
    Kind.MILESTONE_DUE: "milestones",
    Kind.MILESTONE_LATE: "milestones",
    Kind.REVIEW_MISSING: "review",
    Kind.RISK_ACTION_LATE: "risks",
    Kind.FORECAST_LOW: "evidence",
    Kind.FORECAST_HIGH: "evidence",
    Kind.VERDICT_CHANGED: "evidence",
}
SEVERE = {Kind.MILESTONE_LATE, Kind.AP_EXCEEDED, Kind.REVIEW_MISSING, Kind.RISK_ACTION_LATE}


@dataclass(frozen=True)
class Words:
    """`severity` is BAD, WARN or INFO; `block` the part of the project's page to go to."""

    severity: str
    sentence: str
    block: str


def words(alert: Alert, *, today: date) -> Words:
    return Words(
        severity=severity(alert, today=today),
        sentence=SENTENCES[Kind(alert.kind)](alert.data, today),
        block=_block(alert),
    )


def severity(alert: Alert, *, today: date) -> str:
    if alert.kind in SEVERE:
        return "BAD"
    if alert.kind == Kind.FUNDING_DEADLINE:
        return "BAD" if _on(alert.data) < today else "WARN"
    return "INFO" if alert.kind in {Kind.MILESTONE_DUE, Kind.FORECAST_HIGH} else "WARN"


def _block(alert: Alert) -> str:
    if alert.kind == Kind.FIELD_STALE:
        groups = {"RECORD": "facts", "COST": "costs", "SCHEDULE": "milestones"}
        return groups.get(alert.data["group"], "money")
    return BLOCKS.get(Kind(alert.kind), "money")


def _on(data: Data) -> date:
    return date.fromisoformat(data["on"])


def _name(data: Data) -> str:
    return str(data.get(f"name_{(get_language() or 'fr')[:2]}") or data["name_fr"])


def _milestone_due(data: Data, today: date) -> str:
    return _("“%(name)s” is due on %(day)s.") % {"name": _name(data), "day": day(_on(data))}


def _milestone_late(data: Data, today: date) -> str:
    return _("“%(name)s” was due on %(day)s and is not reached.") % {
        "name": _name(data), "day": day(_on(data))
    }  # fmt: skip


def _credits_under(data: Data, today: date) -> str:
    return _("Only %(percent)s%% of the credits of %(year)s are paid: some may go unused.") % _pace(data)  # fmt: skip


def _credits_over(data: Data, today: date) -> str:
    return _("%(percent)s%% of the credits of %(year)s are already paid: the year may run short.") % _pace(data)  # fmt: skip


def _pace(data: Data) -> dict[str, object]:
    return {"percent": figure(Decimal(str(data["percent"]))), "year": data["year"]}


def _ap_exceeded(data: Data, today: date) -> str:
    text = (
        _("Payments and credits add up to %(sum)s, above the authorisation of %(ap)s.")
        if data["what"] == "CREDITS"
        else _("%(sum)s is committed, above the authorisation of %(ap)s.")
    )
    sums = {"sum": data["sum"], "ap": data["authorised"]}
    return text % {name: euros(Decimal(amount)) for name, amount in sums.items()}


def _review_missing(data: Data, today: date) -> str:
    return _("The review of %(month)s is missing.") % {
        "month": month(date.fromisoformat(data["month"]))
    }


def _field_stale(data: Data, today: date) -> str:
    return _("%(group)s: last renewed on %(day)s; the commitment is every %(days)s days.") % {
        "group": str(FreshnessCommitment.Group(data["group"]).label).capitalize(),
        "day": day(_on(data)), "days": data["days"],
    }  # fmt: skip


def _funding_deadline(data: Data, today: date) -> str:
    text = (
        _("Funding %(name)s: the deadline of %(day)s has passed.")
        if _on(data) < today
        else _("Funding %(name)s: the deadline is %(day)s.")
    )
    return text % {"name": data["name"], "day": day(_on(data))}


def _risk_action_late(data: Data, today: date) -> str:
    return _("Risk “%(name)s”: its action was due on %(day)s.") % {
        "name": _name(data), "day": day(_on(data))
    }  # fmt: skip


def _forecast_low(data: Data, today: date) -> str:
    return _(
        "%(name)s: fewer than 1 chance in 3 of reaching its target; on %(day)s it was"
        " %(before)s in 10."
    ) % _chance(data)  # fmt: skip


def _forecast_high(data: Data, today: date) -> str:
    return _(
        "%(name)s: more than 2 chances in 3 of reaching its target; on %(day)s it was"
        " %(before)s in 10."
    ) % _chance(data)  # fmt: skip


def _chance(data: Data) -> dict[str, object]:
    return {"name": _name(data), "day": day(_on(data)), "before": data["before"]}


def _verdict_changed(data: Data, today: date) -> str:
    """`before` and `after` are names of verdicts in both languages, given by the evidence."""
    language = (get_language() or "fr")[:2]
    return _("“%(name)s”: the verdict was “%(before)s”, it is “%(after)s” since %(day)s.") % {
        "name": _name(data), "day": day(_on(data)),
        "before": data["before"].get(language, data["before"]["fr"]),
        "after": data["after"].get(language, data["after"]["fr"]),
    }  # fmt: skip


SENTENCES: dict[Alert.Kind, Callable[[Data, date], str]] = {
    Kind.MILESTONE_DUE: _milestone_due,
    Kind.MILESTONE_LATE: _milestone_late,
    Kind.CREDITS_UNDER: _credits_under,
    Kind.CREDITS_OVER: _credits_over,
    Kind.AP_EXCEEDED: _ap_exceeded,
    Kind.REVIEW_MISSING: _review_missing,
    Kind.FIELD_STALE: _field_stale,
    Kind.FUNDING_DEADLINE: _funding_deadline,
    Kind.RISK_ACTION_LATE: _risk_action_late,
    Kind.FORECAST_LOW: _forecast_low,
    Kind.FORECAST_HIGH: _forecast_high,
    Kind.VERDICT_CHANGED: _verdict_changed,
}
