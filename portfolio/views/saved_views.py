"""The views of the list that one keeps: saved, renamed, shared, taken off."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portfolio.forms.saved_views import SavedViewForm
from portfolio.models import SavedView, User
from portfolio.querysets import SavedViewQuerySet
from portfolio.services import saved_views

FIELDS = ["name", "is_shared", "is_default", "query"]


@login_required
def view_list(request: HttpRequest) -> HttpResponse:
    """Mine, with those I took off, and those of my department."""
    seen = SavedView.objects.visible_to(request.user).select_related("owner").order_by("name")
    context = {
        "mine": [view for view in seen if view.owner_id == request.user.pk],
        "shared": [v for v in seen.current() if v.owner_id != request.user.pk],
    }
    return render(request, "portfolio/pages/views.html", context)


@login_required
def view_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new view of the address given, or one of mine."""
    view = get_object_or_404(_mine(request), pk=pk) if pk else None
    initial = {name: getattr(view, name) for name in FIELDS} if view else None
    form = SavedViewForm(
        request.POST if request.method == "POST" else None,
        initial=initial or {"query": request.GET.urlencode()},
    )
    if form.is_bound and form.is_valid() and (saved := _saved(request, form, view)):
        messages.success(request, _("View saved."))
        return redirect(f"{reverse('portfolio:projects')}?{saved.query or 'all=1'}")
    context = {"form": form, "view": view}
    return render(
        request, "portfolio/pages/view_edit.html", context, status=422 if form.errors else 200
    )


@login_required
@require_POST
def view_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it off, or bring it back."""
    view = get_object_or_404(_mine(request), pk=pk)
    try:
        if view.withdrawn_at:
            saved_views.bring_back(view=view)
        else:
            saved_views.withdraw(view=view, at=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("portfolio:views")


def _mine(request: HttpRequest) -> SavedViewQuerySet:
    return SavedView.objects.filter(owner=cast("User", request.user))


def _saved(request: HttpRequest, form: SavedViewForm, view: SavedView | None) -> SavedView | None:
    try:
        return saved_views.save(
            **form.cleaned_data, by=cast("User", request.user), at=timezone.now(), view=view
        )
    except ValidationError as error:
        form.add_error(None, error)
        return None
