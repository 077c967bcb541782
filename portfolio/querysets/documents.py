"""Questions about the documents and the risks of projects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q

from portfolio.querysets.withdrawable import WithdrawableQuerySet
from portfolio.roles import Part

if TYPE_CHECKING:
    from portfolio.models import ProjectDocument, Risk, User


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
            | Q(project__in=projects.editable_by(user, Part.DOCUMENTS))
        )


class RiskQuerySet(WithdrawableQuerySet["Risk"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Risks stay inside: nothing for residents, for agents those of the projects they see."""
        if isinstance(user, AnonymousUser):
            return self.none()
        projects = apps.get_model("portfolio", "Project").objects
        return self.filter(project__in=projects.visible_to(user))

    def with_criticality(self) -> Self:
        """Adds `rated`, from 1 to 16, as `portfolio.analysis.risks` computes it."""
        return self.annotate(rated=F("probability") * F("severity"))
