"""What the public pages read: always as somebody without an account, whoever is logged in."""

from django.contrib.auth.models import AnonymousUser

from portfolio.models import Project
from portfolio.querysets import ProjectQuerySet


def public_projects() -> ProjectQuerySet:
    """The projects that residents may read."""
    return Project.objects.visible_to(AnonymousUser())
