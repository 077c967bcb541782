"""The forms of a decision, of what follows it, of the register, of what proposes itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portfolio.forms.fields import DayField
from portfolio.forms.governance.act import ActForm, lines, people
from portfolio.models import AgendaItem, AgendaProposal, Committee, Decision, Meeting, User
from portfolio.queries.decision_grounds import grounds
from portfolio.queries.snapshots import snapshot
from portfolio.services import decisions, proposals
from portfolio.services.decisions import ActionGiven, ConditionGiven, Given

ROWS = range(3)
CHOOSE = [("", _("Choose"))]
ANY = [("", _("Any"))]


class DecisionForm(ActForm):
    """What is decided about an item, with up to three conditions and three actions. `key` is new
    each time the form is opened, and kept when it is sent again."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    kind = forms.ChoiceField(label=_("Decision"), choices=[*CHOOSE, *Decision.Kind.choices])
    text = forms.CharField(
        label=_("What is decided"), widget=lines(3),
        help_text=_("As it will stand in the minutes; it is not changed afterwards."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Why"), widget=lines(3))

    def __init__(self, data: Any = None, *, item: AgendaItem) -> None:
        super().__init__(data, auto_id="decision-%s")
        self.item = item
        for row in ROWS:
            number = {"number": row + 1}
            self.fields[f"condition_{row}"] = forms.CharField(
                label=gettext("Condition %(number)s") % number, max_length=300, required=False
            )
            self.fields[f"condition_{row}_on"] = DayField(
                label=gettext("Condition %(number)s: to be met by") % number, required=False
            )
        for row in ROWS:
            number = {"number": row + 1}
            self.fields[f"action_{row}"] = forms.CharField(
                label=gettext("Action %(number)s") % number, max_length=300, required=False
            )
            self.fields[f"action_{row}_owner"] = forms.ModelChoiceField(
                queryset=people(),
                label=gettext("Action %(number)s: owner") % number,
                required=False,
            )
            self.fields[f"action_{row}_on"] = DayField(
                label=gettext("Action %(number)s: due on") % number, required=False
            )

    @property
    def first(self) -> list[forms.BoundField]:
        return [self["kind"], self["text"], self["reason"]]

    @property
    def conditions(self) -> list[list[forms.BoundField]]:
        return [[self[f"condition_{row}"], self[f"condition_{row}_on"]] for row in ROWS]

    @property
    def actions(self) -> list[list[forms.BoundField]]:
        ends = ("", "_owner", "_on")
        return [[self[f"action_{row}{end}"] for end in ends] for row in ROWS]

    def clean(self) -> dict[str, Any]:
        """A row is whole, or empty."""
        cleaned = super().clean() or self.cleaned_data
        for names in self._rows():
            if any(cleaned.get(name) for name in names):
                for name in names:
                    if not cleaned.get(name) and name not in self.errors:
                        self.add_error(name, gettext("Fill the whole row, or leave it empty."))
        return cleaned

    def save(self, *, by: User, at: datetime) -> Decision:
        return decisions.decide(
            item=self.item, given=self._given(), key=self.cleaned_data["key"], by=by, at=at,
            snapshot=snapshot(self.item.project, at=at, **grounds(self.item, at=at)),
        )  # fmt: skip

    def _rows(self) -> Iterator[list[str]]:
        for row in ROWS:
            yield [f"condition_{row}", f"condition_{row}_on"]
            yield [f"action_{row}", f"action_{row}_owner", f"action_{row}_on"]

    def _given(self) -> Given:
        told = self.cleaned_data
        conditions = [
            ConditionGiven(told[f"condition_{row}"], told[f"condition_{row}_on"])
            for row in ROWS
            if told[f"condition_{row}"]
        ]
        actions = [
            ActionGiven(
                told[f"action_{row}"], told[f"action_{row}_owner"], told[f"action_{row}_on"]
            )
            for row in ROWS
            if told[f"action_{row}"]
        ]
        return Given(told["kind"], told["text"], told["reason"], conditions, actions)


class WordForm(ActForm):
    """How a condition was met, what was done: `verb` is the service, `record` what it is about."""

    how = forms.CharField(label=_("In a few words"), max_length=300, widget=lines())

    def __init__(self, data: Any = None, *, verb: Any) -> None:
        super().__init__(data)
        self.verb = verb

    def save(self, *, by: User, at: datetime) -> Any:
        return self.verb(how=self.cleaned_data["how"], by=by, at=at)


class RegisterFilterForm(forms.Form):
    """The filters of the address; what cannot be read is told and asks for nothing."""

    q = forms.CharField(label=_("Search"), required=False, max_length=200)
    kind = forms.ChoiceField(
        label=_("Decision"), required=False, choices=[*ANY, *Decision.Kind.choices]
    )
    committee = forms.ModelChoiceField(
        queryset=Committee.objects.none(), label=_("Committee"), required=False,
        empty_label=_("Any"),
    )  # fmt: skip
    follow = forms.ChoiceField(
        label=_("What follows"), required=False,
        choices=[*ANY, ("LAPSED", _("a condition not met in time")),
                 ("LATE", _("an action overdue")), ("OPEN", _("something still to do"))],
    )  # fmt: skip
    since = DayField(label=_("Since"), required=False)

    def __init__(self, data: Any = None, *, committees: Any) -> None:
        super().__init__(data)
        self.fields["committee"].queryset = committees  # type: ignore[attr-defined]


class AcceptForm(ActForm):
    """On which agenda a proposal goes, and what is asked."""

    meeting = forms.ModelChoiceField(queryset=Meeting.objects.none(), label=_("Meeting"))
    question = forms.CharField(label=_("Question asked"), max_length=300, widget=lines())

    def __init__(
        self, data: Any = None, *, proposal: AgendaProposal, meetings: Any, **words: Any
    ) -> None:
        super().__init__(data, initial=words)
        self.proposal, self.words = proposal, words
        self.fields["meeting"].queryset = meetings  # type: ignore[attr-defined]

    def save(self, *, by: User, at: datetime) -> AgendaItem:
        return proposals.accept(
            proposal=self.proposal, meeting=self.cleaned_data["meeting"],
            question=self.cleaned_data["question"], reason=self.words.get("reason", ""),
            by=by, at=at,
        )  # fmt: skip


class DismissForm(ActForm):
    reason = forms.CharField(label=_("Why it needs no decision"), max_length=500, widget=lines())

    def __init__(self, data: Any = None, *, proposal: AgendaProposal) -> None:
        super().__init__(data)
        self.proposal = proposal

    def save(self, *, by: User, at: datetime) -> AgendaProposal:
        return proposals.dismiss(
            proposal=self.proposal, reason=self.cleaned_data["reason"], by=by, at=at
        )
