"""A member's own page during a meeting, on their phone: what is asked, and what they say."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portfolio.forms.governance import PositionForm
from portfolio.models import AgendaItem, Meeting, Position
from portfolio.queries.meetings import Voice, standing
from portfolio.views.acts import person
from portfolio.views.editing import is_saved
from portfolio.views.meetings import readable, readable_item


@login_required
def voice_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The item before the room, or nothing yet."""
    meeting = _where_i_sit(request, pk)
    item = meeting.current_item
    if item is None or not meeting.is_open:
        return render(request, "portfolio/committees/voice.html", {"meeting": meeting})
    return _page(request, readable_item(request, item.pk), None)


@login_required
def voice_where(request: HttpRequest, pk: int) -> HttpResponse:
    """Asked again and again: has the room gone on to another item? `vu` is the one on the page."""
    meeting = _where_i_sit(request, pk)
    here = str(meeting.current_item_id or "")
    context = {"meeting": meeting, "has_moved": here != request.GET.get("vu", "")}
    return render(request, "portfolio/committees/voice_where.html", context)


@login_required
@require_POST
def voice_say(request: HttpRequest, pk: int) -> HttpResponse:
    """Sent twice, it is said once: the key is that of the form."""
    item = readable_item(request, pk)
    _where_i_sit(request, item.meeting_id)
    form = PositionForm(request.POST, item=item)
    if form.is_valid() and is_saved(request, form):
        messages.success(request, _("Your position is kept. You may change it until it is shown."))
        return redirect("portfolio:voice", pk=item.meeting_id)
    return _page(request, item, form)


def _where_i_sit(request: HttpRequest, pk: int) -> Meeting:
    """Members who have a vote alone: a position is nobody else's."""
    meeting = readable(request, pk)
    get_object_or_404(meeting.attendances, user=person(request), votes=True)
    return meeting


def _page(request: HttpRequest, item: AgendaItem, form: PositionForm | None) -> HttpResponse:
    user = person(request)
    own: Voice | None = next(
        (one for one in standing(item).voices if one.attendance.user_id == user.pk), None
    )
    said = Position.objects.filter(item=item, user=user).order_by("-pk").first()
    initial = {"choice": said.choice, "comment": said.comment} if said else {}
    fresh = PositionForm(item=item)
    fresh.initial = initial
    context = {
        "meeting": item.meeting,
        "item": item,
        "own": own,
        "said": said,
        "form": form or fresh,
        "is_over": item.revealed_at is not None or hasattr(item, "decision"),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "portfolio/committees/voice.html", context, status=status)
