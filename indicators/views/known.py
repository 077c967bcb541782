"""What was known of a measure on another day, beside what is known today."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from indicators.models import Target
from indicators.queries.known import known_page
from indicators.views.evidence import asked
from portfolio import moments


@login_required
def revisions(request: HttpRequest, target_id: int) -> HttpResponse:
    readable = Target.objects.visible_to(request.user)
    related = readable.select_related("project", "indicator", "zone")
    target = get_object_or_404(related, pk=target_id)
    then = asked(request)
    found, told = known_page(target, today=timezone.localdate(), at=then.at)
    context = {
        "found": found, "told": told, "target": target, "asked": then,
        "back": moments.without(request.GET, request.path),
    }  # fmt: skip
    return render(request, "indicators/pages/known.html", context)
