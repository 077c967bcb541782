"""What a project costs: each estimate is a new version, none is overwritten (rule 6)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portfolio.models import CostEstimate, Phase, PriceIndex, Project, User
from portfolio.services.history import recorded, said, touch


@dataclass(frozen=True)
class Terms:
    """What an amount means: the same before tax, what it counts, the index of its prices. None and
    NOT_SAID: nobody said."""

    before_tax_eur: Decimal | None = None
    scope: str = CostEstimate.Scope.NOT_SAID
    index: PriceIndex | None = None


NOTHING_SAID = Terms()


def estimate(  # noqa: PLR0913 - the facts of an estimate, each named
    *,
    project: Project,
    amount_eur: Decimal,
    valued_on: date,
    reason: str = "",
    phase: Phase | None = None,
    terms: Terms = NOTHING_SAID,
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
            before_tax_eur=terms.before_tax_eur,
            scope=terms.scope,
            index=terms.index,
            reason=reason.strip(),
            author=by,
            recorded_at=at,
        )
        _check(version)
        version.save(force_insert=True)
        touch(project, at=at)
    return version


def complete(
    *, version: CostEstimate, terms: Terms, by: User | None, reason: str, at: datetime
) -> CostEstimate:
    """Say what a version left unsaid; what it said stays. Raises ValidationError by field."""
    with recorded(by=by, reason=said(reason, _("Say where this comes from."))):
        stored = CostEstimate.objects.select_for_update().get(pk=version.pk)
        before = Terms(stored.before_tax_eur, stored.scope, stored.index)
        _complete(stored, terms)
        if Terms(stored.before_tax_eur, stored.scope, stored.index) == before:
            return stored
        errors = _before_tax_errors(stored)
        if errors:
            raise ValidationError(errors)
        stored.clean_fields(exclude={"project", "author", "phase", "reason"})
        stored.save()
        touch(stored.project, at=at)
    return stored


def _complete(stored: CostEstimate, terms: Terms) -> None:
    if stored.before_tax_eur is None:
        stored.before_tax_eur = terms.before_tax_eur
    if stored.scope == CostEstimate.Scope.NOT_SAID:
        stored.scope = terms.scope
    if stored.index is None:
        stored.index = terms.index


def _check(version: CostEstimate) -> None:
    errors: dict[str, list[str]] = {}
    try:
        version.full_clean(exclude={"project", "author"}, validate_constraints=False)
    except ValidationError as error:
        errors.update(error.message_dict)
    if "amount_eur" not in errors and version.amount_eur < 0:
        errors["amount_eur"] = [_("A cost cannot be negative.")]
    if not {"amount_eur", "before_tax_eur"} & errors.keys():
        errors |= _before_tax_errors(version)
    if version.version > 1 and not version.reason:
        errors["reason"] = [_("Say why the cost changes.")]
    if version.phase and version.phase.phase_set_id != version.project.phase_set_id:
        errors["phase"] = [_("This phase does not belong to the project's phase set.")]
    if errors:
        raise ValidationError(errors)


def _before_tax_errors(version: CostEstimate) -> dict[str, list[str]]:
    before_tax = version.before_tax_eur
    if before_tax is None:
        return {}
    if before_tax < 0:
        return {"before_tax_eur": [_("A cost cannot be negative.")]}
    if before_tax > version.amount_eur:
        return {"before_tax_eur": [_("Before tax, it cannot be more than all taxes included.")]}
    return {}
