"""Help: what to do when, the words of the field, the guided tour."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from portfolio import glossary
from portfolio.models import User
from portfolio.queries import guide
from portfolio.services import tour


@login_required
def help_page(request: HttpRequest) -> HttpResponse:
    context = {"roles": guide.ROLES, "steps": guide.TOUR}
    return render(request, "portfolio/pages/help.html", context)


@login_required
def glossary_page(request: HttpRequest) -> HttpResponse:
    return render(request, "portfolio/pages/glossary.html", {"terms": glossary.terms()})


@login_required
@require_POST
def tour_finish(request: HttpRequest) -> HttpResponse:
    """The tour was taken or left."""
    tour.finish(user=cast("User", request.user), at=timezone.now())
    return redirect("portfolio:home")
