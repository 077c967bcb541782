"""Who uses a number, and “I used this figure”."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.forms.usages import UsageForm
from indicators.models import Indicator
from indicators.queries.usages import uses_of
from portfolio.models import User
from portfolio.views.editing import is_saved, sent


@login_required
def uses_page(request: HttpRequest, code: str) -> HttpResponse:
    """Decisions, documents and pages, and what was revised since."""
    indicator = _found(request, code)
    context = {"indicator": indicator, "found": uses_of(indicator, reader=request.user)}
    return render(request, "indicators/pages/uses.html", context)


@login_required
def use_add(request: HttpRequest, code: str) -> HttpResponse:
    """Anybody with an account says what they used."""
    indicator, user = _found(request, code), cast("User", request.user)
    today = timezone.localdate()
    form = UsageForm(sent(request), indicator=indicator, user=user, today=today)
    if form.is_bound and form.is_valid() and is_saved(request, form):
        messages.success(request, _("The use is recorded."))
        return redirect("indicators:uses", code=indicator.code)
    context = {"form": form, "indicator": indicator}
    status = 422 if form.errors else 200
    return render(request, "indicators/pages/use_add.html", context, status=status)


def _found(request: HttpRequest, code: str) -> Indicator:
    return get_object_or_404(Indicator.objects.visible_to(request.user), code=code)
