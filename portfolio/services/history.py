"""Who changed what and why: the context that the history triggers keep with each row."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from uuid import UUID

import pghistory
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from portfolio.models import Project, User

_open: ContextVar[UUID | None] = ContextVar("recorded_change_open", default=None)


@contextmanager
def recorded(*, by: User | None, reason: str) -> Iterator[UUID]:
    """One transaction whose changes are kept with their author and reason. Gives the name under
    which the history keeps the change.

    `by` is None for a machine (a seed, a job). Within another recorded change, the outer
    author and reason stand: a verb that calls another verb is one change, kept or undone
    whole. Who wants to survive a refusal within opens `transaction.atomic()` around it.
    Raises ValueError on an empty reason.
    """
    if not reason.strip():
        raise ValueError("reason must say why the record changes")
    outer = _open.get()
    if outer is not None:
        with transaction.atomic(savepoint=False):
            yield outer
        return
    author = by.pk if by is not None else None
    with transaction.atomic(), pghistory.context(user=author, reason=reason) as context:
        token = _open.set(context.id)
        try:
            yield context.id
        finally:
            _open.reset(token)
    _forget_author()


def said(reason: str, otherwise: str) -> str:
    """The reason, without blanks around it. Raises ValidationError (`otherwise`) if there is
    none."""
    if not reason.strip():
        raise ValidationError({"reason": [otherwise]})
    return reason.strip()


@contextmanager
def first_come(field: str, message: str) -> Iterator[None]:
    """Around a row saved under a key that somebody else may take meanwhile. Raises
    ValidationError on `field` then."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise ValidationError({field: [message]}) from error


def touch(project: Project, *, at: datetime) -> None:
    """Date the project's last change; an older act entered late does not move it back."""
    if project.updated_at < at:
        project.updated_at = at
        project.save(update_fields=["updated_at"])


def _forget_author() -> None:
    """The triggers' context lives as long as the transaction: in a longer one, a later write
    that records nothing would be put down to this author."""
    if connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('pghistory.context_id', '', true)")
