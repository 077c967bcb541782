"""A meeting: its page, its agenda put in order, opened and closed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portfolio.forms.governance import InterestForm, ItemForm, MeetingForm, OpeningForm
from portfolio.models import AgendaItem, Attendance, ConflictOfInterest, Meeting, Project, User
from portfolio.queries.meetings import agenda, unread_by
from portfolio.services import agendas, committees, meetings
from portfolio.views.acts import act, act_now, form_page, person
from portfolio.views.editing import sent


@login_required
def meeting_page(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = readable(request, pk)
    user = person(request)
    lines = agenda(meeting, user)
    about = [line.item.project_id for line in lines if not line.is_hidden]
    interests = ConflictOfInterest.objects.current().filter(project__in=about)
    context = {
        "meeting": meeting,
        "lines": lines,
        "minutes": sum(line.item.minutes for line in lines),
        "may_edit": Meeting.objects.editable_by(user).filter(pk=pk).exists(),
        "seats": meeting.attendances.select_related("user").order_by("user__last_name"),
        "states": Attendance.State.choices,
        "may_end": set(interests.editable_by(user).values_list("pk", flat=True)),
        "interests": interests.select_related("user", "project").order_by("project__name_fr"),
        "has_voice": meeting.attendances.filter(user=user, votes=True).exists(),
    }
    return render(request, "portfolio/committees/meeting.html", context)


@login_required
def meeting_edit(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = editable(request, pk)
    form = MeetingForm(sent(request), committee=meeting.committee, meeting=meeting)
    return _of(request, meeting, form, title=_("Move the meeting"), news=_("The meeting is moved."))


@login_required
def meeting_open(request: HttpRequest, pk: int) -> HttpResponse:
    """The call-over, then the meeting is open."""
    meeting = editable(request, pk)
    form = OpeningForm(sent(request), meeting=meeting)
    return _of(request, meeting, form, title=_("Open the meeting"), news=_("The meeting is open."))


@login_required
@require_POST
def meeting_close(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = editable(request, pk)
    act_now(request, meetings.close, meeting=meeting, news=_("The meeting is closed."))
    return redirect("portfolio:meeting", pk=pk)


@login_required
@require_POST
def meeting_attend(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody came later, or left."""
    meeting = editable(request, pk)
    who = request.POST.get("user", "")
    user = User.objects.filter(pk=int(who)).first() if who.isdigit() else None
    state = request.POST.get("state", "")
    if user is None or state not in Attendance.State.values:
        messages.error(request, _("Please check what you entered"))
    else:
        act(request, meetings.attend, meeting=meeting, user=user, state=state)
    return redirect("portfolio:meeting", pk=pk)


@login_required
def item_add(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = editable(request, pk)
    form = ItemForm(sent(request), meeting=meeting, reader=person(request))
    return _of(request, meeting, form, title=_("Put on the agenda"), news=_put(form, meeting))


@login_required
def item_edit(request: HttpRequest, pk: int) -> HttpResponse:
    item = editable_item(request, pk)
    form = ItemForm(sent(request), meeting=item.meeting, reader=person(request), item=item)
    return _of(request, item.meeting, form, title=_("Change the item"), news=_("Changes saved."))


@login_required
@require_POST
def item_shift(request: HttpRequest, pk: int) -> HttpResponse:
    """One place earlier or later."""
    item = editable_item(request, pk)
    act(request, agendas.shift, item=item, down=request.POST.get("way") == "down")
    address = reverse("portfolio:meeting", args=[item.meeting_id])
    return redirect(f"{address}#item-{item.pk}")


@login_required
@require_POST
def item_remove(request: HttpRequest, pk: int) -> HttpResponse:
    item = editable_item(request, pk)
    act(request, agendas.take_off, item=item, news=_("The item is off the agenda."))
    return redirect("portfolio:meeting", pk=item.meeting_id)


@login_required
def interest_add(request: HttpRequest, pk: int) -> HttpResponse:
    """A member declares their own interest; who leads the meeting, that of a member."""
    item = readable_item(request, pk)
    project, user = item.project, person(request)
    if project is None:
        return redirect("portfolio:meeting", pk=item.meeting_id)
    whose = User.objects.filter(seats__committee=item.meeting.committee_id)
    if not Meeting.objects.editable_by(user).filter(pk=item.meeting_id).exists():
        whose = whose.filter(pk=user.pk)
    form = InterestForm(sent(request), project=project, whose=whose.order_by("last_name"))
    words = _("Declare an interest in “%s”") % project.name
    news = _("The interest is declared: no part is taken in what is decided about this project.")
    return _of(request, item.meeting, form, title=words, news=news)


@login_required
@require_POST
def interest_end(request: HttpRequest, pk: int) -> HttpResponse:
    """It is over: said by the member, or by who leads or prepares a committee where they sit."""
    own = ConflictOfInterest.objects.editable_by(request.user)
    interest = get_object_or_404(own, pk=pk)
    act_now(request, committees.end_interest, interest=interest, news=_("The interest is over."))
    back = request.POST.get("meeting", "")
    if back.isdigit() and Meeting.objects.visible_to(request.user).filter(pk=int(back)).exists():
        return redirect("portfolio:meeting", pk=int(back))
    return redirect("portfolio:committees")


def readable(request: HttpRequest, pk: int) -> Meeting:
    """A meeting that its reader may read, or 404."""
    related = Meeting.objects.visible_to(request.user).select_related("committee__chair")
    return get_object_or_404(related, pk=pk)


def editable(request: HttpRequest, pk: int) -> Meeting:
    """A meeting that its reader leads or prepares, or 404."""
    related = Meeting.objects.editable_by(request.user).select_related("committee")
    return get_object_or_404(related, pk=pk)


def readable_item(request: HttpRequest, pk: int) -> AgendaItem:
    """An item of a meeting, about a project, that its reader may both read, or 404."""
    found = AgendaItem.objects.filter(meeting__in=Meeting.objects.visible_to(request.user))
    return _about_readable(request, found, pk)


def editable_item(request: HttpRequest, pk: int) -> AgendaItem:
    found = AgendaItem.objects.filter(meeting__in=Meeting.objects.editable_by(request.user))
    return _about_readable(request, found, pk)


def _about_readable(request: HttpRequest, found: QuerySet[AgendaItem], pk: int) -> AgendaItem:
    item = get_object_or_404(found.select_related("meeting__committee", "project"), pk=pk)
    if item.project_id is not None:
        get_object_or_404(Project.objects.visible_to(request.user), pk=item.project_id)
    return item


def _put(form: ItemForm, meeting: Meeting) -> str:
    """Told at once, before the meeting: who could not read the project."""
    project = form.cleaned_data.get("project") if form.is_bound and form.is_valid() else None
    names = ", ".join(str(user) for user in unread_by(meeting, project)) if project else ""
    if not names:
        return _("The item is on the agenda.")
    return _("The item is on the agenda. These members may not read the project: %(names)s.") % {
        "names": names
    }


def _of(
    request: HttpRequest, meeting: Meeting, form: object, *, title: str, news: str
) -> HttpResponse:
    return form_page(
        request, form, title=title, back=reverse("portfolio:meeting", args=[meeting.pk]),
        back_label=str(meeting.committee), news=news,
    )  # fmt: skip
