"""The departments and partners: their tree, one of them, its form."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio.forms.organisations import OrganisationForm
from portfolio.models import Organisation, Project, User
from portfolio.permissions import may, require
from portfolio.queries import stakeholders
from portfolio.roles import Part
from portfolio.views.editing import sent


@login_required
def organisation_list(request: HttpRequest) -> HttpResponse:
    """Departments as a tree, then partners and producers of data."""
    user = cast("User", request.user)
    kinds = Organisation.Kind
    context = {
        "departments": stakeholders.tree([kinds.DEPARTMENT], user),
        "others": stakeholders.tree([kinds.PARTNER, kinds.PRODUCER], user),
        "may_edit": may(user, Part.ACCOUNTS),
    }
    return render(request, "portfolio/pages/organisations.html", context)


@login_required
def organisation_page(request: HttpRequest, code: str) -> HttpResponse:
    """What it leads and takes part in, as far as its reader may see."""
    organisation = get_object_or_404(Organisation.objects.select_related("parent"), code=code)
    user = cast("User", request.user)
    led = Project.objects.visible_to(user).filter(lead=organisation)
    context = {
        "organisation": organisation,
        "children": organisation.children.order_by("name_fr"),
        "led": led.select_related("phase").order_by("name_fr", "code"),
        "parts": stakeholders.parts_of(organisation, user),
        "may_edit": may(user, Part.ACCOUNTS),
    }
    return render(request, "portfolio/pages/organisation.html", context)


@login_required
def organisation_add(request: HttpRequest) -> HttpResponse:
    return _form(request, None)


@login_required
def organisation_edit(request: HttpRequest, code: str) -> HttpResponse:
    _only_administrators(request)
    return _form(request, get_object_or_404(Organisation, code=code))


def _form(request: HttpRequest, organisation: Organisation | None) -> HttpResponse:
    _only_administrators(request)
    form = OrganisationForm(sent(request), organisation=organisation)
    if form.is_bound and form.is_valid() and (saved := _saved(request, form)):
        messages.success(request, _("Changes saved."))
        return redirect("portfolio:organisation", code=saved.code)
    context = {"form": form, "organisation": organisation}
    status = 422 if form.errors else 200
    return render(request, "portfolio/pages/organisation_edit.html", context, status=status)


def _saved(request: HttpRequest, form: OrganisationForm) -> Organisation | None:
    try:
        with transaction.atomic():
            return form.save(by=cast("User", request.user), at=timezone.now())
    except ValidationError as error:
        form.add_error(None, error)
        return None


def _only_administrators(request: HttpRequest) -> None:
    require(request, Part.ACCOUNTS)
