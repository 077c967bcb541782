"""Known breaks of the measures: the list that everybody reads, and what the data team declares."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from indicators.forms.known_breaks import BreakForm, WithdrawForm
from indicators.models import KnownBreak
from indicators.tasks import forecast_all
from portfolio.after_commit import after_commit
from portfolio.permissions import may, require
from portfolio.roles import Part
from portfolio.views.editing import is_saved, sent


@login_required
def breaks_page(request: HttpRequest) -> HttpResponse:
    visible = KnownBreak.objects.visible_to(request.user)
    found = visible.select_related("indicator", "zone", "author", "withdrawn_by")
    context = {
        "standing": found.filter(withdrawn_at=None).order_by("-from_on", "-pk"),
        "withdrawn": found.exclude(withdrawn_at=None).order_by("-withdrawn_at"),
        "may_change": may(request.user, Part.SOURCES),
    }
    return render(request, "indicators/pages/breaks.html", context)


@login_required
def break_add(request: HttpRequest) -> HttpResponse:
    require(request, Part.SOURCES)
    form = BreakForm(sent(request))
    if form.is_bound and form.is_valid() and is_saved(request, form):
        return _changed(request, _("The break is declared; forecasts are computed anew."))
    context = {"form": form, "title": _("Declare a known break")}
    return _form(request, context)


@login_required
def break_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    require(request, Part.SOURCES)
    found = KnownBreak.objects.visible_to(request.user).standing()
    known = get_object_or_404(found.select_related("indicator", "zone"), pk=pk)
    form = WithdrawForm(sent(request), known=known)
    if form.is_bound and form.is_valid() and is_saved(request, form):
        return _changed(request, _("The break is withdrawn; forecasts are computed anew."))
    context = {"form": form, "title": _("Withdraw this break"), "known": known}
    return _form(request, context)


def _changed(request: HttpRequest, news: str) -> HttpResponse:
    after_commit(forecast_all.delay)
    messages.success(request, news)
    return redirect("indicators:breaks")


def _form(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    status = 422 if getattr(context["form"], "errors", None) else 200
    return render(request, "indicators/pages/break_edit.html", context, status=status)
