"""The multi-year budget: authorisations are voted, revised, affected, lapse; years get credits."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portfolio.analysis.budget import Ceiling, ceiling
from portfolio.machine_reasons import by_machine
from portfolio.models import Authorisation, PaymentCredit, Project, Section, User
from portfolio.services.history import recorded, touch

VOTE = gettext_noop("Vote of the authorisation")

Kind = Authorisation.Kind


@dataclass(frozen=True)
class CreditFigures:
    """The figures of one year; None is not known."""

    voted_eur: Decimal
    committed_eur: Decimal | None = None
    paid_eur: Decimal | None = None
    carried_over_eur: Decimal | None = None


def vote_authorisation(  # noqa: PLR0913 - the facts of a vote, each named
    *,
    project: Project,
    section: str = Section.INVESTMENT,
    amount_eur: Decimal,
    voted_on: date,
    deliberation: str,
    by: User | None,
    reason: str = "",
    at: datetime,
) -> Authorisation:
    """Open the authorisation of a section, once. Raises ValidationError by field."""
    act = _new(
        kind=Kind.VOTED, project=project, section=section, amount_eur=amount_eur,
        on=voted_on, reason=reason, deliberation=deliberation,
    )  # fmt: skip
    with recorded(by=by, reason=act.reason or by_machine(VOTE)):
        now = _ceiling_locked(act)
        if now is not None:
            raise ValidationError(
                {"kind": _("An authorisation is already voted here: revise it instead.")}
            )
        return _entered(act, by=by, at=at)


def revise_authorisation(  # noqa: PLR0913 - the facts of a revision, each named
    *,
    project: Project,
    section: str = Section.INVESTMENT,
    amount_eur: Decimal,
    voted_on: date,
    deliberation: str,
    by: User | None,
    reason: str,
    at: datetime,
) -> Authorisation:
    """Add to the authorisation, or take from it (a negative amount), never below what is
    affected. Raises ValidationError by field."""
    act = _new(
        kind=Kind.REVISION, project=project, section=section, amount_eur=amount_eur,
        on=voted_on, reason=reason, deliberation=deliberation,
    )  # fmt: skip
    return _act(act, by=by, at=at)


def affect(  # noqa: PLR0913 - the facts of an affectation, each named
    *,
    project: Project,
    section: str = Section.INVESTMENT,
    amount_eur: Decimal,
    on: date,
    by: User | None,
    reason: str,
    at: datetime,
) -> Authorisation:
    """Reserve a part of the authorisation, or free it (a negative amount). Raises
    ValidationError by field."""
    act = _new(
        kind=Kind.AFFECTATION, project=project, section=section, amount_eur=amount_eur, on=on,
        reason=reason,
    )  # fmt: skip
    return _act(act, by=by, at=at)


def lapse(  # noqa: PLR0913 - the facts of a lapse, each named
    *,
    project: Project,
    section: str = Section.INVESTMENT,
    amount_eur: Decimal,
    on: date,
    by: User | None,
    reason: str,
    at: datetime,
) -> Authorisation:
    """End the part of the authorisation that is not affected. Raises ValidationError by field."""
    act = _new(
        kind=Kind.LAPSE, project=project, section=section, amount_eur=amount_eur, on=on,
        reason=reason,
    )  # fmt: skip
    return _act(act, by=by, at=at)


def set_payment_credit(  # noqa: PLR0913 - the facts of a year, each named
    *,
    project: Project,
    year: int,
    section: str = Section.INVESTMENT,
    figures: CreditFigures,
    by: User | None,
    reason: str,
    at: datetime,
) -> PaymentCredit:
    """Enter or change the credits of one year; what is already so is not recorded.

    Raises ValidationError by field.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the credits change.")})
    with recorded(by=by, reason=reason.strip()):
        Project.objects.select_for_update().get(pk=project.pk)
        line = PaymentCredit.objects.filter(project=project, year=year, section=section).first()
        line = line or PaymentCredit(project=project, year=year, section=section)
        if line.pk and _figures(line) == figures:
            return line
        for name, value in asdict(figures).items():
            setattr(line, name, value)
        line.recorded_at = at
        _check_credit(line)
        line.save()
        touch(project, at=at)
    return line


# ---------------------------------------------------------------- below


