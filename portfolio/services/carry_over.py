"""Bringing what a year left committed and unpaid (RAR) into the next one."""

from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio.analysis.budget import to_carry_over
from portfolio.models import PaymentCredit, Project, User
from portfolio.queries.money import credit_line
from portfolio.results import Unknown
from portfolio.services.budget import CreditFigures, set_payment_credit
from portfolio.services.history import recorded
from portfolio.templatetags.figures import euros


def carry_over(
    *, credit: PaymentCredit, by: User | None, reason: str, at: datetime
) -> PaymentCredit:
    """Put what `credit` leaves into the next year's carried-over figure; a year that does not
    exist yet is opened with no credit voted. Raises ValidationError.

    Source: CGCT, art. R2311-11 (what remains at the end of the year is carried over).
    """
    if credit.year >= timezone.localdate(at).year:
        raise ValidationError(_("%(year)s is not over yet.") % {"year": credit.year})
    with recorded(by=by, reason=reason.strip() or _("Carry-over")):
        Project.objects.select_for_update().get(pk=credit.project_id)
        stored = PaymentCredit.objects.get(pk=credit.pk)
        left = _left(stored)
        lines = PaymentCredit.objects.filter(project=stored.project_id, section=stored.section)
        after = lines.filter(year=stored.year + 1).first()
        return _put(stored, _figures(after, left), by=by, reason=reason, at=at)


def _put(
    credit: PaymentCredit, figures: CreditFigures, *, by: User | None, reason: str, at: datetime
) -> PaymentCredit:
    """What the next year's line refuses is said whole: nobody typed its figures here."""
    try:
        return set_payment_credit(
            project=credit.project, year=credit.year + 1, section=credit.section, figures=figures,
            by=by, reason=reason, at=at,
        )  # fmt: skip
    except ValidationError as error:
        raise ValidationError(error.messages) from error


def _left(credit: PaymentCredit) -> Decimal:
    left = to_carry_over(credit_line(credit))
    if isinstance(left, Unknown):
        raise ValidationError(
            _("What %(year)s leaves is not known: enter what was committed and paid first.")
            % {"year": credit.year}
        )
    return left


def _figures(after: PaymentCredit | None, left: Decimal) -> CreditFigures:
    """What the next year says already stays, but for what it carries over."""
    if after is None:
        return CreditFigures(Decimal(0), carried_over_eur=left)
    if after.committed_eur is not None and after.committed_eur < left:
        raise ValidationError(
            _("%(year)s says %(committed)s committed, less than the %(left)s to carry over: "
              "correct it first.")
            % {"year": after.year, "committed": euros(after.committed_eur), "left": euros(left)}
        )  # fmt: skip
    return CreditFigures(after.voted_eur, after.committed_eur, after.paid_eur, left)
