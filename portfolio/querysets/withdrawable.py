"""Records that are taken off a screen without being lost."""

from typing import Self, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


class WithdrawableQuerySet(models.QuerySet[Row]):
    """Of a model with `withdrawn_at`."""

    def current(self) -> Self:
        """Not taken off."""
        return self.filter(withdrawn_at=None)
