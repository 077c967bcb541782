"""Questions about the calendar of projects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import Exists, OuterRef

from portfolio.querysets.withdrawable import WithdrawableQuerySet

if TYPE_CHECKING:
    from portfolio.models import Milestone, Procedure


class MilestoneQuerySet(WithdrawableQuerySet["Milestone"]):
    def ahead(self) -> Self:
        """Not reached yet. One whose date was never entered although a later one is done is
        behind all the same: when is not known, which is not the same as late (rule 3)."""
        done_later = self.model._default_manager.filter(
            project=OuterRef("project"),
            current_on__gte=OuterRef("current_on"),
            actual_on__isnull=False,
            withdrawn_at=None,
        )
        return self.current().filter(~Exists(done_later), actual_on=None)


class ProcedureQuerySet(WithdrawableQuerySet["Procedure"]):
    def public(self) -> Self:
        """What residents see of a project that they see."""
        return self.current().filter(is_public=True)
