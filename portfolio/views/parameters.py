"""The finance parameters and the price indexes: read by all who sign in, changed by
finance officers of the whole metropolis; a new figure is a new row."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portfolio.forms.parameters import IndexForm, IndexValuesForm, ParameterForm
from portfolio.models import PriceIndex
from portfolio.permissions import may, require
from portfolio.queries.parameters import parameter_groups
from portfolio.queries.prices import index_rows
from portfolio.roles import Part
from portfolio.views.editing import is_saved, sent

PAGE = "portfolio/pages/parameters.html"
FORM = "portfolio/pages/reference_edit.html"


@login_required
def parameters(request: HttpRequest) -> HttpResponse:
    """Every figure of the law with its text, and every index with how far it goes."""
    context = {
        "groups": parameter_groups(today=timezone.localdate()),
        "indexes": index_rows(),
        "may_change": may(request.user, Part.PARAMETERS),
    }
    return render(request, PAGE, context)


@login_required
def parameter_add(request: HttpRequest) -> HttpResponse:
    _officer(request)
    form = ParameterForm(sent(request), initial={"code": request.GET.get("code", "")})
    if form.is_bound and _is_saved(request, form):
        messages.success(request, _("The figure is entered; those before it stay."))
        return redirect("portfolio:parameters")
    return _form(request, form, _("New figure of a parameter"))


@login_required
def index_add(request: HttpRequest) -> HttpResponse:
    _officer(request)
    form = IndexForm(sent(request))
    if form.is_bound and _is_saved(request, form):
        messages.success(request, _("The index is open: enter its months."))
        return redirect("portfolio:price-index", form.cleaned_data["code"])
    return _form(request, form, _("New price index"))


@login_required
def index_page(request: HttpRequest, name: str) -> HttpResponse:
    """The series of one index, and the form that adds months to it."""
    index = get_object_or_404(PriceIndex, code=name)
    if request.method == "POST":
        _officer(request)
    form = IndexValuesForm(sent(request), request.FILES or None, index=index)
    if form.is_bound and _is_saved(request, form):
        messages.success(request, _entered(form))
        return redirect("portfolio:price-index", index.code)
    context = {
        "index": index,
        "values": index.values.order_by("-month_on"),
        "form": form,
        "may_change": may(request.user, Part.PARAMETERS),
    }
    status = 422 if form.errors else 200
    return render(request, "portfolio/pages/price_index.html", context, status=status)


# ---------------------------------------------------------------- below


def _officer(request: HttpRequest) -> None:
    require(request, Part.PARAMETERS)


def _form(request: HttpRequest, form: ParameterForm | IndexForm, title: str) -> HttpResponse:
    back, label = reverse("portfolio:parameters"), _("Finance parameters")
    context = {"form": form, "title": title, "back": back, "back_label": label}
    return render(request, FORM, context, status=422 if form.errors else 200)


def _is_saved(request: HttpRequest, form: ParameterForm | IndexForm | IndexValuesForm) -> bool:
    return form.is_valid() and is_saved(request, form)


def _entered(form: IndexValuesForm) -> str:
    told = form.entered
    new, changed = (told.added, told.changed) if told else (0, 0)
    added = ngettext("%(count)s month added", "%(count)s months added", new) % {"count": new}
    return _("%(added)s, %(changed)s changed.") % {"added": added, "changed": changed}
