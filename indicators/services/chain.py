"""The results chain of a project: which measure is to move which, and why. No circle."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from indicators.models import CausalLink, Indicator
from portfolio.analysis.schedule import cycle_through
from portfolio.models import Project, User
from portfolio.services.history import recorded, said, touch


@dataclass(frozen=True)
class Link:
    """`sign` and `ground` are values of CausalLink; `why`: the reasoning and its source."""

    cause: Indicator
    effect: Indicator
    sign: str
    ground: str
    why: str


def link(
    *, project: Project, given: Link, by: User | None, reason: str, at: datetime
) -> CausalLink:
    """Say that one measure moves another; a link that was taken off comes back. Raises
    ValidationError by field."""
    about = {"project": project, "cause": given.cause, "effect": given.effect}
    taken_off = CausalLink.objects.exclude(withdrawn_at=None).filter(**about).first()
    return _keep(taken_off or CausalLink(**about), given, by=by, reason=reason, at=at)


def change(
    *, stored: CausalLink, given: Link, by: User | None, reason: str, at: datetime
) -> CausalLink:
    """Say it otherwise; a link that was taken off comes back. Raises ValidationError by field."""
    return _keep(stored, given, by=by, reason=reason, at=at)


def withdraw(*, stored: CausalLink, by: User | None, reason: str, at: datetime) -> None:
    """Take a link off; the history keeps it. Raises ValidationError by field."""
    with recorded(by=by, reason=said(reason, _("Say why the link is taken off."))):
        if stored.withdrawn_at is None:
            stored.withdrawn_at = at
            stored.save(update_fields=["withdrawn_at"])
            touch(stored.project, at=at)


def _keep(
    row: CausalLink, given: Link, *, by: User | None, reason: str, at: datetime
) -> CausalLink:
    why = said(reason, _("Say why the chain changes."))
    with recorded(by=by, reason=why):
        # Two links entered at once could close a circle that neither sees.
        Project.objects.select_for_update(of=("self",), no_key=True).get(pk=row.project_id)
        _fill(row, given)
        _check(row)
        row.save()
        touch(row.project, at=at)
    return row


def _fill(row: CausalLink, given: Link) -> None:
    told: dict[str, Any] = {
        "cause": given.cause, "effect": given.effect, "sign": given.sign,
        "ground": given.ground, "why": given.why.strip(), "withdrawn_at": None,
    }  # fmt: skip
    for name, value in told.items():
        setattr(row, name, value)


def _check(row: CausalLink) -> None:
    if row.cause_id == row.effect_id:
        raise ValidationError({"effect": [_("A measure does not move itself.")]})
    if not row.why:
        raise ValidationError({"why": [_("Say why, and where this is known from.")]})
    others = CausalLink.objects.standing().filter(project=row.project_id).exclude(pk=row.pk)
    said_already = CausalLink.objects.filter(
        project=row.project_id, cause=row.cause_id, effect=row.effect_id
    ).exclude(pk=row.pk)
    if said_already.exists():
        raise ValidationError({"effect": [_("This link is in the chain, or was taken off it.")]})
    moves: dict[int, list[int]] = {}
    for cause, effect in others.values_list("cause_id", "effect_id"):
        moves.setdefault(cause, []).append(effect)
    if path := cycle_through(moves, row.cause_id, row.effect_id):
        raise ValidationError({"effect": [_circle(path)]})


def _circle(path: list[int]) -> str:
    names = {one.pk: one.name for one in Indicator.objects.filter(pk__in=path)}
    told = " → ".join(names[key] for key in path)
    return _("The chain would run in a circle: %(path)s.") % {"path": told}
