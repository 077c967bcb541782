"""Groups of people: the list that everybody reads, and what the data team says of them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from indicators.forms.people_groups import GroupForm
from indicators.models import PeopleGroup
from portfolio.permissions import may, require
from portfolio.roles import Part
from portfolio.views.editing import is_saved, sent


@login_required
def groups_page(request: HttpRequest) -> HttpResponse:
    feeds = Count("series__feed__indicator", distinct=True)
    context = {
        "groups": PeopleGroup.objects.annotate(measures=feeds).order_by("name_fr"),
        "may_change": may(request.user, Part.SOURCES),
    }
    return render(request, "indicators/pages/groups.html", context)


@login_required
def group_add(request: HttpRequest) -> HttpResponse:
    require(request, Part.SOURCES)
    return _saved(request, GroupForm(sent(request)), _("Add a group of people"))


@login_required
def group_edit(request: HttpRequest, code: str) -> HttpResponse:
    require(request, Part.SOURCES)
    group = get_object_or_404(PeopleGroup, code=code)
    return _saved(request, GroupForm(sent(request), group=group), _("Describe “%s”") % group)


def _saved(request: HttpRequest, form: GroupForm, title: str) -> HttpResponse:
    if form.is_bound and form.is_valid() and is_saved(request, form):
        messages.success(request, _("The group is kept."))
        return redirect("indicators:groups")
    context = {"form": form, "title": title}
    status = 422 if form.errors else 200
    return render(request, "indicators/pages/group_edit.html", context, status=status)
