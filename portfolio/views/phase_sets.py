"""The sets of phases, for administrators."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Count, Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from portfolio.forms.phase_sets import (
    PhaseAddForm,
    PhaseCorrectForm,
    ReferenceForm,
    SetAddForm,
    SetForm,
    SetWithdrawForm,
)
from portfolio.models import Phase, PhaseSet
from portfolio.permissions import may
from portfolio.roles import Part
from portfolio.views.editing import is_saved, sent


@login_required
def phase_sets(request: HttpRequest) -> HttpResponse:
    """Every set with its phases, and how many projects use it."""
    _administrator(request)
    phases = Phase.objects.annotate(used=Count("projects")).order_by("rank")
    found = PhaseSet.objects.annotate(used=Count("projects", distinct=True)).order_by("name_fr")
    context = {"sets": found.prefetch_related(Prefetch("phases", phases, "ranked"))}
    return render(request, "portfolio/pages/phase_sets.html", context)


@login_required
@transaction.atomic
def set_add(request: HttpRequest) -> HttpResponse:
    _administrator(request)
    return _answer(request, SetAddForm(sent(request)), title=_("Add a phase set"))


@login_required
@transaction.atomic
def set_edit(request: HttpRequest, pk: int) -> HttpResponse:
    phase_set = _set(request, pk)
    form = SetForm(sent(request), phase_set=phase_set)
    return _answer(request, form, title=_("Change: %(name)s") % {"name": phase_set})


@login_required
@transaction.atomic
def set_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """No longer offered, or offered again."""
    phase_set = _set(request, pk)
    title = _("Bring back: %(name)s") if phase_set.withdrawn_at else _("Withdraw: %(name)s")
    form = SetWithdrawForm(sent(request), phase_set=phase_set)
    return _answer(request, form, title=title % {"name": phase_set})


@login_required
@transaction.atomic
def phase_add(request: HttpRequest, pk: int) -> HttpResponse:
    """A phase more in a set."""
    phase_set = _set(request, pk)
    form = PhaseAddForm(sent(request), phase_set=phase_set)
    return _answer(request, form, title=_("Add a phase: %(name)s") % {"name": phase_set})


@login_required
@transaction.atomic
def phase_correct(request: HttpRequest, pk: int) -> HttpResponse:
    _administrator(request)
    phase = get_object_or_404(Phase, pk=pk)
    form = PhaseCorrectForm(sent(request), phase=phase)
    return _answer(request, form, title=_("Change: %(name)s") % {"name": phase})


def _administrator(request: HttpRequest) -> None:
    if not may(request.user, Part.ACCOUNTS):
        raise Http404


def _set(request: HttpRequest, pk: int) -> PhaseSet:
    _administrator(request)
    return get_object_or_404(PhaseSet, pk=pk)


def _answer(request: HttpRequest, form: ReferenceForm, *, title: str) -> HttpResponse:
    if form.is_bound and form.is_valid() and is_saved(request, form):
        messages.success(request, _("Changes saved."))
        return redirect("portfolio:phase-sets")
    back = reverse("portfolio:phase-sets")
    context = {"form": form, "title": title, "back": back, "back_label": _("Phase sets")}
    template = "portfolio/pages/reference_edit.html"
    return render(request, template, context, status=422 if form.errors else 200)
