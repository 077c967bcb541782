"""Questions about scenarios of arbitration and what they gave."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q

from portfolio.querysets.withdrawable import WithdrawableQuerySet
from portfolio.reach import rights_of
from portfolio.roles import Part, roles_for

if TYPE_CHECKING:
    from portfolio.models import SelectionResult, SelectionScenario, User


class ScenarioQuerySet(WithdrawableQuerySet["SelectionScenario"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """For agents, those of which they may read every project that was ever a candidate: its
        results name them all, and its sums would tell the others."""
        if isinstance(user, AnonymousUser):
            return self.none()
        projects = apps.get_model("portfolio", "Project").objects
        hidden = projects.exclude(pk__in=projects.visible_to(user).values("pk"))
        candidates = apps.get_model("portfolio", "ScenarioCandidate").objects
        held = candidates.filter(scenario=OuterRef("pk"), project__in=hidden)
        return self.filter(~Exists(held))

    def editable_by(self, user: User | AnonymousUser) -> Self:
        """Whoever prepares the arbitration of the metropolis."""
        if not rights_of(user).everywhere() & roles_for(Part.PRIORITIES):
            return self.none()
        return self.visible_to(user)


class SelectionResultQuerySet(models.QuerySet["SelectionResult"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        scenarios = apps.get_model("portfolio", "SelectionScenario").objects
        return self.filter(scenario__in=scenarios.visible_to(user))

    def light(self) -> Self:
        """For lists: without what was asked and told."""
        return self.defer("inputs", "outcome")

    def unexplained(self, now: datetime) -> Self:
        """Waiting for a worker, or left by one that has not been heard of since."""
        left = Q(job__state="RUNNING", job__lease_until__lt=now)
        return self.filter(Q(job__state="WAITING") | left)
