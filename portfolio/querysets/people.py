"""Questions about roles, stakeholders and imports: what belongs to people."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Func, IntegerField, Q

from portfolio.querysets.withdrawable import WithdrawableQuerySet
from portfolio.reach import rights_of
from portfolio.roles import Role

if TYPE_CHECKING:
    from portfolio.models import ImportJob, RoleAssignment, SavedView, Stakeholder, User


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def current(self, on: date) -> Self:
        """Those that hold on that day."""
        begun = Q(from_on__lte=on)
        open_ended = Q(until_on__isnull=True) | Q(until_on__gte=on)
        return self.filter(begun, open_ended, withdrawn_at__isnull=True)


class StakeholderQuerySet(WithdrawableQuerySet["Stakeholder"]):
    def public(self, day: date) -> Self:
        """Organisations that residents read, whose part is not over."""
        over = Q(until_on__lt=day)
        return self.current().filter(~over, is_public=True, organisation__isnull=False)


class ImportJobQuerySet(models.QuerySet["ImportJob"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those that `user` sent; all for administrators. Without their content."""
        if isinstance(user, AnonymousUser):
            return self.none()
        is_administrator = Role.ADMINISTRATOR in rights_of(user).everywhere()
        own = self.all() if is_administrator else self.filter(owner=user)
        return own.defer("content")

    def in_short(self) -> Self:
        """For a list: how many projects change (`projects_changed`) instead of all that changes."""
        count: Func = Func("changes", function="jsonb_array_length", output_field=IntegerField())
        return self.annotate(projects_changed=count).defer("content", "changes", "faults", "notes")

    def claimable(self, now: datetime) -> Self:
        """Waiting for a worker, or left by one that has not been heard of since."""
        left = Q(state__in=["CHECKING", "APPLYING"], lease_until__lt=now)
        return self.filter(Q(state__in=["SENT", "ASKED"]) | left)


class SavedViewQuerySet(WithdrawableQuerySet["SavedView"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One's own, and those that a colleague of the department shares."""
        if isinstance(user, AnonymousUser):
            return self.none()
        own = Q(owner=user)
        if user.organisation_id:
            own |= Q(is_shared=True, owner__organisation=user.organisation_id)
        return self.filter(own)
