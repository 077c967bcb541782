"""Named questions about documents, chainable."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from portfolio.permissions import reads_everything

if TYPE_CHECKING:
    from portfolio.models import User
    from reports.models import Document


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those that `user` asked for; all for administrators and auditors."""
        if isinstance(user, AnonymousUser):
            return self.none()
        return self.all() if reads_everything(user) else self.filter(owner=user)

    def claimable(self, now: datetime) -> Self:
        """Waiting, or left by a worker that has not been heard of since."""
        return self.filter(Q(state="WAITING") | Q(state="RUNNING", lease_until__lt=now))
