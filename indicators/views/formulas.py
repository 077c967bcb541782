"""Indicators: what they are, where their values come from, and the formula of those computed."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.forms.formulas import UnitForm
from indicators.models import Feed, Formula, Indicator
from indicators.queries import formulas as queries
from indicators.queries.comparators import beside
from indicators.services import formulas as services
from indicators.services.formula_checks import is_known
from indicators.tasks import pull_run
from indicators.views import formula_work
from indicators.views.formula_work import FormulaWork
from portfolio.after_commit import after_commit
from portfolio.models import User
from portfolio.permissions import may, require
from portfolio.roles import Part


@login_required
def indicators(request: HttpRequest) -> HttpResponse:
    found = list(Indicator.objects.order_by("name_fr"))
    last = queries.latest(one.pk for one in found)
    shown = [(one, _in_words(last.get(one.pk))) for one in found]
    return render(request, "indicators/pages/indicators.html", {"indicators": shown})


@login_required
def indicator_page(request: HttpRequest, code: str) -> HttpResponse:
    indicator = get_object_or_404(Indicator, code=code)
    versions = [(one, queries.in_words(one)) for one in queries.versions(indicator)]
    visible = Feed.objects.visible_to(request.user).filter(indicator=indicator)
    feeds = list(visible.select_related("source").order_by("code"))
    context = {
        "indicator": indicator,
        "versions": versions,
        "feeds": feeds,
        "is_running": any(feed.is_computed and feed.is_active for feed in feeds),
        "users": queries.users(indicator),
        "beside": beside(indicator),
        "may_change": may(request.user, Part.SOURCES),
        "is_unit_known": is_known(indicator.machine_unit),
    }
    return render(request, "indicators/pages/indicator.html", context)


@login_required
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """The unit that formulas read."""
    require(request, Part.SOURCES)
    indicator = get_object_or_404(Indicator, code=code)
    form = UnitForm(request.POST or None, instance=indicator)
    if form.is_bound and form.is_valid():
        services.state_unit(indicator=indicator, unit=form.cleaned_data["machine_unit"])
        messages.success(request, _("The unit is stored."))
        return redirect("indicators:indicator", code=code)
    context = {"form": form, "indicator": Indicator.objects.get(pk=indicator.pk)}
    status = 422 if form.errors else 200
    return render(request, "indicators/pages/indicator_unit.html", context, status=status)


@login_required
def formula(request: HttpRequest, code: str) -> HttpResponse:
    """The formula, checked while it is typed; saved, it is a new version."""
    require(request, Part.SOURCES)
    indicator = get_object_or_404(Indicator, code=code)
    if request.method != "POST":
        return _page(request, formula_work.stored(indicator, services.current(indicator)))
    if "stop" in request.POST:
        services.stop(indicator=indicator)
        messages.success(request, _("The indicator is computed no more; nothing is lost."))
        return redirect("indicators:indicator", code=code)
    is_saved = "save" in request.POST
    work = formula_work.typed(indicator, request.POST, is_saved=is_saved)
    if is_saved and work.form.is_valid() and _saved(request, work):
        return redirect("indicators:indicator", code=code)
    if request.headers.get("HX-Request") and not is_saved:
        return render(request, "indicators/pages/formula_check.html", {"work": work})
    return _page(request, work, status=422 if is_saved else 200)


def _page(request: HttpRequest, work: FormulaWork, status: int = 200) -> HttpResponse:
    context = {"work": work, "form": work.form, "indicator": work.indicator}
    return render(request, "indicators/pages/formula.html", context, status=status)


@transaction.atomic
def _saved(request: HttpRequest, work: FormulaWork) -> bool:
    try:
        agreed = services.agree(
            draft=work.draft, by=cast("User", request.user), at=timezone.now(),
            reason=work.form.cleaned_data["reason"],
        )  # fmt: skip
    except ValidationError as error:
        for told in error.messages:
            work.form.add_error(None, told)
        return False
    if agreed is None:
        messages.info(request, _("The formula says the same as before: nothing changes."))
        return True
    after_commit(pull_run.delay, agreed.run.pk)
    messages.success(
        request,
        _("Version %(version)s holds; all periods are computed in a moment.")
        % {"version": agreed.formula.version},
    )
    return True


def _in_words(last: Formula | None) -> str:
    return queries.in_words(last) if last else ""
