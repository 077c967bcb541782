"""Legal procedures of a project: entered, followed, withdrawn and brought back."""

from dataclasses import dataclass, fields
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio.models import Procedure, ProcedureKind, Project, User
from portfolio.services.history import recorded, touch

State = Procedure.State


@dataclass(frozen=True)
class ProcedureFacts:
    """What a procedure is made of; texts may be empty, an unknown date is None."""

    kind: ProcedureKind
    state: str = State.FORESEEN
    foreseen_starts_on: date | None = None
    foreseen_ends_on: date | None = None
    actual_starts_on: date | None = None
    actual_ends_on: date | None = None
    reference: str = ""
    note: str = ""
    how_fr: str = ""
    how_en: str = ""
    is_public: bool = False


def enter_procedure(
    *, project: Project, facts: ProcedureFacts, by: User | None, reason: str, at: datetime
) -> Procedure:
    """Add a procedure to a project. Raises ValidationError by field."""
    procedure = Procedure(project=project, recorded_at=at, **_values(facts))
    _check(procedure, today=timezone.localdate(at))
    with recorded(by=by, reason=_reason(reason)):
        procedure.save(force_insert=True)
        touch(project, at=at)
    return procedure


def update_procedure(
    *, procedure: Procedure, facts: ProcedureFacts, by: User | None, reason: str, at: datetime
) -> Procedure:
    """Change what is known of a procedure; what is already so is not recorded. Raises
    ValidationError by field."""
    with recorded(by=by, reason=_reason(reason)):
        stored = Procedure.objects.select_for_update().get(pk=procedure.pk)
        if stored.withdrawn_at is not None:
            raise ValidationError({"reason": _("This procedure is withdrawn: bring it back.")})
        changes = {k: v for k, v in _values(facts).items() if getattr(stored, k) != v}
        if not changes:
            return stored
        for name, value in changes.items():
            setattr(stored, name, value)
        _check(stored, today=timezone.localdate(at))
        stored.recorded_at = at
        stored.save()
        touch(stored.project, at=at)
    return stored


def withdraw_procedure(
    *, procedure: Procedure, by: User | None, reason: str, at: datetime
) -> Procedure:
    """Take a procedure off the record; it can be brought back. Raises ValidationError by
    field."""
    return _set_withdrawn(procedure, at, by=by, reason=reason, at=at)


def bring_procedure_back(
    *, procedure: Procedure, by: User | None, reason: str, at: datetime
) -> Procedure:
    """Put a withdrawn procedure back, as it was. Raises ValidationError by field."""
    return _set_withdrawn(procedure, None, by=by, reason=reason, at=at)


# ---------------------------------------------------------------- below


def _set_withdrawn(
    procedure: Procedure, value: datetime | None, *, by: User | None, reason: str, at: datetime
) -> Procedure:
    with recorded(by=by, reason=_reason(reason)):
        stored = Procedure.objects.select_for_update().get(pk=procedure.pk)
        stored.withdrawn_at = value
        stored.save(update_fields=["withdrawn_at"])
        touch(stored.project, at=at)
    return stored


def _values(facts: ProcedureFacts) -> dict[str, object]:
    return {field.name: getattr(facts, field.name) for field in fields(facts)}


def _reason(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the procedure changes.")})
    return reason.strip()


def _check(procedure: Procedure, *, today: date) -> None:
    errors: dict[str, list[str]] = {}
    try:
        procedure.full_clean(exclude={"project", "kind"}, validate_constraints=False)
    except ValidationError as error:
        errors.update(error.message_dict)
    if not errors:
        errors = _order_errors(procedure) | _fact_errors(procedure, today)
    if errors:
        raise ValidationError(errors)


def _order_errors(procedure: Procedure) -> dict[str, list[str]]:
    errors = {}
    for kind in ("foreseen", "actual"):
        start: date | None = getattr(procedure, f"{kind}_starts_on")
        end: date | None = getattr(procedure, f"{kind}_ends_on")
        if start is not None and end is not None and start > end:
            errors[f"{kind}_ends_on"] = [_("The procedure would end before it starts.")]
    return errors


def _fact_errors(procedure: Procedure, today: date) -> dict[str, list[str]]:
    errors = {}
    for name in ("actual_starts_on", "actual_ends_on"):
        on: date | None = getattr(procedure, name)
        if on is not None and on > today:
            errors[name] = [_("A date to come is not yet a fact.")]
    state, began = procedure.state, procedure.actual_starts_on is not None
    ended = procedure.actual_ends_on is not None
    if state == State.FORESEEN and (began or ended):
        errors.setdefault("state", [_("It has actual dates: it is more than foreseen.")])
    if state == State.UNDER_WAY and not began:
        errors.setdefault("actual_starts_on", [_("A procedure under way has begun: say when.")])
    if state == State.UNDER_WAY and ended:
        errors.setdefault("state", [_("It has an actual end: it is no longer under way.")])
    if state in {State.COMPLETED, State.REFUSED} and not ended:
        errors.setdefault("actual_ends_on", [_("A procedure that is over ended: say when.")])
    return errors
