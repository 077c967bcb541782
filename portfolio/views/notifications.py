"""What I receive by mail."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from portfolio.forms.notifications import NotificationForm
from portfolio.models import User
from portfolio.queries.digest import choice_of
from portfolio.services import notifications
from portfolio.views.editing import sent


@login_required
def choices(request: HttpRequest) -> HttpResponse:
    """One's own, and nobody else's."""
    user = cast("User", request.user)
    form = NotificationForm(sent(request), choice=choice_of(user))
    if form.is_bound and form.is_valid():
        notifications.choose(user=user, choices=form.cleaned_data)
        messages.success(request, _("Your choices are kept."))
        return redirect("portfolio:notifications")
    status = 422 if form.errors else 200
    return render(request, "portfolio/pages/notifications.html", {"form": form}, status=status)
