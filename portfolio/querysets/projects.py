"""Questions about projects and programmes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery

from portfolio.reach import rights_of
from portfolio.roles import DRAFTS, Part, Role, roles_for

if TYPE_CHECKING:
    from portfolio.models import Programme, Project, User


class ProjectQuerySet(models.QuerySet["Project"]):
    def ids(self) -> list[int]:
        """Each once, whatever a filter joined, in no order; to be asked for with `__among`. What
        is asked of these projects next does not ask again who they are: a question nested in
        others is what the server plans worst."""
        return list(self.order_by().values_list("pk", flat=True).distinct())

    def once(self) -> ProjectQuerySet:
        """The same projects, each once, in no order, their ids being read now."""
        return ProjectQuerySet(self.model).filter(pk__among=self.ids())

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
        if Role.ADMINISTRATOR in rights_of(user).everywhere():
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


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def within(self, programme: Programme) -> Self:
        """The node itself and all below it, however deep."""
        parents = dict(self.values_list("pk", "parent"))
        found: set[int] = set()
        new = {programme.pk}
        while new - found:
            found |= new
            new = {pk for pk, parent in parents.items() if parent in found}
        return self.filter(pk__in=found)
