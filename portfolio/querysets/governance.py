"""Questions about committees, their meetings and what they decide."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portfolio.reach import rights_of
from portfolio.roles import Part, Role, roles_for

if TYPE_CHECKING:
    from portfolio.models import (
        AgendaProposal,
        Committee,
        Condition,
        Decision,
        FollowUpAction,
        Meeting,
        User,
    )


def looks_after_committees(user: User | AnonymousUser) -> bool:
    """Whether `user` has the matter of committees, for the whole metropolis."""
    return bool(rights_of(user).everywhere() & roles_for(Part.COMMITTEES))


def _reads_all(user: User | AnonymousUser) -> bool:
    return looks_after_committees(user) or Role.AUDITOR in rights_of(user).everywhere()


def _sits(user: User, today: date) -> Q:
    seats = apps.get_model("portfolio", "CommitteeMember").objects.filter(
        Q(until_on=None) | Q(until_on__gte=today), user=user, from_on__lte=today
    )
    return Q(pk__in=seats.values("committee")) | Q(chair=user) | Q(secretary=user)


class CommitteeQuerySet(models.QuerySet["Committee"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those that `user` sits in, leads or prepares; all for who looks after committees and for
        auditors."""
        if isinstance(user, AnonymousUser):
            return self.none()
        return self.all() if _reads_all(user) else self.filter(_sits(user, timezone.localdate()))

    def editable_by(self, user: User | AnonymousUser) -> Self:
        """Those that `user` leads or prepares; all for who looks after committees."""
        if isinstance(user, AnonymousUser):
            return self.none()
        if looks_after_committees(user):
            return self.all()
        return self.filter(Q(chair=user) | Q(secretary=user))


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of the committees that `user` reads."""
        committees = apps.get_model("portfolio", "Committee").objects
        return self.filter(committee__in=committees.visible_to(user))

    def editable_by(self, user: User | AnonymousUser) -> Self:
        committees = apps.get_model("portfolio", "Committee").objects
        return self.filter(committee__in=committees.editable_by(user))


class DecisionQuerySet(models.QuerySet["Decision"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """For agents: those about a project that `user` may read; those about none, of the
        meetings that they read."""
        if isinstance(user, AnonymousUser):
            return self.none()
        projects = apps.get_model("portfolio", "Project").objects.visible_to(user)
        meetings = apps.get_model("portfolio", "Meeting").objects.visible_to(user)
        return self.filter(Q(project__in=projects) | Q(project=None, item__meeting__in=meetings))


class ConditionQuerySet(models.QuerySet["Condition"]):
    def lapsed(self, today: date) -> Self:
        """Not met, and its day is past."""
        return self.filter(met_at=None, due_on__lt=today)


class FollowUpActionQuerySet(models.QuerySet["FollowUpAction"]):
    def open(self) -> Self:
        return self.filter(done_at=None)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of the decisions that `user` reads."""
        decisions = apps.get_model("portfolio", "Decision").objects
        return self.filter(decision__in=decisions.visible_to(user))


class AgendaProposalQuerySet(models.QuerySet["AgendaProposal"]):
    def open(self) -> Self:
        return self.filter(state="OPEN")

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """For who prepares a meeting: of the projects that they may read."""
        committees = apps.get_model("portfolio", "Committee").objects
        if not committees.editable_by(user).exists() and not looks_after_committees(user):
            return self.none()
        projects = apps.get_model("portfolio", "Project").objects
        return self.filter(project__in=projects.visible_to(user))
