"""Where a figure comes from."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from indicators.models import Indicator, PeopleGroup
from indicators.queries import provenance
from indicators.queries.formulas import in_words
from indicators.views.evidence import asked
from portfolio import moments
from portfolio.models import Zone


@login_required
def provenance_page(request: HttpRequest, code: str, zone: str, day: str) -> HttpResponse:
    """Of the figure of an indicator in a zone, over the period that begins on that day."""
    indicator = get_object_or_404(Indicator, code=code)
    place = get_object_or_404(Zone, code=zone)
    try:
        on = date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    then = asked(request)
    code_of_group = request.GET.get("groupe", "")
    group = get_object_or_404(PeopleGroup, code=code_of_group) if code_of_group else None
    found = provenance(indicator, place, on, as_of=then.at, group=group)
    if found is None:
        raise Http404
    context = {
        "found": found,
        "asked": then,
        "back": moments.without(request.GET, request.path),
        "words": in_words(found.formula) if found.formula else "",
        "known_at": found.parts[0].version.known_from.isoformat() if found.parts else "",
    }
    return render(request, "indicators/pages/provenance.html", context)
