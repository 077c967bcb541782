"""What the public pages read: always as somebody without an account, whoever is logged in."""

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone

from portfolio import moments
from portfolio.models import Project
from portfolio.moments import Asked
from portfolio.querysets import ProjectQuerySet


def public_projects() -> ProjectQuerySet:
    """The projects that residents may read."""
    return Project.objects.visible_to(AnonymousUser())


def asked(request: HttpRequest) -> Asked:
    """The instant whose knowledge the address asks for (`?au=`)."""
    return moments.asked(request.GET.get(moments.NAME, ""), now=timezone.now())
