"""Named questions about the register, chainable."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery

if TYPE_CHECKING:
    from portfolio.models import Alert, Milestone, Project, Review, StatusOverride, User

WRITTEN = ("SUBMITTED", "VALIDATED", "PUBLISHED")


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

    def answered_by(self, user: User) -> Self:
        """What `user` is told about: as the manager; where there is none, as a member of the lead
        department; where that has no member either, as an administrator."""
        members = apps.get_model("portfolio", "User").objects.filter(
            organisation=OuterRef("lead"), is_active=True
        )
        unmanaged = Q(manager=None) | Q(manager__is_active=False)
        own = Q(manager=user)
        if user.organisation_id:
            own |= unmanaged & Q(lead=user.organisation_id)
        if user.is_superuser:
            own |= unmanaged & Q(~Exists(members))
        return self.filter(own)

    def reviewable(self) -> Self:
        """Those that owe a review every month: under way, and no longer a draft."""
        return self.filter(state="ACTIVE").exclude(visibility="DRAFT")

    def led_within(self, department: int) -> Self:
        """Led by a department, or by one below it."""
        below = Q(lead__parent=department) | Q(lead__parent__parent=department)
        return self.filter(Q(lead=department) | below)

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


def _own(user: User) -> Q:
    own = Q(manager=user)
    return own | Q(lead=user.organisation_id) if user.organisation_id else own


class ReviewQuerySet(models.QuerySet["Review"]):
    def written(self) -> Self:
        """Submitted at least: a draft says nothing to others."""
        return self.filter(state__in=WRITTEN)

    def latest_of_each_project(self) -> Self:
        return self.written().order_by("project_id", "-month").distinct("project_id")

    def may_be_validated_by(self, user: User | AnonymousUser) -> Self:
        """The one rule of who validates: somebody other than who submitted it, who is an
        administrator, or directs the lead department (or one above it)."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        others = self.filter(~Q(submitted_by=user) | Q(submitted_by=None))
        if user.is_superuser:
            return others
        if not user.organisation_id or not user.has_perm("portfolio.validate_review"):
            return self.none()
        department = user.organisation_id
        return others.filter(
            Q(project__lead=department) | Q(project__lead__parent=department)
        ).exclude(project__visibility="DRAFT", project__lead__parent=department)

    def waiting_for(self, user: User | AnonymousUser) -> Self:
        """Submitted, and `user` may validate them."""
        return self.filter(state="SUBMITTED").may_be_validated_by(user)


class OverrideQuerySet(models.QuerySet["StatusOverride"]):
    def in_force(self, day: date) -> Self:
        """It ends by itself: on the day after `expires_on`."""
        return self.filter(ended_at=None, expires_on__gte=day)


class AlertQuerySet(models.QuerySet["Alert"]):
    def open(self) -> Self:
        """Their cause is still there."""
        return self.filter(closed_at=None)

    def loud(self, today: date) -> Self:
        """Open, and neither acknowledged nor put off to a later day."""
        return self.open().filter(
            Q(handling="NONE") | Q(handling="SNOOZED", handled_until__lte=today)
        )

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Alerts are for agents: of the projects that they may read."""
        if isinstance(user, AnonymousUser):
            return self.none()
        projects = apps.get_model("portfolio", "Project").objects
        return self.filter(project__in=projects.visible_to(user))

    def manageable_by(self, user: User | AnonymousUser) -> Self:
        """Who may change the project may acknowledge or put off its alerts."""
        projects = apps.get_model("portfolio", "Project").objects
        return self.filter(project__in=projects.editable_by(user))

    def addressed_to(self, user: User) -> Self:
        """Alerts of the projects that `user` answers for."""
        projects = apps.get_model("portfolio", "Project").objects
        return self.filter(project__in=projects.answered_by(user))