def _new(  # noqa: PLR0913 - what every act is made of
    *, kind: str, project: Project, section: str, amount_eur: Decimal, on: date, reason: str,
    deliberation: str = "",
) -> Authorisation:  # fmt: skip
    return Authorisation(
        project=project, section=section, kind=kind, amount_eur=amount_eur, voted_on=on,
        deliberation=deliberation.strip(), reason=reason.strip(),
    )  # fmt: skip


def _act(act: Authorisation, *, by: User | None, at: datetime) -> Authorisation:
    if not act.reason:
        raise ValidationError({"reason": _("Say why the authorisation changes.")})
    with recorded(by=by, reason=act.reason):
        now = _ceiling_locked(act)
        if now is None:
            raise ValidationError({"kind": _("No authorisation is voted here yet.")})
        _check_ceiling(act, now)
        return _entered(act, by=by, at=at)


def _ceiling_locked(act: Authorisation) -> Ceiling | None:
    """What the section's acts add up to; None before the first vote. Two acts entered at once
    wait for each other."""
    Project.objects.select_for_update().get(pk=act.project_id)
    acts = Authorisation.objects.filter(project=act.project_id, section=act.section)
    known = list(acts.values_list("kind", "amount_eur"))
    return ceiling(known) if known else None


def _entered(act: Authorisation, *, by: User | None, at: datetime) -> Authorisation:
    act.author, act.recorded_at = by, at
    errors: dict[str, list[str]] = {}
    try:
        act.full_clean(exclude={"project", "author"}, validate_constraints=False)
    except ValidationError as error:
        errors.update(error.message_dict)
    if "voted_on" not in errors and act.voted_on > timezone.localdate(at):
        errors["voted_on"] = [_("A date to come is not yet a fact.")]
    if act.kind in {Kind.VOTED, Kind.REVISION} and not act.deliberation:
        errors["deliberation"] = [
            _("The council votes and revises authorisations: name its deliberation.")
            + " (CGCT, art. L5217-10-7)"
        ]
    if "amount_eur" not in errors and _is_wrong_amount(act):
        errors["amount_eur"] = [_("This amount must be above zero.")]
    if errors:
        raise ValidationError(errors)
    act.save(force_insert=True)
    touch(act.project, at=at)
    return act


def _is_wrong_amount(act: Authorisation) -> bool:
    if act.kind in {Kind.REVISION, Kind.AFFECTATION}:
        return act.amount_eur == 0
    return act.amount_eur <= 0


def _check_ceiling(act: Authorisation, now: Ceiling) -> None:
    if not act.amount_eur.is_finite():
        return  # said by the field itself
    after = ceiling(
        [("VOTED", now.voted), ("AFFECTATION", now.affected), ("LAPSE", now.lapsed),
         (act.kind, act.amount_eur)]
    )  # fmt: skip
    if after.available < 0:
        raise ValidationError(
            {"amount_eur": _("More would be allocated than is authorised.")
             + " (CGCT, art. L5217-10-7)"}
        )  # fmt: skip
    if after.affected < 0:
        raise ValidationError({"amount_eur": _("This frees more than is allocated.")})


def _figures(line: PaymentCredit) -> CreditFigures:
    return CreditFigures(
        line.voted_eur, line.committed_eur, line.paid_eur, line.carried_over_eur
    )  # fmt: skip


def _check_credit(line: PaymentCredit) -> None:
    errors: dict[str, list[str]] = {}
    try:
        line.full_clean(exclude={"project"}, validate_constraints=False)
    except ValidationError as error:
        errors.update(error.message_dict)
    for name in asdict(_figures(line)):
        value = getattr(line, name)
        if name not in errors and value is not None and value < 0:
            errors[name] = [_("An amount cannot be negative.")]
    if not 1990 <= line.year <= 2100:
        errors["year"] = [_("The year is not plausible.")]
    if not errors and (message := _payment_beyond(line)):
        errors["paid_eur"] = [message]
    if errors:
        raise ValidationError(errors)


def _payment_beyond(line: PaymentCredit) -> str:
    """What a payment breaks, in words; empty if nothing, or if nobody can tell."""
    if line.paid_eur is None:
        return ""
    if line.committed_eur is not None and line.paid_eur > line.committed_eur:
        return _("More is paid than was committed.") + " (décret 2012-1246, art. 29)"
    ceiling_eur = None
    if line.carried_over_eur is not None:
        ceiling_eur = line.voted_eur + line.carried_over_eur
    if ceiling_eur is not None and line.paid_eur > ceiling_eur:
        return _("More is paid than the credits of the year allow.") + " (CGCT, art. L5217-10-7)"
    return ""
