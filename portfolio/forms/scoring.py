"""The form of one score: a project on a criterion."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.forms.fields import FigureField
from portfolio.forms.seen import hidden_field
from portfolio.models import Candidate, Criterion, Score, User
from portfolio.services import scoring
from portfolio.services.scoring import Said
from portfolio.templatetags.priorities import level_words

Kind = Criterion.Kind


class ScoreForm(forms.Form):
    """What is not known is left empty, with why. `last`: the version that stands."""

    central = FigureField(label=_("Best guess"), required=False)
    low = FigureField(
        label=_("At the lowest"), required=False, help_text=_("Empty: as the best guess.")
    )
    high = FigureField(
        label=_("At the highest"), required=False, help_text=_("Empty: as the best guess.")
    )
    justification = forms.CharField(
        label=_("What it rests on"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A study, a meeting, a similar project; where the score is not known, why."),
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *, candidate: Candidate, criterion: Criterion, last: Score | None
    ) -> None:
        self.candidate, self.criterion, self.last = candidate, criterion, last
        super().__init__(data, initial=_initial(last))
        if criterion.kind == Kind.LEVELS:
            self._ask_levels()
        elif criterion.kind == Kind.QUALITATIVE:
            self.fields["central"].label = _("Judgement, from 0 (worst) to 100 (best)")
        if criterion.kind == Kind.QUALITATIVE:
            self.fields["justification"].help_text = _("Needed: a judgement says its reasons.")
        self.fields["seen"] = hidden_field()
        self.initial["seen"] = str(last.version if last else 0)

    def clean_seen(self) -> int | None:
        text = self.cleaned_data["seen"]
        return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None

    def save(self, *, by: User, at: datetime) -> None:
        given = self.cleaned_data
        said = Said(given["central"], given["low"], given["high"], given["justification"])
        scoring.score(candidate=self.candidate, criterion=self.criterion, said=said, by=by, at=at,
                      seen=given["seen"] if given["seen"] is not None else 0)  # fmt: skip

    def see_again(self, last: Score | None) -> None:
        """What its author typed stays; the version they look at is the one that stands now."""
        given: Any = self.data
        sent = given.copy()
        sent["seen"] = str(last.version if last else 0)
        self.data, self.last = sent, last

    def _ask_levels(self) -> None:
        named = [(str(place), level_words(level))
                 for place, level in enumerate(self.criterion.levels)]  # fmt: skip
        for name, empty in (
            ("central", _("Not known")), ("low", _("as the best guess")),
            ("high", _("as the best guess")),
        ):  # fmt: skip
            field = self.fields[name]
            widget = forms.RadioSelect() if name == "central" else forms.Select()
            self.fields[name] = forms.TypedChoiceField(
                label=field.label, required=False, choices=[("", empty), *named], coerce=float,
                empty_value=None, widget=widget,
            )  # fmt: skip
            if isinstance(self.initial.get(name), float):
                self.initial[name] = str(int(self.initial[name]))


def _initial(last: Score | None) -> dict[str, Any]:
    if last is None:
        return {}
    told: dict[str, Any] = {"justification": last.justification, "central": last.central}
    for name in ("low", "high"):
        end = getattr(last, name)
        told[name] = None if end == last.central else end
    return told
