"""What a project costs to run: yearly amounts entered, corrected, taken off, brought back."""

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portfolio.models import Project, RunningCost, User
from portfolio.services.history import recorded, said, touch

YEARS = range(1990, 2101)


@dataclass(frozen=True)
class RunningFigures:
    """`yearly_eur` is negative for a revenue or a saving."""

    nature: str
    from_year: int
    to_year: int | None
    yearly_eur: Decimal
    basis: str


def enter(
    *, project: Project, figures: RunningFigures, by: User | None, reason: str, at: datetime
) -> RunningCost:
    """Add a yearly amount. Raises ValidationError by field."""
    return _put(RunningCost(project=project), figures, by=by, reason=reason, at=at)


def correct(
    *, cost: RunningCost, figures: RunningFigures, by: User | None, reason: str, at: datetime
) -> RunningCost:
    """Change a yearly amount; the history keeps what it was. Raises ValidationError by field."""
    return _put(cost, figures, by=by, reason=reason, at=at)


def withdraw(
    *, cost: RunningCost, withdrawn: bool, by: User | None, reason: str, at: datetime
) -> RunningCost:
    """Take a yearly amount off, or bring it back. Raises ValidationError by field."""
    with recorded(by=by, reason=said(reason, _("Say why the running cost changes."))):
        cost.withdrawn_at = at if withdrawn else None
        cost.save(update_fields=["withdrawn_at"])
        touch(cost.project, at=at)
    return cost


def _put(
    cost: RunningCost, figures: RunningFigures, *, by: User | None, reason: str, at: datetime
) -> RunningCost:
    with recorded(by=by, reason=said(reason, _("Say why the running cost changes."))):
        Project.objects.select_for_update().get(pk=cost.project_id)
        before = {name: getattr(cost, name) for name in asdict(figures)}
        if cost.pk and before == asdict(figures):
            return cost
        for name, value in asdict(figures).items():
            setattr(cost, name, value.strip() if isinstance(value, str) else value)
        cost.recorded_at = at
        _check(cost)
        cost.save()
        touch(cost.project, at=at)
    return cost


def _check(cost: RunningCost) -> None:
    errors: dict[str, list[str]] = {}
    try:
        cost.full_clean(exclude={"project"}, validate_constraints=False)
    except ValidationError as error:
        errors.update(error.message_dict)
    if "yearly_eur" not in errors and cost.yearly_eur == 0:
        errors["yearly_eur"] = [_("An amount of zero says nothing: leave the line out.")]
    if not errors and cost.nature == RunningCost.Nature.REVENUE and cost.yearly_eur > 0:
        errors["yearly_eur"] = [_("A revenue is entered as a negative amount.")]
    if not {"from_year", "to_year"} & errors.keys():
        errors |= _year_errors(cost)
    if errors:
        raise ValidationError(errors)


def _year_errors(cost: RunningCost) -> dict[str, list[str]]:
    if cost.from_year not in YEARS:
        return {"from_year": [_("The year is not plausible.")]}
    if cost.to_year is None:
        return {}
    if cost.to_year < cost.from_year:
        return {"to_year": [_("The last year comes before the first.")]}
    return {} if cost.to_year in YEARS else {"to_year": [_("The year is not plausible.")]}
