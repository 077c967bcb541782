"""The dated parameters of the rules of money: a new figure is a new row (CGCT and its decrees set
them from a day on); none is overwritten, what was computed before keeps its own."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portfolio.models import FinanceParameter, User
from portfolio.services.history import first_come, recorded, said

SHARES = {"FCTVA_RATE", "OWN_SHARE_MIN", "OWN_SHARE_MIN_LEAD", "IMPACT_STUDY_SHARE"}


def add_parameter(
    *, code: str, value: Decimal, from_on: date, source: str, by: User | None, reason: str
) -> FinanceParameter:
    """Enter the figure in force from a day on, with its text. Raises ValidationError by field."""
    told = said(reason, _("Say where this comes from."))
    parameter = FinanceParameter(code=code, value=value, from_on=from_on, source=source.strip())
    with recorded(by=by, reason=told):
        parameter.full_clean(validate_constraints=False)
        if value < 0:
            raise ValidationError({"value": [_("An amount cannot be negative.")]})
        if code in SHARES and value > 1:
            raise ValidationError(
                {"value": [_("A share lies between 0 and 1: write 0.2 for 20%.")]}
            )
        taken = _("A figure is already in force from this day: it is not replaced.")
        with first_come("from_on", taken):
            parameter.save(force_insert=True)
    return parameter
