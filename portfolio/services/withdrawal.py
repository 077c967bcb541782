"""Taking a record off a project's page, and bringing it back: nothing is erased."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from portfolio.models import Risk, Stakeholder, User
from portfolio.services import stakeholders
from portfolio.services.history import recorded, touch


def withdraw(*, record: Stakeholder | Risk, by: User | None, reason: str, at: datetime) -> None:
    """Take a record off; one that is off already stays as it is."""
    _move(record, at, by=by, reason=reason, at=at)


def bring_back(*, record: Stakeholder | Risk, by: User | None, reason: str, at: datetime) -> None:
    """Show a record again; one that is shown already stays as it is. Raises ValidationError by
    field where the same was entered meanwhile."""
    _move(record, None, by=by, reason=reason, at=at)


def _move(
    record: Stakeholder | Risk, withdrawn_at: datetime | None, *, by: User | None, reason: str,
    at: datetime,
) -> None:  # fmt: skip
    with recorded(by=by, reason=reason):
        rows: Any = type(record)._default_manager
        stored = rows.select_for_update(of=("self",)).get(pk=record.pk)
        if (stored.withdrawn_at is None) == (withdrawn_at is None):
            return
        is_back = withdrawn_at is None and isinstance(stored, Stakeholder)
        if is_back and (errors := stakeholders.repeated(stored)):
            raise ValidationError(errors)
        stored.withdrawn_at = withdrawn_at
        stored.save(update_fields=["withdrawn_at"])
        touch(stored.project, at=at)
