"""The form that brings what a year left into the next one."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from portfolio.forms.record import RecordForm
from portfolio.models import PaymentCredit, Project, User
from portfolio.services.carry_over import carry_over


class CarryOverForm(RecordForm):
    """Nothing to enter but the reason, which is there already."""

    def __init__(self, data: Any = None, *, project: Project, credit: PaymentCredit) -> None:
        words = {"before": credit.year, "after": credit.year + 1}
        reason = _("Carry-over of %(before)s into %(after)s (CGCT, art. R2311-11)") % words
        super().__init__(data, project=project, initial={"reason": reason})
        self.credit = credit

    def save(self, *, by: User, at: datetime) -> None:
        carry_over(credit=self.credit, by=by, reason=self.cleaned_data["reason"], at=at)
