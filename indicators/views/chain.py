"""The results chain of a project, and the links within it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.charts.chain import chain_chart
from indicators.forms.links import LinkForm, LinkMoveForm
from indicators.models import CausalLink
from indicators.queries.chain import results_chain
from indicators.views.evidence import asked
from portfolio import moments
from portfolio.models import Project
from portfolio.permissions import parts_of
from portfolio.roles import Part
from portfolio.views.editing import editable, is_saved, sent


@login_required
def chain_page(request: HttpRequest, code: str) -> HttpResponse:
    """What moves what: a drawing, and the list with the reasons."""
    project = get_object_or_404(Project.objects.visible_to(request.user), code=code)
    then = asked(request)
    found = results_chain(project, today=then.day(timezone.localdate()), as_of=then.at)
    context = {
        "project": project,
        "chain": found,
        "chart": chain_chart(found),
        "asked": then,
        "back": moments.without(request.GET, request.path),
        "may_edit": not then.at and Part.FACTS in parts_of(request.user, project),
    }
    return render(request, "indicators/pages/chain.html", context)


@login_required
@transaction.atomic
def link_add(request: HttpRequest, code: str) -> HttpResponse:
    project = editable(request, code)
    return _answer(request, LinkForm(sent(request), project=project), _("Add a link"))


@login_required
@transaction.atomic
def link_edit(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Said otherwise."""
    project, link = _found(request, code, pk)
    form = LinkForm(sent(request), project=project, link=link)
    return _answer(request, form, _("Change “%s”") % link)


@login_required
@transaction.atomic
def link_move(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Taken off."""
    project, link = _found(request, code, pk)
    form = LinkMoveForm(sent(request), project=project, link=link)
    return _answer(request, form, _("Take off “%s”") % link)


def _found(request: HttpRequest, code: str, pk: int) -> tuple[Project, CausalLink]:
    project = editable(request, code)
    links = CausalLink.objects.standing().select_related("cause", "effect", "project")
    return project, get_object_or_404(links, project=project, pk=pk)


def _answer(request: HttpRequest, form: Any, title: str) -> HttpResponse:
    if form.is_bound and form.is_valid() and is_saved(request, form):
        messages.success(request, _("Changes saved."))
        return redirect("indicators:chain", code=form.project.code)
    context = {"form": form, "project": form.project, "title": title}
    status = 422 if form.errors else 200
    return render(request, "indicators/pages/chain_edit.html", context, status=status)
