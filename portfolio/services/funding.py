"""Funding: asked for, notified (or refused), received."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio.models import Funding, Organisation, Project, User
from portfolio.services.history import recorded, touch


@dataclass(frozen=True)
class Dated:
    """An amount and its day."""

    amount_eur: Decimal
    on: date


@dataclass(frozen=True)
class Steps:
    """All that a line of the funding plan says, but for its funder."""

    scheme: str
    is_public_money: bool
    requested: Dated
    notified: Dated | None = None
    received: Dated | None = None
    deadline_on: date | None = None


def ask_funding(  # noqa: PLR0913 - the facts of a request, each named
    *,
    project: Project,
    funder: Organisation,
    scheme: str = "",
    is_public_money: bool = True,
    requested: Dated,
    by: User | None,
    reason: str,
    at: datetime,
) -> Funding:
    """Enter a request to a funder, once per scheme. Raises ValidationError by field."""
    funding = Funding(
        project=project, funder=funder, scheme=scheme.strip(), is_public_money=is_public_money,
        requested_eur=requested.amount_eur, requested_on=requested.on, recorded_at=at,
    )  # fmt: skip
    with recorded(by=by, reason=_reason(reason)):
        Project.objects.select_for_update().get(pk=project.pk)
        if project.fundings.filter(funder=funder, scheme=funding.scheme).exists():
            raise ValidationError(
                {"funder": _("This funder is already asked under this scheme.")}
            )  # fmt: skip
        _check(funding, today=timezone.localdate(at))
        funding.save(force_insert=True)
        touch(project, at=at)
    return funding


def correct_request(  # noqa: PLR0913 - the facts of a request, each named
    *,
    funding: Funding,
    scheme: str,
    is_public_money: bool,
    requested: Dated,
    by: User | None,
    reason: str,
    at: datetime,
) -> Funding:
    """Change what was asked; the history keeps what it was. Raises ValidationError by field."""

    def change(stored: Funding) -> None:
        _check_scheme(stored, scheme)
        stored.scheme, stored.is_public_money = scheme.strip(), is_public_money
        stored.requested_eur, stored.requested_on = requested.amount_eur, requested.on

    return _change(funding, change, by=by, reason=reason, at=at)


def notify_funding(
    *, funding: Funding, notified: Dated, by: User | None, reason: str, at: datetime
) -> Funding:
    """Enter the funder's answer: an amount, zero for a refusal. Raises ValidationError by
    field."""

    def change(stored: Funding) -> None:
        stored.notified_eur, stored.notified_on = notified.amount_eur, notified.on

    return _change(funding, change, by=by, reason=reason, at=at)


def receive_funding(
    *, funding: Funding, received: Dated, by: User | None, reason: str, at: datetime
) -> Funding:
    """Enter all that has been received so far and the day of the last payment. Raises
    ValidationError by field."""

    def change(stored: Funding) -> None:
        stored.received_eur, stored.received_on = received.amount_eur, received.on

    return _change(funding, change, by=by, reason=reason, at=at)


def rewrite(
    *, funding: Funding, steps: Steps, by: User | None, reason: str, at: datetime
) -> Funding:
    """Correct or complete all of a line at once: only what it says in the end is checked. A step
    that is None stays as it is. Raises ValidationError by field."""

    def change(stored: Funding) -> None:
        _check_scheme(stored, steps.scheme)
        stored.scheme, stored.is_public_money = steps.scheme.strip(), steps.is_public_money
        stored.deadline_on = steps.deadline_on
        for name in ("requested", "notified", "received"):
            step: Dated | None = getattr(steps, name)
            if step is not None:
                setattr(stored, f"{name}_eur", step.amount_eur)
                setattr(stored, f"{name}_on", step.on)

    return _change(funding, change, by=by, reason=reason, at=at)


def set_deadline(
    *, funding: Funding, deadline_on: date | None, by: User | None, reason: str, at: datetime
) -> Funding:
    """Enter, move or take off the last day for what the funder still waits for."""

    def change(stored: Funding) -> None:
        stored.deadline_on = deadline_on

    return _change(funding, change, by=by, reason=reason, at=at)


# ---------------------------------------------------------------- below


def _check_scheme(funding: Funding, scheme: str) -> None:
    others = Funding.objects.filter(project=funding.project_id, funder=funding.funder_id)
    if others.filter(scheme=scheme.strip()).exclude(pk=funding.pk).exists():
        raise ValidationError({"scheme": _("This funder is already asked under this scheme.")})


def _change(
    funding: Funding, change: Callable[[Funding], None], *, by: User | None, reason: str,
    at: datetime,
) -> Funding:  # fmt: skip
    with recorded(by=by, reason=_reason(reason)):
        stored = Funding.objects.select_for_update().get(pk=funding.pk)
        before = _facts(stored)
        change(stored)
        if _facts(stored) == before:
            return stored
        _check(stored, today=timezone.localdate(at))
        stored.recorded_at = at
        stored.save()
        touch(stored.project, at=at)
    return stored


def _facts(funding: Funding) -> list[object]:
    return [getattr(funding, field.attname) for field in Funding._meta.concrete_fields]


def _reason(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the funding plan changes.")})
    return reason.strip()


def _check(funding: Funding, *, today: date) -> None:
    errors: dict[str, list[str]] = {}
    try:
        funding.full_clean(exclude={"project"}, validate_constraints=False)
    except ValidationError as error:
        errors.update(error.message_dict)
    if not errors:
        errors = _amount_errors(funding) | _date_errors(funding, today)
    if errors:
        raise ValidationError(errors)


def _amount_errors(funding: Funding) -> dict[str, list[str]]:
    errors = {}
    if funding.requested_eur <= 0:
        errors["requested_eur"] = [_("This amount must be above zero.")]
    if (funding.notified_eur or 0) < 0:
        errors["notified_eur"] = [_("An amount cannot be negative.")]
    if funding.received_eur is not None and funding.notified_eur is None:
        errors["received_eur"] = [_("Nothing is received before it was notified.")]
    elif (funding.received_eur or 0) < 0:
        errors["received_eur"] = [_("An amount cannot be negative.")]
    elif funding.received_eur is not None and funding.received_eur > (funding.notified_eur or 0):
        errors["received_eur"] = [_("More is received than was notified.")]
    return errors


def _date_errors(funding: Funding, today: date) -> dict[str, list[str]]:
    errors = {}
    last: date = funding.requested_on
    for name in ("requested_on", "notified_on", "received_on"):
        on: date | None = getattr(funding, name)
        if on is None:
            continue
        if on > today:
            errors[name] = [_("A date to come is not yet a fact.")]
        elif on < last:
            errors[name] = [_("This date is before the step that comes first.")]
        last = on
    return errors
