"""The forms of a meeting: its day, its agenda, who is there, what a member says."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portfolio.forms.governance.act import ActForm, lines
from portfolio.models import (
    AgendaItem,
    Committee,
    CommitteeMember,
    Exercise,
    Meeting,
    Position,
    Project,
    SelectionScenario,
    User,
)
from portfolio.services import agendas, meetings, positions
from portfolio.services.agendas import ItemFields

NAMES = ("project", "subject", "question", "reason", "scenario", "exercise", "minutes")
WHEN = "%Y-%m-%dT%H:%M"


class MeetingForm(ActForm):
    """A meeting to convene, or with one, to move."""

    starts_at = forms.DateTimeField(
        label=_("Day and hour"), input_formats=[WHEN, "%d/%m/%Y %H:%M"],
        widget=forms.DateTimeInput(format=WHEN, attrs={"type": "datetime-local"}),
    )  # fmt: skip
    place = forms.CharField(label=_("Place"), max_length=200, required=False)

    def __init__(
        self, data: Any = None, *, committee: Committee, meeting: Meeting | None = None
    ) -> None:
        initial = {"starts_at": meeting.starts_at, "place": meeting.place} if meeting else {}
        super().__init__(data, initial=initial)
        self.committee, self.meeting = committee, meeting

    def save(self, *, by: User, at: datetime) -> Meeting:
        given: dict[str, Any] = {name: self.cleaned_data[name] for name in ("starts_at", "place")}
        if self.meeting is None:
            return meetings.convene(committee=self.committee, by=by, at=at, **given)
        return meetings.move(meeting=self.meeting, by=by, reason="", **given)


class ItemForm(ActForm):
    """What the meeting is asked: about a project that its writer reads, or about a subject."""

    project = forms.ModelChoiceField(
        queryset=Project.objects.none(), label=_("Project"), required=False,
        empty_label=_("None: another subject"),
    )  # fmt: skip
    subject = forms.CharField(
        label=_("Subject"), max_length=200, required=False,
        help_text=_("Empty: the name of the project."),
    )  # fmt: skip
    question = forms.CharField(
        label=_("Question asked"), max_length=300, widget=lines(),
        help_text=_("One question that the committee can answer."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Why now"), max_length=500, required=False, widget=lines())
    scenario = forms.ModelChoiceField(
        queryset=SelectionScenario.objects.none(), label=_("Scenario of arbitration"), required=False,
        empty_label=_("None"),
        help_text=_("Its last answer is tried before the room, and frozen with the decision."),
    )  # fmt: skip
    exercise = forms.ModelChoiceField(
        queryset=Exercise.objects.none(), label=_("Prioritisation exercise"), required=False,
        empty_label=_("None"),
        help_text=_("Its scores, weights and ranking are frozen with the decision."),
    )  # fmt: skip
    minutes = forms.IntegerField(
        label=_("Minutes foreseen"), min_value=1, max_value=480, initial=10
    )

    def __init__(
        self, data: Any = None, *, meeting: Meeting, reader: User, item: AgendaItem | None = None
    ) -> None:
        super().__init__(data, initial={n: getattr(item, n) for n in NAMES} if item else {})
        self.meeting, self.item = meeting, item
        readable = Project.objects.visible_to(reader).order_by("name_fr", "code")
        self.fields["project"].queryset = readable  # type: ignore[attr-defined]
        answered = SelectionScenario.objects.visible_to(reader).filter(withdrawn_at=None)
        answered = answered.exclude(results=None).distinct()
        self._offer("scenario", answered.order_by("name_fr", "pk"))
        opened = Exercise.objects.visible_to(reader).exclude(state=Exercise.State.DRAFT)
        self._offer("exercise", opened.order_by("name_fr", "pk"))

    def _offer(self, name: str, found: QuerySet[Any]) -> None:
        """What the item rests on already and its writer is not offered is not asked for: it stays."""
        held = getattr(self.item, f"{name}_id", None)
        if held is not None and not found.filter(pk=held).exists():
            del self.fields[name]
        else:
            self.fields[name].queryset = found  # type: ignore[attr-defined]  # a ModelChoiceField

    def save(self, *, by: User, at: datetime) -> AgendaItem:
        told = {n: getattr(self.item, n) for n in NAMES if n not in self.fields}
        given = ItemFields(**told, **{n: self.cleaned_data[n] for n in NAMES if n in self.fields})
        if self.item is None:
            return agendas.put(meeting=self.meeting, given=given, by=by)
        return agendas.change(item=self.item, given=given, by=by)


class OpeningForm(ActForm):
    """The call-over: who is there, who is excused; the others are absent."""

    page_template = "portfolio/committees/open.html"

    present = forms.ModelMultipleChoiceField(
        queryset=User.objects.none(), label=_("Present"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    excused = forms.ModelMultipleChoiceField(
        queryset=User.objects.none(), label=_("Excused"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, data: Any = None, *, meeting: Meeting) -> None:
        super().__init__(data)
        self.meeting = meeting
        today = timezone.localdate()
        seats = CommitteeMember.objects.filter(
            Q(until_on=None) | Q(until_on__gte=today),
            committee=meeting.committee_id, from_on__lte=today,
        )  # fmt: skip
        seated = User.objects.filter(pk__in=seats.values("user"))
        for name in ("present", "excused"):
            field: Any = self.fields[name]
            field.queryset = seated.order_by("last_name", "first_name", "username")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if set(cleaned.get("present", ())) & set(cleaned.get("excused", ())):
            raise forms.ValidationError(_("Nobody is both present and excused."))
        return cleaned

    def save(self, *, by: User, at: datetime) -> Meeting:
        present, excused = (
            [user.pk for user in self.cleaned_data[name]] for name in ("present", "excused")
        )
        return meetings.open_meeting(
            meeting=self.meeting, present=present, excused=excused, by=by, at=at
        )


class PositionForm(ActForm):
    """What a member says; `key` is new each time the form is opened, and kept when it is sent
    again."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    choice = forms.ChoiceField(
        label=_("My position"), choices=Position.Choice.choices, widget=forms.RadioSelect
    )
    comment = forms.CharField(
        label=_("In a few words"), max_length=300, required=False, widget=lines()
    )

    def __init__(self, data: Any = None, *, item: AgendaItem) -> None:
        super().__init__(data, auto_id=f"position-{item.pk}-%s")
        self.item = item

    def save(self, *, by: User, at: datetime) -> Position:
        return positions.say(item=self.item, user=by, at=at, **self.cleaned_data)
