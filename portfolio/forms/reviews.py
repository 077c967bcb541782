"""The forms of a review: the month's own, its sending back, an override of a computed status."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portfolio.forms.fields import DayField
from portfolio.forms.record import RecordForm
from portfolio.forms.seen import Shows
from portfolio.models import Project, Review, StatusOverride, User, Weather
from portfolio.models.review import AXIS_LABELS
from portfolio.queries.projects import next_milestones
from portfolio.services import overrides, reviews
from portfolio.services.reviews import Content
from portfolio.templatetags.figures import moment


def weather_field(axis: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=AXIS_LABELS[axis], choices=Weather.choices, widget=forms.RadioSelect, required=False
    )


class ReviewForm(forms.Form):
    """One month of a project, on one screen; prefilled, so that only what changes is typed.

    A draft needs nothing; what a submitted review needs, the service says. `stored` is the month's
    draft, None where there is none yet.
    """

    cost = weather_field("cost")
    schedule = weather_field("schedule")
    scope = weather_field("scope")
    impact = weather_field("impact")
    sentence = forms.CharField(
        label=_("In one sentence that residents will read (in French)"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    next_step = forms.CharField(label=_("Next step"), max_length=200, required=False)
    next_step_on = DayField(label=_("Its date"), required=False)
    progress = forms.IntegerField(
        label=_("Works done, in %"),
        min_value=0,
        max_value=100,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    seen_at = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, project: Project, month: date, stored: Review | None, by: User
    ) -> None:
        super().__init__(data, initial=_initial(project, month, stored), prefix=None)
        self.project, self.month, self.stored, self.by = project, month, stored, by
        self.initial["seen_at"] = self.stamp

    @property
    def stamp(self) -> str:
        """Which state of the draft a form was opened on."""
        return self.stored.updated_at.isoformat() if self.stored else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for axis in Review.AXES:
            cleaned[axis] = cleaned.get(axis) or Weather.NOT_SET
        self._check_seen(cleaned.get("seen_at", ""))
        return cleaned

    def _check_seen(self, seen_at: str) -> None:
        """What was typed stays on the screen: sent again, it replaces the other's words."""
        stored = self.stored
        if stored is None or stored.author_id == self.by.pk or seen_at == self.stamp:
            return
        kept: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        kept["seen_at"] = self.stamp
        self.data = kept
        raise forms.ValidationError(
            gettext("%(who)s wrote in this review on %(when)s: “%(words)s”. What you typed is below, not saved yet; send it again to put it in place of theirs."),
            params={"who": stored.author or "–", "when": moment(stored.updated_at), "words": stored.sentence},
            code="stale",
        )  # fmt: skip

    @property
    def content(self) -> Content:
        names = [field.name for field in fields(Content)]
        return Content(**{name: self.cleaned_data[name] for name in names})


def _initial(project: Project, month: date, stored: Review | None) -> dict[str, Any]:
    """The draft; else the last review with the register's next milestone."""
    if stored is not None:
        return asdict(reviews.content_of(stored))
    last = reviews.last_written(project, before=month)
    initial = asdict(reviews.content_of(last) if last else Content())
    with translation.override("fr"):  # the language of the register
        ahead = next_milestones([project.pk]).get(project.pk)
    if ahead is not None:
        initial |= {"next_step": ahead.name, "next_step_on": ahead.current_on}
    return initial


class SendBackForm(forms.Form):
    """What the author has to put right."""

    reason = forms.CharField(
        label=_("What is to be put right"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class OverrideForm(RecordForm):
    """A status in place of the computed one, until a day."""

    status = forms.ChoiceField(
        label=_("Status"), choices=[("", _("Choose")), *StatusOverride.Status.choices]
    )
    expires_on = DayField(
        label=_("Until"), help_text=_("Six months at most; then the computed status stands again.")
    )

    def __init__(self, data: Any = None, *, project: Project, axis: str, **options: Any) -> None:
        super().__init__(data, project=project, **options)
        self.axis = axis
        self.fields["reason"].label = _("Why the computed status is wrong")
        today = timezone.localdate()
        self.fields["expires_on"].widget.attrs |= {
            "min": today.isoformat(), "max": (today + overrides.LONGEST).isoformat()
        }  # fmt: skip

    def save(self, *, by: User, at: datetime) -> None:
        overrides.override(
            project=self.project,
            axis=self.axis,
            status=self.cleaned_data["status"],
            expires_on=self.cleaned_data["expires_on"],
            by=by,
            reason=self.cleaned_data["reason"],
            at=at,
        )


class EndOverrideForm(RecordForm):
    """The computed status stands again."""

    def __init__(
        self, data: Any = None, *, project: Project, override: StatusOverride, **options: Any
    ) -> None:
        super().__init__(data, project=project, **options)
        self.override = override

    def shows(self) -> Sequence[Shows]:
        return []

    def save(self, *, by: User, at: datetime) -> None:
        overrides.end_override(
            override=self.override, by=by, reason=self.cleaned_data["reason"], at=at
        )
