"""Targets of the territory, that no project carries: read by everybody, set by the data team."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators import queries
from indicators.forms.territory_targets import TerritoryMoveForm, TerritoryTargetForm
from indicators.models import Target
from indicators.queries.source_history import history_of_target
from indicators.views.boards import carried
from indicators.views.evidence import asked
from portfolio import moments
from portfolio.permissions import may, require
from portfolio.roles import Part
from portfolio.views.editing import is_saved, sent

OWN = Q(project=None)


@login_required
def targets_page(request: HttpRequest) -> HttpResponse:
    then = asked(request)
    found = queries.targets_of(OWN, as_of=then.at)
    may_change = not then.at and may(request.user, Part.SOURCES)
    off = Target.objects.filter(OWN).exclude(withdrawn_at=None).order_by("indicator__code")
    context = {
        "views": queries.target_views(found, today=then.day(timezone.localdate()), as_of=then.at),
        "may_change": may_change,
        "withdrawn": off.select_related("indicator", "zone", "group") if may_change else (),
        "asked": then, "back": moments.without(request.GET, request.path), "here": "territory",
        "carried": carried(request),
    }  # fmt: skip
    return render(request, "indicators/pages/territory_targets.html", context)


@login_required
def target_add(request: HttpRequest) -> HttpResponse:
    require(request, Part.SOURCES)
    return _saved(request, TerritoryTargetForm(sent(request)), _("Add a target of the territory"))


@login_required
@transaction.atomic
def target_revise(request: HttpRequest, pk: int) -> HttpResponse:
    target = _found(request, pk)
    form = TerritoryTargetForm(sent(request), target=target)
    return _saved(request, form, _("Revise “%s”") % target)


@login_required
def target_move(request: HttpRequest, pk: int) -> HttpResponse:
    target = _found(request, pk)
    words = _("Bring back “%s”") if target.withdrawn_at else _("Take off “%s”")
    return _saved(request, TerritoryMoveForm(sent(request), target=target), words % target)


def _found(request: HttpRequest, pk: int) -> Target:
    """Locked while it is compared with what its form showed."""
    require(request, Part.SOURCES)
    own = Target.objects.filter(OWN).select_related("indicator", "zone", "group")
    if request.method == "POST" and transaction.get_connection().in_atomic_block:
        own = own.select_for_update(of=("self",))
    return get_object_or_404(own, pk=pk)


def _saved(
    request: HttpRequest, form: TerritoryTargetForm | TerritoryMoveForm, title: str
) -> HttpResponse:
    if form.is_bound and form.is_valid() and is_saved(request, form):
        messages.success(request, _("Changes saved."))
        return redirect("indicators:territory-targets")
    target = form.target
    context = {
        "form": form, "title": title, "moves": isinstance(form, TerritoryMoveForm),
        "changes": history_of_target(target, reader=request.user) if target else (),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "indicators/pages/territory_target_edit.html", context, status=status)
