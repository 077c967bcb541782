"""Who changed what and why: the context that the history triggers keep with each row."""

from collections.abc import Iterator
from contextlib import contextmanager

import pghistory
from django.db import transaction

from portfolio.models import User


@contextmanager
def recorded(*, by: User | None, reason: str) -> Iterator[None]:
    """One transaction whose changes are kept with their author and reason.

    `by` is None for a machine (a seed, a job). Raises ValueError on an empty reason.
    """
    if not reason.strip():
        raise ValueError("reason must say why the record changes")
    author = by.pk if by is not None else None
    with transaction.atomic(), pghistory.context(user=author, reason=reason):
        yield
