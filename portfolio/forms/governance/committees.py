"""The forms of a committee, of a seat in it, of an interest that a member declares."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.forms.fields import DayField
from portfolio.forms.governance.act import ActForm, lines, people
from portfolio.models import Committee, CommitteeMember, ConflictOfInterest, Project, User
from portfolio.services import committees
from portfolio.services.committees import CommitteeFields, Seat

NAMES = ("kind", "name_fr", "name_en", "chair", "secretary", "quorum")
TERMS = ("votes", "capacity", "from_on", "until_on")


class CommitteeForm(ActForm):
    """A new committee, or with one, its change."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Committee.Kind.choices)
    name_fr = forms.CharField(label=_("Name in French"), max_length=160)
    name_en = forms.CharField(label=_("Name in English"), max_length=160, required=False)
    chair = forms.ModelChoiceField(queryset=User.objects.none(), label=_("Chair"))
    secretary = forms.ModelChoiceField(
        queryset=User.objects.none(), label=_("Secretary"), required=False, empty_label=_("Nobody"),
        help_text=_("Prepares the meetings; the chair may do so too."),
    )  # fmt: skip
    quorum = forms.IntegerField(
        label=_("Quorum"), min_value=1, max_value=200,
        help_text=_("How many members who have a vote must be there to decide."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why this changes"), max_length=500, widget=lines(),
        help_text=_("Kept with the change."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, committee: Committee | None = None) -> None:
        initial = {name: getattr(committee, name) for name in NAMES} if committee else {}
        super().__init__(data, initial=initial)
        self.committee = committee
        for name in ("chair", "secretary"):
            self.fields[name].queryset = people()  # type: ignore[attr-defined]

    def save(self, *, by: User, at: datetime) -> Committee:
        given = CommitteeFields(**{name: self.cleaned_data[name] for name in NAMES})
        reason = self.cleaned_data["reason"]
        if self.committee is None:
            return committees.create(given=given, by=by, reason=reason, at=at)
        return committees.change(committee=self.committee, given=given, by=by, reason=reason)


class SeatForm(ActForm):
    """Somebody's seat; of a person who has one, it changes."""

    user = forms.ModelChoiceField(queryset=User.objects.none(), label=_("Person"))
    capacity = forms.CharField(
        label=_("Sits as"), max_length=160, required=False,
        help_text=_("For example: vice-president for mobility."),
    )  # fmt: skip
    votes = forms.BooleanField(label=_("Has a vote"), required=False, initial=True)
    from_on = DayField(label=_("From"))
    until_on = DayField(label=_("Until"), required=False, help_text=_("Empty: without an end."))
    reason = forms.CharField(
        label=_("Why this changes"), max_length=500, widget=lines(),
        help_text=_("Kept with the change."),
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *, committee: Committee, member: CommitteeMember | None = None
    ) -> None:
        names = ("user", *TERMS)
        super().__init__(data, initial={n: getattr(member, n) for n in names} if member else {})
        self.committee = committee
        self.fields["user"].queryset = people()  # type: ignore[attr-defined]

    def save(self, *, by: User, at: datetime) -> CommitteeMember:
        given = Seat(**{name: self.cleaned_data[name] for name in TERMS})
        return committees.seat(
            committee=self.committee, user=self.cleaned_data["user"], given=given, by=by,
            reason=self.cleaned_data["reason"],
        )  # fmt: skip


class InterestForm(ActForm):
    """Declared by a member of themselves, or by the secretary of a member (`whose`)."""

    user = forms.ModelChoiceField(queryset=User.objects.none(), label=_("Person"))
    reason = forms.CharField(
        label=_("What interest"), max_length=300, widget=lines(),
        help_text=_("Read by the committee, and kept in the minutes."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, project: Project, whose: Any) -> None:
        super().__init__(data)
        self.project = project
        field: Any = self.fields["user"]
        field.queryset = whose
        first = whose.first()
        if whose.count() == 1:
            field.initial, field.widget = first.pk, forms.HiddenInput()

    def save(self, *, by: User, at: datetime) -> ConflictOfInterest:
        return committees.declare_interest(
            user=self.cleaned_data["user"], project=self.project,
            reason=self.cleaned_data["reason"], by=by, at=at,
        )  # fmt: skip
