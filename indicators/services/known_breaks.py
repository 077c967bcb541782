"""Breaks of series that people know of: declared, and withdrawn with a reason; none is lost."""

from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from indicators.models import Indicator, KnownBreak
from portfolio.models import User, Zone
from portfolio.services.history import first_come


@dataclass(frozen=True)
class BreakFields:
    """Of one indicator and zone, or of all (None); `until_on`: the last day, None where the level
    stays another."""

    from_on: date
    reason_fr: str
    reason_en: str = ""
    until_on: date | None = None
    indicator: Indicator | None = None
    zone: Zone | None = None


@transaction.atomic
def declare(*, given: BreakFields, by: User | None, at: datetime) -> KnownBreak:
    """Forecasts reckon with it from now on. Raises ValidationError by field."""
    if given.until_on and given.until_on < given.from_on:
        raise ValidationError({"until_on": [_("The last day must not come before the first one.")]})
    if not given.reason_fr.strip():
        raise ValidationError({"reason_fr": [_("Say what happened.")]})
    again = KnownBreak.objects.standing().filter(
        indicator=given.indicator, zone=given.zone, from_on=given.from_on, until_on=given.until_on
    )
    if again.exists():
        raise ValidationError({"from_on": [_("This break is declared already.")]})
    found = KnownBreak(author=by, declared_at=at, **vars(given))
    found.clean_fields()
    with first_come("from_on", _("This break is declared already.")):
        found.save()
    return found


@transaction.atomic
def withdraw(*, known: KnownBreak, by: User | None, reason: str, at: datetime) -> KnownBreak:
    """Reckoned with no more; what was computed with it stays. Raises ValidationError by field."""
    if not reason.strip():
        raise ValidationError({"reason": [_("Say why it is withdrawn.")]})
    standing = KnownBreak.objects.select_for_update(of=("self",)).standing()
    found = standing.filter(pk=known.pk).first()
    if found is None:
        raise ValidationError(_("This break is withdrawn already."))
    found.withdrawn_at, found.withdrawn_by, found.withdrawn_why = at, by, reason.strip()[:240]
    found.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
    return found
