"""Places to compare with: the list that every agent reads, and what the data team changes in it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from indicators.forms.compared_places import PlaceForm, PlaceRemovalForm
from indicators.models import ComparedPlace
from indicators.queries import compared_places
from portfolio.permissions import may, require
from portfolio.queries import changes
from portfolio.roles import Part
from portfolio.views.editing import is_saved, sent


@login_required
def places_page(request: HttpRequest) -> HttpResponse:
    visible = ComparedPlace.objects.visible_to(request.user).select_related("zone")
    context = {
        "rows": compared_places.rows(visible.order_by("name_fr", "pk")),
        "may_change": may(request.user, Part.SOURCES),
    }
    return render(request, "indicators/pages/places.html", context)


@login_required
def place_add(request: HttpRequest) -> HttpResponse:
    require(request, Part.SOURCES)
    form = PlaceForm(sent(request))
    if form.is_bound and form.is_valid() and is_saved(request, form):
        return _done(request, _("The place is entered; feeds may name it as their zone."))
    return _form(request, {"form": form, "title": _("Enter a place to compare with")})


@login_required
@transaction.atomic
def place_edit(request: HttpRequest, pk: int) -> HttpResponse:
    place = _found(request, pk, to_change=request.method == "POST")
    form = PlaceForm(sent(request), place=place)
    if form.is_bound and form.is_valid() and is_saved(request, form):
        return _done(request, _("Changes saved."))
    history = changes.of_record(place, reader=request.user)
    return _form(request, {"form": form, "title": place.name, "place": place, "changes": history})


@login_required
def place_remove(request: HttpRequest, pk: int) -> HttpResponse:
    place = _found(request, pk)
    form = PlaceRemovalForm(sent(request), place=place)
    if form.is_bound and form.is_valid() and is_saved(request, form):
        return _done(request, _("%(place)s is taken off.") % {"place": place.name})
    title = _("Take off “%s”") % place.name
    uses = compared_places.uses_of(place.zone)
    return _form(
        request, {"form": form, "title": title, "place": place, "removes": True, "uses": uses}
    )


def _found(request: HttpRequest, pk: int, *, to_change: bool = False) -> ComparedPlace:
    """`to_change`: locked, within a transaction, while it is compared with what its form showed."""
    require(request, Part.SOURCES)
    visible = ComparedPlace.objects.visible_to(request.user).select_related("zone")
    return get_object_or_404(
        visible.select_for_update(of=("self",)) if to_change else visible, pk=pk
    )


def _done(request: HttpRequest, news: str) -> HttpResponse:
    messages.success(request, news)
    return redirect("indicators:places")


def _form(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    status = 422 if getattr(context["form"], "errors", None) else 200
    return render(request, "indicators/pages/place_edit.html", context, status=status)
