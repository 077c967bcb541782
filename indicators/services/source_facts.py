"""The register of sources: what is said of a source, and the agreements under which it comes."""

from dataclasses import dataclass, fields
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from indicators.models import DataSource, SupplyAgreement
from portfolio.models import Organisation, User
from portfolio.services.history import first_come, recorded, said


@dataclass(frozen=True)
class SourceFields:
    """What the register says of a source; empty: not known. `hosting_country` is an ISO 3166-1
    code of two letters."""

    name: str
    producer: Organisation | None = None
    owner: Organisation | None = None
    steward: User | None = None
    licence: str = ""
    personal_data: str = ""
    legal_basis: str = ""
    processing_reference: str = ""
    hosting_country: str = ""
    documentation_url: str = ""
    is_active: bool = True


@dataclass(frozen=True)
class AgreementFields:
    """What an agreement says; empty: it says nothing of it."""

    reference: str
    kind: str
    counterpart: Organisation
    starts_on: date
    article: str = ""
    format_agreed: str = ""
    frequency: str = ""
    due_days: int | None = None
    ends_on: date | None = None
    reversibility: str = ""
    is_dispensed: bool = False
    dispensation_reason: str = ""
    dispensation_url: str = ""


NAMES = tuple(field.name for field in fields(SourceFields))
AGREEMENT_NAMES = tuple(field.name for field in fields(AgreementFields))


def update(
    *, source: DataSource, given: SourceFields, by: User | None, reason: str, at: datetime
) -> DataSource:
    """Change what the register says of a source. Raises ValidationError by field."""
    with recorded(by=by, reason=_why(reason)):
        stored = DataSource.objects.select_for_update().get(pk=source.pk)
        changed = [name for name in NAMES if getattr(stored, name) != getattr(given, name)]
        for name in changed:
            setattr(stored, name, getattr(given, name))
        check(stored)
        if changed:
            stored.save(update_fields=changed)
    return stored


def check(source: DataSource) -> None:
    """Raises ValidationError by field where facts contradict each other or are no facts."""
    errors: dict[str, list[str]] = {}
    try:
        source.clean_fields(exclude=["code", "protocol", "base_url", *_written_apart()])
    except ValidationError as error:
        errors = error.message_dict
    if contradiction(source.personal_data, source.legal_basis):
        errors.setdefault("legal_basis", []).append(
            _("“No personal data” goes with the class “none”, and any other basis without it.")
        )
    if errors:
        raise ValidationError(errors)


def contradiction(personal_data: str, legal_basis: str) -> bool:
    """Whether one says that there are personal data and the other that there are none."""
    if not (personal_data and legal_basis):
        return False
    return (personal_data == "NONE") != (legal_basis == "NO_PERSONAL_DATA")


def add_agreement(
    *, source: DataSource, given: AgreementFields, by: User | None, reason: str, at: datetime
) -> SupplyAgreement:
    """Raises ValidationError by field."""
    with recorded(by=by, reason=_why(reason)):
        return _saved(SupplyAgreement(source=source), given)


def change_agreement(
    *,
    agreement: SupplyAgreement,
    given: AgreementFields,
    by: User | None,
    reason: str,
    at: datetime,
) -> SupplyAgreement:
    """Raises ValidationError by field."""
    with recorded(by=by, reason=_why(reason)):
        return _saved(SupplyAgreement.objects.select_for_update().get(pk=agreement.pk), given)


def remove_agreement(
    *, agreement: SupplyAgreement, by: User | None, reason: str, at: datetime
) -> None:
    """Entered by mistake: it leaves the register, not its history. One that ended stays.

    Raises ValidationError without a reason."""
    with recorded(by=by, reason=_why(reason)):
        agreement.delete()


def _saved(agreement: SupplyAgreement, given: AgreementFields) -> SupplyAgreement:
    before = {name: getattr(agreement, name, None) for name in AGREEMENT_NAMES if agreement.pk}
    for name in AGREEMENT_NAMES:
        setattr(agreement, name, getattr(given, name))
    check_agreement(agreement)
    if before != {name: getattr(agreement, name) for name in AGREEMENT_NAMES}:
        with first_come("reference", _("This source has an agreement of this name already.")):
            agreement.save()
    return agreement


def check_agreement(agreement: SupplyAgreement) -> None:
    """Raises ValidationError by field."""
    errors: dict[str, list[str]] = {}
    try:
        agreement.clean_fields(exclude=["source"])
    except ValidationError as error:
        errors = error.message_dict
    if agreement.ends_on and agreement.starts_on and agreement.ends_on < agreement.starts_on:
        errors["ends_on"] = [_("An agreement ends on the day it starts, or later.")]
    if agreement.is_dispensed and not agreement.dispensation_reason.strip():
        errors["dispensation_reason"] = [
            _("A dispensation gives its reasons (Code de la commande publique, L.3131-4).")
        ]
    told = agreement.dispensation_reason or agreement.dispensation_url
    if told and not agreement.is_dispensed:
        errors["is_dispensed"] = [
            _("Reasons or an address are given: tick the dispensation, or empty them.")
        ]
    if errors:
        raise ValidationError(errors)


def _why(reason: str) -> str:
    return said(reason, _("Say why the register changes."))


def _written_apart() -> list[str]:
    return ["secret_encrypted", "secret_set_at", "secret_set_by", "faults", "resting_until"]
