"""Questions about exercises of prioritisation."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from portfolio.querysets.withdrawable import WithdrawableQuerySet
from portfolio.reach import rights_of
from portfolio.roles import Part, roles_for

if TYPE_CHECKING:
    from portfolio.models import Candidate, Exercise, MemberWeights, Score, User


class ExerciseQuerySet(models.QuerySet["Exercise"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Agents read all that are open; one that is prepared is for those who prepare them."""
        if isinstance(user, AnonymousUser):
            return self.none()
        return self.all() if _looks_after(user, Part.PRIORITIES) else self.exclude(state="DRAFT")

    def editable_by(self, user: User | AnonymousUser) -> Self:
        return self.all() if _looks_after(user, Part.PRIORITIES) else self.none()

    def scored_by(self, user: User | AnonymousUser) -> Self:
        """Those that `user` may score and weigh: open ones."""
        open_ones = self.filter(state="SCORING")
        return open_ones if _looks_after(user, Part.SCORES) else self.none()


class CandidateQuerySet(WithdrawableQuerySet["Candidate"]):
    def standing(self, at: datetime | None = None) -> Self:
        """In the exercise, now or at an instant."""
        if at is None:
            return self.current()
        still = Q(withdrawn_at=None) | Q(withdrawn_at__gt=at)
        return self.filter(still, added_at__lte=at)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those whose project `user` may read."""
        projects = apps.get_model("portfolio", "Project").objects
        return self.filter(project__in=projects.visible_to(user))


class ScoreQuerySet(models.QuerySet["Score"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        projects = apps.get_model("portfolio", "Project").objects
        return self.filter(candidate__project__in=projects.visible_to(user))

    def standing(self, at: datetime | None = None) -> Self:
        """The last version of each, now or at an instant."""
        known = self if at is None else self.filter(scored_at__lte=at)
        ordered = known.order_by("candidate_id", "criterion_id", "-version")
        return ordered.distinct("candidate_id", "criterion_id")


class MemberWeightsQuerySet(models.QuerySet["MemberWeights"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One's own; those of others once they are revealed."""
        if isinstance(user, AnonymousUser):
            return self.none()
        return self.filter(Q(member=user) | Q(exercise__weights_revealed_at__isnull=False))

    def standing(self, at: datetime | None = None) -> Self:
        """The last version of each member, now or at an instant."""
        known = self if at is None else self.filter(given_at__lte=at)
        ordered = known.order_by("exercise_id", "member_id", "-version")
        return ordered.distinct("exercise_id", "member_id")


def _looks_after(user: User | AnonymousUser, part: Part) -> bool:
    return bool(rights_of(user).everywhere() & roles_for(part))
