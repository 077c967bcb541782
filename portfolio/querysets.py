"""Named questions about the register, chainable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery

if TYPE_CHECKING:
    from portfolio.models import Milestone, Programme, Project, User


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


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def within(self, programme: Programme) -> Self:
        """The node itself and all below it; the tree is at most three deep."""
        return self.filter(Q(pk=programme.pk) | Q(parent=programme) | Q(parent__parent=programme))


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


def _own(user: User) -> Q:
    own = Q(manager=user)
    return own | Q(lead=user.organisation_id) if user.organisation_id else own
