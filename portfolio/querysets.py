"""Named questions about the register, chainable."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery

if TYPE_CHECKING:
    from portfolio.models import Milestone, Project, ProjectDocument, Risk, Stakeholder, User


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


class ProjectDocumentQuerySet(models.QuerySet["ProjectDocument"]):
    def current(self) -> Self:
        """The last version of each document, unless it was taken off."""
        return self.filter(replaced_by=None, withdrawn_at=None)

    def public(self) -> Self:
        """What residents read: current, meant for them, of a public project."""
        return self.current().filter(is_public=True, project__visibility="PUBLIC")

    def readable_by(self, user: User | AnonymousUser) -> Self:
        """The public ones for everybody; agents read all versions of the projects they may see,
        those taken off only where they may change the project."""
        if isinstance(user, AnonymousUser):
            return self.public()
        projects = apps.get_model("portfolio", "Project").objects
        return self.filter(
            Q(withdrawn_at=None, project__in=projects.visible_to(user))
            | Q(project__in=projects.editable_by(user))
        )


class StakeholderQuerySet(models.QuerySet["Stakeholder"]):
    def current(self) -> Self:
        """Not taken off."""
        return self.filter(withdrawn_at=None)

    def public(self, day: date) -> Self:
        """Organisations that residents read, whose part is not over."""
        over = Q(until_on__lt=day)
        return self.current().filter(~over, is_public=True, organisation__isnull=False)


class RiskQuerySet(models.QuerySet["Risk"]):
    def current(self) -> Self:
        """Not taken off."""
        return self.filter(withdrawn_at=None)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Risks stay inside: nothing for residents, for agents those of the projects they see."""
        if isinstance(user, AnonymousUser):
            return self.none()
        projects = apps.get_model("portfolio", "Project").objects
        return self.filter(project__in=projects.visible_to(user))

    def with_criticality(self) -> Self:
        """Adds `rated`, from 1 to 16, as `portfolio.analysis.risks` computes it."""
        return self.annotate(rated=F("probability") * F("severity"))


def _own(user: User) -> Q:
    own = Q(manager=user)
    return own | Q(lead=user.organisation_id) if user.organisation_id else own
