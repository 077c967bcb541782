"""Where a figure comes from."""

from datetime import date, datetime

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from indicators.models import Indicator
from indicators.queries import provenance
from indicators.queries.formulas import in_words
from portfolio.models import Zone


@login_required
def provenance_page(request: HttpRequest, code: str, zone: str, day: str) -> HttpResponse:
    """Of the figure of an indicator in a zone, over the period that begins on that day."""
    indicator = get_object_or_404(Indicator, code=code)
    place = get_object_or_404(Zone, code=zone)
    try:
        on = date.fromisoformat(day)
        as_of = _instant(request.GET.get("au", ""))
    except ValueError as error:
        raise Http404 from error
    found = provenance(indicator, place, on, as_of=as_of)
    if found is None:
        raise Http404
    context = {
        "found": found,
        "as_of": as_of,
        "words": in_words(found.formula) if found.formula else "",
        "known_at": found.parts[0].version.known_from.isoformat() if found.parts else "",
    }
    return render(request, "indicators/pages/provenance.html", context)


def _instant(text: str) -> datetime | None:
    """Whose knowledge is shown; without it, today's. Raises ValueError on what is none."""
    if not text:
        return None
    found = datetime.fromisoformat(text)
    if not 1900 <= found.year <= 2200:
        raise ValueError(text)
    return found if found.tzinfo else timezone.make_aware(found)
