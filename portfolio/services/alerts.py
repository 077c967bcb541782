"""Alerts follow their causes: opened, closed, opened again; people acknowledge or put them off."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portfolio.machine_reasons import by_machine
from portfolio.models import Alert, Project, User
from portfolio.queries.alert_causes import Cause, causes
from portfolio.services.history import recorded

TO_DEAL_WITH_AGAIN = gettext_noop("The alert is to deal with again")

LONGEST = timedelta(days=183)  # six months
UNHANDLED = {
    "handling": Alert.Handling.NONE,
    "handled_until": None,
    "handled_reason": "",
    "handled_by": None,
    "handled_at": None,
}


@dataclass(frozen=True)
class Reconciled:
    """What a look changed; all zero where the alerts already said what holds."""

    opened: int = 0
    reopened: int = 0
    closed: int = 0
    renewed: int = 0


def reconcile(*, at: datetime, project_ids: Iterable[int] | None = None) -> Reconciled:
    """Make the alerts of these projects, or of all, say what holds now. Done twice, or by two at
    once, it gives the same alerts: each change is made on condition that it is still to be made."""
    today = timezone.localdate(at)
    ids = list(Project.objects.values_list("pk", flat=True) if project_ids is None else project_ids)
    holding = {cause.key: cause for cause in causes(ids, today=today)}
    known = {
        (alert.project_id, alert.kind, alert.subject): alert
        for alert in Alert.objects.filter(project__in=ids)
    }
    with transaction.atomic():
        return Reconciled(
            opened=_open([c for key, c in holding.items() if key not in known], at),
            reopened=sum(
                _reopen(alert, holding[key], at)
                for key, alert in known.items()
                if key in holding and alert.closed_at
            ),
            renewed=sum(
                _renew(alert, holding[key])
                for key, alert in known.items()
                if key in holding and not alert.closed_at and alert.data != holding[key].data
            ),
            closed=_close([a for key, a in known.items() if key not in holding], at),
        )


def acknowledge(*, alert: Alert, by: User, reason: str, at: datetime) -> Alert:
    """It is known and dealt with: quiet until its cause goes. Raises ValidationError by field."""
    return _handle(alert, {"handling": Alert.Handling.ACKNOWLEDGED}, by=by, reason=reason, at=at)


def snooze(*, alert: Alert, until: date, by: User, reason: str, at: datetime) -> Alert:
    """Quiet until a day, at most six months away. Raises ValidationError by field."""
    today = timezone.localdate(at)
    if not today < until <= today + LONGEST:
        raise ValidationError({"until": _("Choose a day within the next six months.")})
    change = {"handling": Alert.Handling.SNOOZED, "handled_until": until}
    return _handle(alert, change, by=by, reason=reason, at=at)


def unhandle(*, alert: Alert, by: User, at: datetime) -> Alert:
    """To deal with again: what undoes the two others."""
    with recorded(by=by, reason=by_machine(TO_DEAL_WITH_AGAIN)):
        Alert.objects.filter(pk=alert.pk).update(**UNHANDLED)
    alert.refresh_from_db()
    return alert


def see(*, alerts: Iterable[Alert], at: datetime) -> None:
    """Somebody who answers for them has them before their eyes; the first time counts."""
    unseen = [alert.pk for alert in alerts if alert.seen_at is None]
    if unseen:
        Alert.objects.filter(pk__in=unseen, seen_at=None).update(seen_at=at)


# ---------------------------------------------------------------- below


def _handle(
    alert: Alert, change: dict[str, object], *, by: User, reason: str, at: datetime
) -> Alert:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it may wait.")})
    values = UNHANDLED | change | {
        "handled_reason": reason.strip(), "handled_by": by, "handled_at": at
    }  # fmt: skip
    with recorded(by=by, reason=reason):
        if not Alert.objects.open().filter(pk=alert.pk).update(**values):
            raise ValidationError(_("The cause of this alert has gone: it is closed."))
    alert.refresh_from_db()
    return alert


def _open(new: list[Cause], at: datetime) -> int:
    alerts = [
        Alert(project_id=c.project_id, kind=c.kind, subject=c.subject, data=c.data, opened_at=at)
        for c in sorted(new, key=lambda cause: cause.key)
    ]
    Alert.objects.bulk_create(alerts, ignore_conflicts=True)
    return len(alerts)


def _reopen(alert: Alert, cause: Cause, at: datetime) -> int:
    """A cause that returns is news: what was said of it before no longer holds."""
    closed = Alert.objects.filter(pk=alert.pk, closed_at=alert.closed_at)
    return closed.update(
        closed_at=None, opened_at=at, data=cause.data, seen_at=None,
        times_opened=F("times_opened") + 1, **UNHANDLED,
    )  # fmt: skip


def _renew(alert: Alert, cause: Cause) -> int:
    return Alert.objects.open().filter(pk=alert.pk).update(data=cause.data)


def _close(gone: list[Alert], at: datetime) -> int:
    return Alert.objects.open().filter(pk__in=[alert.pk for alert in gone]).update(closed_at=at)
