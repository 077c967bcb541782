"""Where a project is: its block on the project's page, and the forms that change it."""

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from portfolio.charts.maps.project import project_map
from portfolio.forms.place import PlaceForm, ZoneAddForm, ZoneRemoveForm
from portfolio.models import Project
from portfolio.roles import Part
from portfolio.views.editing import answer, editable, sent


def place_block(project: Project) -> dict[str, object]:
    zones = project.project_zones.select_related("zone").order_by("zone__kind", "zone__name")
    excluded = project.excluded_zones.select_related("zone").order_by("zone__name")
    return {"map": project_map(project), "zones": zones, "excluded": excluded}


@login_required
@transaction.atomic
def place_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Draw, paste or send a place; look at what was understood; save."""
    form = PlaceForm(
        sent(request), files=request.FILES or None, project=editable(request, code, Part.PLACE)
    )
    return answer(request, form, block="place", title=_("Place of the project"))


@login_required
@transaction.atomic
def zone_add(request: HttpRequest, code: str) -> HttpResponse:
    form = ZoneAddForm(sent(request), project=editable(request, code, Part.PLACE))
    return answer(request, form, block="place", title=_("Add a commune or a district"))


@login_required
@transaction.atomic
def zone_remove(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    project = editable(request, code, Part.PLACE)
    found = get_object_or_404(project.project_zones.select_related("zone"), zone=pk)
    form = ZoneRemoveForm(sent(request), project=project, zone=found.zone)
    return answer(request, form, block="place", title=_("Take off %(zone)s") % {"zone": found.zone})
