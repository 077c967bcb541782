"""What a project promises to change: the form of a target."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from indicators.models import Indicator, PeopleGroup, Target
from indicators.queries.hindsight import Class
from indicators.results import Point
from indicators.services import targets
from indicators.services.targets import Terms, terms_of
from portfolio.forms.fields import DayField, FigureField
from portfolio.forms.record import RecordForm, moved_label
from portfolio.forms.seen import Shows
from portfolio.forms.shared import SharedForm
from portfolio.models import Project, User, Zone

ROWS = 6  # dated values to fill in; as many more as are stored
EFFECT = ("effect_low", "effect_central", "effect_high")
OWN = ("baseline_value", "baseline_on", "baseline_method", "path", "effect_basis", "note")


def _text(rows: int = 2) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class TargetFields(SharedForm):
    """A new target, of a project or of the territory or, with one, its revision."""

    fields_template = "indicators/forms/target_fields.html"

    indicator = forms.ModelChoiceField(
        queryset=Indicator.objects.none(), label=_("Measure"), empty_label=_("Choose")
    )
    zone = forms.ModelChoiceField(
        queryset=Zone.objects.none(), label=_("Zone"), empty_label=_("Choose")
    )
    group = forms.ModelChoiceField(
        queryset=PeopleGroup.objects.none(), label=_("For whom"), required=False,
        empty_label=_("Everyone"),
        help_text=_("A group has its own figures; those of several groups are never added."),
    )  # fmt: skip
    baseline_value = FigureField(
        label=_("Starting value"), required=False,
        help_text=_("What was measured before. Empty: not known yet, and the status says so."),
    )  # fmt: skip
    baseline_on = DayField(
        label=_("Date of the starting value"), required=False,
        help_text=_("The last day of the period that it was measured over."),
    )  # fmt: skip
    baseline_method = forms.CharField(
        label=_("How it was measured"), max_length=240, required=False,
        help_text=_("Period and method: mean of 2024, three counters, national survey."),
    )  # fmt: skip
    path = forms.ChoiceField(label=_("Between the dates"), choices=Target.Path.choices)
    effect_low = FigureField(label=_("At least"), required=False)
    effect_central = FigureField(label=_("Expected"), required=False)
    effect_high = FigureField(label=_("At most"), required=False)
    effect_basis = forms.CharField(
        label=_("What this rests on"), required=False, widget=_text(),
        help_text=_("A study, the results of a like project, a model, with its reference."),
    )  # fmt: skip
    note = forms.CharField(
        label=_("Why this is expected"), required=False, widget=_text(),
        help_text=_("Shown beside the measure."),
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *, target: Target | None = None, reference: Class | None = None,
        **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(data, **options)
        self.target = target
        self.reference = reference  # how like promises were kept: shown beside the fields
        terms = terms_of(target) if target else Terms()
        self.rows = max(ROWS, len(terms.points) + 2)
        for row in range(self.rows):
            self._add_row(row, terms.points[row] if row < len(terms.points) else None)
        self.initial.update({name: getattr(terms, name) for name in OWN})
        self.initial.update(zip(EFFECT, terms.effect or (None,) * 3, strict=True))
        if target:
            del self.fields["indicator"], self.fields["zone"], self.fields["group"]
        else:
            self._offer()

    def _offer(self) -> None:
        self.fields["indicator"].queryset = Indicator.objects.order_by("name_fr")  # type: ignore[attr-defined]
        zones = Zone.objects.exclude(kind="COMPARATOR").order_by("kind", "name")
        self.fields["zone"].queryset = zones  # type: ignore[attr-defined]
        self.fields["group"].queryset = PeopleGroup.objects.order_by("name_fr")  # type: ignore[attr-defined]

    def _add_row(self, row: int, point: Point | None) -> None:
        number = {"n": row + 1}
        self.fields[f"due_{row}"] = DayField(label=_("Date %(n)s") % number, required=False)
        self.fields[f"value_{row}"] = FigureField(label=_("Value %(n)s") % number, required=False)
        upper = _("Upper bound %(n)s") % number
        self.fields[f"high_{row}"] = FigureField(label=upper, required=False)
        if point:
            low, high = point.value if isinstance(point.value, tuple) else (point.value, None)
            stored = {f"due_{row}": point.due_on, f"value_{row}": low, f"high_{row}": high}
            self.initial.update(stored)

    @property
    def points(self) -> list[tuple[forms.BoundField, ...]]:
        """The rows of the table: date, value or lower bound, upper bound."""
        names = ("due", "value", "high")
        return [tuple(self[f"{name}_{row}"] for name in names) for row in range(self.rows)]

    @property
    def is_ranged(self) -> bool:
        """Bounds are asked for where they may be needed."""
        known = self.target is not None
        return not known or self.target.indicator.direction == "RANGE"  # type: ignore[union-attr]

    def shows(self) -> Sequence[Shows] | None:
        return None if self.target else []

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["points"] = sorted(self._points(cleaned), key=lambda point: point.due_on)
        cleaned["effect"] = self._effect(cleaned)
        return cleaned

    def _points(self, cleaned: dict[str, Any]) -> Iterator[Point]:
        for row in range(self.rows):
            due, value, high = (cleaned.get(f"{name}_{row}") for name in ("due", "value", "high"))
            if self._is_whole(row, due, value, high):
                yield Point(due, value if high is None else (value, high))  # type: ignore[arg-type]

    def _is_whole(
        self, row: int, due: date | None, value: float | None, high: float | None
    ) -> bool:
        """Both the date and the value; one alone is told at the field that is empty."""
        if due is None and value is None and high is None:
            return False
        empty = {f"due_{row}": due, f"value_{row}": value}
        for name, given in empty.items():
            if given is None and name not in self.errors:
                self.add_error(name, gettext("A date and its value go together."))
        return None not in empty.values()

    def _effect(self, cleaned: dict[str, Any]) -> tuple[float, float, float] | None:
        given = [cleaned.get(name) for name in EFFECT]
        wrong = any(name in self.errors for name in EFFECT)
        if wrong or all(value is None for value in given):
            return None
        if None in given:
            words = gettext(
                "Give the expected effect with both its bounds, or leave all three empty."
            )
            self.add_error("effect_central", words)
            return None
        return tuple(given)  # type: ignore[return-value]  # three floats

    def add_error(self, field: str | None, error: Any) -> None:
        """What is wrong with the dated values is told at the first of them."""
        if field is None and hasattr(error, "error_dict") and "points" in error.error_dict:
            told = dict(error.error_dict)
            super().add_error("value_0", told.pop("points"))
            if told:
                super().add_error(None, ValidationError(told))
            return
        super().add_error(field, error)

    def save(self, *, by: User, at: datetime) -> None:
        given = self.cleaned_data
        terms = Terms(
            points=given["points"], effect=given["effect"], **{name: given[name] for name in OWN}
        )
        signed: dict[str, Any] = {"terms": terms, "by": by, "reason": given["reason"], "at": at}
        if self.target:
            targets.revise(target=self.target, **signed)
            return
        about = {"indicator": given["indicator"], "zone": given["zone"], "group": given["group"]}
        targets.set_target(**about, **signed, project=self.owner())

    def owner(self) -> Project | None:
        """The project that promises; None: the territory."""
        return None


class TargetForm(TargetFields, RecordForm):
    """Of a project."""

    def owner(self) -> Project:
        return self.project


class TargetMoveForm(RecordForm):
    """Why a target is taken off, or brought back."""

    def __init__(
        self, data: Any = None, *, project: Project, target: Target, **options: Any
    ) -> None:
        super().__init__(data, project=project, **options)
        self.target = target
        self.submit_label = moved_label(target.withdrawn_at)

    def shows(self) -> Sequence[Shows]:
        return []

    def save(self, *, by: User, at: datetime) -> None:
        verb = targets.bring_back if self.target.withdrawn_at else targets.withdraw
        verb(target=self.target, by=by, reason=self.cleaned_data["reason"], at=at)
