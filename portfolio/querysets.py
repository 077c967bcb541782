"""Named questions about the register, chainable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar
from datetime import date
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, Func, IntegerField, OuterRef, Q, Subquery

from portfolio.reach import rights_of
from portfolio.roles import DRAFTS, Part, roles_for

if TYPE_CHECKING:
    from datetime import date, datetime

    from portfolio.models import (Dependency, ImportJob, Milestone, PhasePeriod, PhaseSet, Procedure, Project, ProjectDocument, Risk, RoleAssignment, SavedView, Stakeholder, User)

Row = TypeVar("Row", bound=models.Model)
from django.db.models import Exists, F, OuterRef, Q, Subquery

if TYPE_CHECKING:
class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """What `user` may read: everybody the public ones, agents the internal ones too; drafts
        only within the reach of a role that reads them (`portfolio.roles`)."""
        if isinstance(user, AnonymousUser):
            return self.filter(visibility="PUBLIC")
        drafts = rights_of(user).query(roles_for(DRAFTS))
        return self.filter(~Q(visibility="DRAFT") | drafts) if drafts else self.all()

    def editable_by(self, user: User | AnonymousUser, part: str = Part.FACTS) -> Self:
        """What `user` may change that part of. Raises ValueError on a part that is none."""
        return self.filter(rights_of(user).query(roles_for(part)))

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
    def current(self) -> Self:
        """Not withdrawn."""
        return self.filter(withdrawn_at=None)

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


class PhaseSetQuerySet(models.QuerySet["PhaseSet"]):
    def current(self) -> Self:
        """Those that a project may be given."""
        return self.filter(withdrawn_at=None)


class PhasePeriodQuerySet(models.QuerySet["PhasePeriod"]):
    def current(self) -> Self:
        """Not withdrawn."""
        return self.filter(withdrawn_at=None)


class ProcedureQuerySet(models.QuerySet["Procedure"]):
    def current(self) -> Self:
        """Not withdrawn."""
        return self.filter(withdrawn_at=None)

    def public(self) -> Self:
        """What residents see of a project that they see."""
        return self.current().filter(is_public=True)


class DependencyQuerySet(models.QuerySet["Dependency"]):
    def current(self) -> Self:
        """Not withdrawn."""
        return self.filter(withdrawn_at=None)


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def current(self, on: date) -> Self:
        """Those that hold on that day."""
        begun = Q(from_on__lte=on)
        open_ended = Q(until_on__isnull=True) | Q(until_on__gte=on)
        return self.filter(begun, open_ended, withdrawn_at__isnull=True)


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


class WithdrawableQuerySet(models.QuerySet[Row]):
    """Records that are taken off a screen by a date, and can be brought back."""

    def current(self) -> Self:
        return self.filter(withdrawn_at=None)
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
