"""Questions about monthly reviews, overrides and alerts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from portfolio.roles import Part

if TYPE_CHECKING:
    from portfolio.models import Alert, Review, StatusOverride, User

WRITTEN = ("SUBMITTED", "VALIDATED", "PUBLISHED")


class ReviewQuerySet(models.QuerySet["Review"]):
    def written(self) -> Self:
        """Submitted at least: a draft says nothing to others."""
        return self.filter(state__in=WRITTEN)

    def latest_of_each_project(self) -> Self:
        return self.written().order_by("project_id", "-month").distinct("project_id")

    def may_be_validated_by(self, user: User | AnonymousUser) -> Self:
        """The one rule of who validates: somebody with the right, other than who submitted it."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        projects = apps.get_model("portfolio", "Project").objects
        others = self.filter(~Q(submitted_by=user) | Q(submitted_by=None))
        return others.filter(project__in=projects.editable_by(user, Part.VALIDATION))

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
        """Who may change the facts or the money of a project acknowledges and puts off alerts."""
        projects = apps.get_model("portfolio", "Project").objects
        own = projects.editable_by(user) | projects.editable_by(user, Part.MONEY)
        return self.filter(project__in=own)

    def addressed_to(self, user: User) -> Self:
        """Alerts of the projects that `user` answers for."""
        projects = apps.get_model("portfolio", "Project").objects
        return self.filter(project__in=projects.answered_by(user))
