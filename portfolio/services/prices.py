"""Price indexes: described once, their months entered as they are published."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portfolio.models import PriceIndex, PriceIndexValue, User
from portfolio.services.history import first_come, recorded, said


@dataclass(frozen=True)
class MonthValue:
    """The index of one month, its first day."""

    month_on: date
    value: Decimal
    is_provisional: bool = False


@dataclass(frozen=True)
class Entered:
    """How many months were new, changed, and already so."""

    added: int
    changed: int
    same: int


def describe_index(  # noqa: PLR0913 - the facts of an index, each named
    *,
    code: str,
    name_fr: str,
    name_en: str = "",
    base: str,
    source: str,
    by: User | None,
    reason: str,
) -> PriceIndex:
    """Open a series. Raises ValidationError by field."""
    index = PriceIndex(
        code=code.strip().lower(), name_fr=name_fr.strip(), name_en=name_en.strip(),
        base=base.strip(), source=source.strip(),
    )  # fmt: skip
    with recorded(by=by, reason=said(reason, _("Say where this comes from."))):
        index.full_clean(validate_constraints=False)
        with first_come("code", _("This index is already there.")):
            index.save(force_insert=True)
    return index


def enter_values(
    *, index: PriceIndex, values: Iterable[MonthValue], by: User | None, reason: str, at: datetime
) -> Entered:
    """Enter months, all or none. A new figure of a month replaces the one before, which the
    history keeps; a final one never becomes provisional again. Raises ValidationError."""
    added = changed = same = 0
    with recorded(by=by, reason=said(reason, _("Say where this comes from."))):
        PriceIndex.objects.select_for_update().get(pk=index.pk)
        stored = {value.month_on: value for value in index.values.all()}
        for given in values:
            row = stored.get(given.month_on)
            if row and (row.value, row.is_provisional) == (given.value, given.is_provisional):
                same += 1
                continue
            added, changed = (added, changed + 1) if row else (added + 1, changed)
            stored[given.month_on] = _put(index, row, given, at)
    return Entered(added, changed, same)


def _put(
    index: PriceIndex, row: PriceIndexValue | None, given: MonthValue, at: datetime
) -> PriceIndexValue:
    month = f"{given.month_on:%Y-%m}"
    if row and not row.is_provisional and given.is_provisional:
        raise ValidationError(
            {"rows": [_("%(month)s: the final value is already known.") % {"month": month}]}
        )
    row = row or PriceIndexValue(index=index, month_on=given.month_on)
    row.value, row.is_provisional, row.recorded_at = given.value, given.is_provisional, at
    try:
        row.full_clean(exclude={"index"}, validate_constraints=False)
    except ValidationError as error:
        raise ValidationError({"rows": [f"{month}: {text}" for text in error.messages]}) from error
    if row.value <= 0:
        raise ValidationError(
            {"rows": [_("%(month)s: an index is above zero.") % {"month": month}]}
        )
    row.save()
    return row
