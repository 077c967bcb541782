"""What a project costs: each estimate is a new version, none is overwritten (rule 6)."""

from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portfolio.models import CostEstimate, Phase, Project, User
from portfolio.services.history import recorded, touch


def estimate(  # noqa: PLR0913 - the facts of an estimate, each named
    *,
    project: Project,
    amount_eur: Decimal,
    valued_on: date,
    reason: str = "",
    phase: Phase | None = None,
    by: User | None,
    at: datetime,
) -> CostEstimate:
    """Add the next version of the total cost, all taxes included, in euros of `valued_on`.

    The first needs no reason, a revision does. Raises ValidationError by field.
    """
    with recorded(by=by, reason=reason.strip() or _("First estimate")):
        # The lock makes two estimates entered at once take two versions.
        Project.objects.select_for_update().get(pk=project.pk)
        last = project.cost_estimates.order_by("-version").first()
        version = CostEstimate(
            project=project,
            version=last.version + 1 if last else 1,
            amount_eur=amount_eur,
            valued_on=valued_on,
            phase=phase,
            reason=reason.strip(),
            author=by,
            recorded_at=at,
        )
        _check(version)
        version.save(force_insert=True)
        touch(project, at=at)
    return version


def _check(version: CostEstimate) -> None:
    errors: dict[str, list[str]] = {}
    try:
        version.full_clean(exclude={"project", "author"}, validate_constraints=False)
    except ValidationError as error:
        errors.update(error.message_dict)
    if "amount_eur" not in errors and version.amount_eur < 0:
        errors["amount_eur"] = [_("A cost cannot be negative.")]
    if version.version > 1 and not version.reason:
        errors["reason"] = [_("Say why the cost changes.")]
    if version.phase and version.phase.phase_set_id != version.project.phase_set_id:
        errors["phase"] = [_("This phase does not belong to the project's phase set.")]
    if errors:
        raise ValidationError(errors)
