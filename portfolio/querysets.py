"""Named questions about the register, chainable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, Func, IntegerField, OuterRef, Q, Subquery

if TYPE_CHECKING:
    from datetime import datetime

    from portfolio.models import ImportJob, Milestone, Project, SavedView, User


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """What `user` may read: everybody the public ones, agents the internal ones too,
        drafts only their manager, their lead department, and administrators."""
        if isinstance(user, AnonymousUser):
            return self.filter(visibility="PUBLIC")
        if user.is_superuser:
            return self.all()
        return self.filter(~Q(visibility="DRAFT") | _own(user))

    def editable_by(self, user: User | AnonymousUser) -> Self:
        """What `user` may change: their own projects, their department's; all for administrators."""
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.is_superuser:
            return self.all()
        return self.filter(_own(user))

    def with_costs(self) -> Self:
        """Adds `original_cost_eur` and `current_cost_eur` (None where no estimate exists)."""
        versions = apps.get_model("portfolio", "CostEstimate").objects.filter(
            project=OuterRef("pk")
        )
        return self.annotate(
            original_cost_eur=Subquery(versions.order_by("version").values("amount_eur")[:1]),
            current_cost_eur=Subquery(versions.order_by("-version").values("amount_eur")[:1]),
        )


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    def ahead(self) -> Self:
        """Not reached yet. One whose date was never entered although a later one is done is
        behind all the same: when is not known, which is not the same as late (rule 3)."""
        done_later = self.model._default_manager.filter(
            project=OuterRef("project"),
            current_on__gte=OuterRef("current_on"),
            actual_on__isnull=False,
        )
        return self.filter(~Exists(done_later), actual_on=None)


class ImportJobQuerySet(models.QuerySet["ImportJob"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those that `user` sent; all for administrators. Without their content."""
        if isinstance(user, AnonymousUser):
            return self.none()
        own = self.all() if user.is_superuser else self.filter(owner=user)
        return own.defer("content")

    def in_short(self) -> Self:
        """For a list: how many projects change (`projects_changed`) instead of all that changes."""
        count: Func = Func("changes", function="jsonb_array_length", output_field=IntegerField())
        return self.annotate(projects_changed=count).defer("content", "changes", "faults", "notes")

    def claimable(self, now: datetime) -> Self:
        """Waiting for a worker, or left by one that has not been heard of since."""
        left = Q(state__in=["CHECKING", "APPLYING"], lease_until__lt=now)
        return self.filter(Q(state__in=["SENT", "ASKED"]) | left)


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def current(self) -> Self:
        return self.filter(withdrawn_at=None)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One's own, and those that a colleague of the department shares."""
        if isinstance(user, AnonymousUser):
            return self.none()
        own = Q(owner=user)
        if user.organisation_id:
            own |= Q(is_shared=True, owner__organisation=user.organisation_id)
        return self.filter(own)


def _own(user: User) -> Q:
    own = Q(manager=user)
    return own | Q(lead=user.organisation_id) if user.organisation_id else own
