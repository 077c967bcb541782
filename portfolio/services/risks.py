"""The risks of a project: entered, rated again, closed. They are taken off by
`services.withdrawal`."""

from dataclasses import dataclass, fields
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio.models import Project, Risk, User
from portfolio.services.history import recorded, touch


@dataclass(frozen=True)
class RiskFields:
    """What is said of a risk; texts may be empty, an unknown owner or day is None."""

    title: str
    category: str
    probability: int
    severity: int
    response: str
    cause: str = ""
    consequence: str = ""
    action: str = ""
    owner: User | None = None
    due_on: date | None = None
    status: str = Risk.Status.OPEN
    opened_on: date | None = None
    closed_on: date | None = None


NAMES = tuple(field.name for field in fields(RiskFields))


def add(*, project: Project, given: RiskFields, by: User | None, reason: str, at: datetime) -> Risk:
    """Enter a risk, opened on the day of entry unless said otherwise. Raises ValidationError by
    field."""
    risk = Risk(project=project, recorded_at=at)
    with recorded(by=by, reason=_why(reason)):
        Project.objects.select_for_update().get(pk=project.pk)
        _set(risk, given, today=timezone.localdate(at))
        risk.save(force_insert=True)
        touch(project, at=at)
    return risk


def change(*, risk: Risk, given: RiskFields, by: User | None, reason: str, at: datetime) -> Risk:
    """Rate, answer or close a risk again; the history keeps what it was. Raises ValidationError
    by field."""
    with recorded(by=by, reason=_why(reason)):
        stored = Risk.objects.select_for_update(of=("self",)).get(pk=risk.pk)
        before = {name: getattr(stored, name) for name in NAMES}
        _set(stored, given, today=timezone.localdate(at))
        changed = [name for name in NAMES if getattr(stored, name) != before[name]]
        if changed:
            stored.recorded_at = at
            stored.save(update_fields=[*changed, "recorded_at"])
            touch(stored.project, at=at)
    return stored


def _set(risk: Risk, given: RiskFields, *, today: date) -> None:
    for name in NAMES:
        value = getattr(given, name)
        setattr(risk, name, value.strip() if isinstance(value, str) else value)
    risk.opened_on = given.opened_on or today
    if risk.status == Risk.Status.CLOSED and risk.closed_on is None:
        risk.closed_on = today
    _check(risk, today)


def _check(risk: Risk, today: date) -> None:
    errors: dict[str, list[str]] = {}
    try:
        risk.full_clean(exclude={"project"}, validate_constraints=False)
    except ValidationError as error:
        errors.update(error.message_dict)
    if risk.response != Risk.Response.ACCEPT and not risk.action:
        errors["action"] = [_("Say what is done; only an accepted risk needs no action.")]
    if risk.opened_on > today:
        errors["opened_on"] = [_("A date to come is not yet a fact.")]
    if risk.closed_on and risk.status != Risk.Status.CLOSED:
        errors["closed_on"] = [_("Only a closed risk has a day of closing.")]
    elif risk.closed_on and risk.closed_on > today:
        errors["closed_on"] = [_("A date to come is not yet a fact.")]
    elif risk.closed_on and risk.closed_on < risk.opened_on:
        errors["closed_on"] = [_("The risk would close before it opens.")]
    if errors:
        raise ValidationError(errors)


def _why(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the risk changes.")})
    return reason.strip()
