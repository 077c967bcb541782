"""Alerts: the list, by the filter of the address, and what is done about each, in place."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portfolio.forms.alerts import AlertFilterForm, HandleForm
from portfolio.models import Alert, User
from portfolio.queries.alert_words import words
from portfolio.queries.week import Told
from portfolio.querysets import AlertQuerySet
from portfolio.services import alerts
from portfolio.views.editing import sent

PER_PAGE = 50


@login_required
def alert_list(request: HttpRequest) -> HttpResponse:
    """Newest first; that they were before somebody's eyes is kept."""
    form = AlertFilterForm(request.GET or None)
    chosen = form.cleaned_data if form.is_valid() else {}
    found = _filtered(request, chosen).select_related("project", "handled_by")
    page = Paginator(found.order_by("-opened_at", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    if chosen.get("scope") != "all":
        alerts.see(alerts=shown, at=timezone.now())
    mine = _manageable(request).filter(pk__in=[alert.pk for alert in shown])
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "told": [Told(alert, words(alert, today=timezone.localdate())) for alert in shown],
        "manageable": set(mine.values_list("pk", flat=True)),
        "address": query.urlencode(),
    }
    return render(request, "portfolio/alerts/list.html", context)


@login_required
@transaction.atomic
def alert_handle(request: HttpRequest, pk: int) -> HttpResponse:
    """Acknowledge it, or put it off to a day."""
    alert = get_object_or_404(_manageable(request).open().select_related("project"), pk=pk)
    form = HandleForm(sent(request), alert=alert)
    if form.is_bound and form.is_valid() and _handled(request, form):
        return _again(request, alert, _("The alert is silent; “Undo” brings it back."))
    context = {"form": form, "told": Told(alert, words(alert, today=timezone.localdate()))}
    in_place = bool(request.headers.get("HX-Request"))
    template = "portfolio/alerts/form.html" if in_place else "portfolio/alerts/handle.html"
    return render(request, template, context, status=422 if form.errors else 200)


@login_required
@require_POST
@transaction.atomic
def alert_undo(request: HttpRequest, pk: int) -> HttpResponse:
    alert = get_object_or_404(_manageable(request).open(), pk=pk)
    alerts.unhandle(alert=alert, by=cast("User", request.user), at=timezone.now())
    return _again(request, alert, _("The alert is to deal with again."))


@login_required
def alert_part(request: HttpRequest, pk: int) -> HttpResponse:
    """One alert alone, to stand again where its form was."""
    alert = get_object_or_404(Alert.objects.visible_to(request.user), pk=pk)
    return _part(request, alert)


def _manageable(request: HttpRequest) -> AlertQuerySet:
    return Alert.objects.visible_to(request.user).manageable_by(request.user)


def _filtered(request: HttpRequest, chosen: dict[str, str]) -> AlertQuerySet:
    today = timezone.localdate()
    found = Alert.objects.visible_to(request.user)
    if chosen.get("scope") != "all":
        found = found.addressed_to(cast("User", request.user))
    if chosen.get("kind"):
        found = found.filter(kind=chosen["kind"])
    for word in chosen.get("q", "").split():
        named = Q(project__name_fr__icontains=word) | Q(project__name_en__icontains=word)
        found = found.filter(named | Q(project__code__icontains=word))
    if chosen.get("state") == "closed":
        return found.exclude(closed_at=None)
    loud = found.loud(today)
    quiet = found.open().exclude(pk__in=loud.values("pk"))
    return quiet if chosen.get("state") == "quiet" else loud


def _handled(request: HttpRequest, form: HandleForm) -> bool:
    by, given = cast("User", request.user), form.cleaned_data
    try:
        if given["until"]:
            alerts.snooze(
                alert=form.alert, until=given["until"], by=by, reason=given["reason"],
                at=timezone.now(),
            )  # fmt: skip
        else:
            alerts.acknowledge(alert=form.alert, by=by, reason=given["reason"], at=timezone.now())
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _again(request: HttpRequest, alert: Alert, news: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return _part(
            request, Alert.objects.select_related("project", "handled_by").get(pk=alert.pk)
        )
    messages.success(request, news)
    return redirect("portfolio:alerts")


def _part(request: HttpRequest, alert: Alert) -> HttpResponse:
    manageable = _manageable(request).filter(pk=alert.pk).exists()
    context = {
        "told": Told(alert, words(alert, today=timezone.localdate())),
        "may_handle": manageable,
        "is_part": True,
    }
    return render(request, "portfolio/alerts/item.html", context)
