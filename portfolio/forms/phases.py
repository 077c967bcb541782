"""The forms of a project's phases: which ones, when, and what happened."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.forms.fields import DayField
from portfolio.forms.record import RecordForm, moved_label
from portfolio.forms.seen import Shows
from portfolio.models import Phase, PhasePeriod, PhaseSet, Project, User
from portfolio.services import phases
from portfolio.services.phases import PlannedPhase, Span

PLANNED = {"starts_on": "current_starts_on", "ends_on": "current_ends_on"}


class PhaseChoiceForm(RecordForm):
    """Where the project stands: a phase of its set, or of another set, chosen in one list."""

    phase = forms.ChoiceField(
        label=_("Phase"),
        help_text=_(
            "A phase of another set gives the project that set: the dates of the phases that it "
            "lacks are withdrawn, and can come back."
        ),
    )

    def __init__(self, data: Any = None, *, project: Project, **options: Any) -> None:
        initial = {"phase": f"{project.phase_set_id}:{project.phase_id or ''}"}
        super().__init__(data, project=project, initial=initial, **options)
        self._sets = {one.pk: one for one in _offered_sets(project)}
        phases_of: dict[int, list[Phase]] = {pk: [] for pk in self._sets}
        for phase in Phase.objects.filter(phase_set__in=self._sets).order_by("rank"):
            phases_of[phase.phase_set_id].append(phase)
        self._phases = {phase.pk: phase for found in phases_of.values() for phase in found}
        choices = [(one.name, _choices(one, phases_of[pk])) for pk, one in self._sets.items()]
        self.fields["phase"].choices = choices  # type: ignore[attr-defined]

    def save(self, *, by: User, at: datetime) -> None:
        phase_set, _colon, phase = self.cleaned_data["phase"].partition(":")
        phases.change_phase_set(
            project=self.project,
            phase_set=self._sets[int(phase_set)],
            phase=self._phases[int(phase)] if phase else None,
            by=by,
            reason=self.cleaned_data["reason"],
            at=at,
        )


def _offered_sets(project: Project) -> list[PhaseSet]:
    """The project's own first."""
    others = PhaseSet.objects.current().exclude(pk=project.phase_set_id).order_by("name_fr")
    return [project.phase_set, *others]


def _choices(phase_set: PhaseSet, found: list[Phase]) -> list[tuple[str, Any]]:
    unknown = (f"{phase_set.pk}:", _("Phase not known"))
    return [unknown, *((f"{phase_set.pk}:{one.pk}", _named(one)) for one in found)]


def _named(phase: Phase) -> str:
    return f"{phase.name} ({phase.short})" if phase.short else phase.name


class PhasesPlanForm(RecordForm):
    """The first dates of every phase that has none yet; a phase left empty stays without."""

    def __init__(self, data: Any = None, *, project: Project, **options: Any) -> None:
        super().__init__(data, project=project, **options)
        dated = project.periods.values("phase")
        undated = Phase.objects.filter(phase_set=project.phase_set_id).exclude(pk__in=dated)
        self._undated = list(undated.order_by("rank"))
        own: dict[str, forms.Field] = {}
        for phase in self._undated:
            words = {"phase": phase.name}
            own[f"starts_{phase.pk}"] = DayField(
                label=_("%(phase)s: first day") % words, required=False
            )
            own[f"ends_{phase.pk}"] = DayField(
                label=_("%(phase)s: last day") % words, required=False
            )
        self.fields = {**own, **self.fields}

    def shows(self) -> Sequence[Shows]:
        return []

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        for phase in self._undated:
            starts, ends = (cleaned.get(f"{edge}_{phase.pk}") for edge in ("starts", "ends"))
            if starts and not ends:
                self._ask(f"ends_{phase.pk}", _("Give the last day too."))
            if ends and not starts:
                self._ask(f"starts_{phase.pk}", _("Give the first day too."))
            if starts and ends and starts > ends:
                self._ask(f"ends_{phase.pk}", _("The phase would end before it starts."))
        if not self.errors and not self._planned():
            self.add_error(None, _("Give the dates of one phase at least."))
        return cleaned

    def _ask(self, name: str, message: Any) -> None:
        if name not in self.errors:
            self.add_error(name, message)

    def _planned(self) -> list[PlannedPhase]:
        given = self.cleaned_data
        return [
            PlannedPhase(phase, Span(given[f"starts_{phase.pk}"], given[f"ends_{phase.pk}"]))
            for phase in self._undated
            if given.get(f"starts_{phase.pk}") and given.get(f"ends_{phase.pk}")
        ]

    def save(self, *, by: User, at: datetime) -> None:
        phases.plan_phases(
            project=self.project,
            planned=self._planned(),
            by=by,
            reason=self.cleaned_data["reason"],
            at=at,
        )


class PhaseForm(RecordForm):
    """The dates of one phase: what is planned now, and what happened."""

    starts_on = DayField(label=_("First day, as planned now"))
    ends_on = DayField(label=_("Last day, as planned now"))
    actual_starts_on = DayField(
        label=_("Began on"), required=False, help_text=_("Empty: not begun.")
    )
    actual_ends_on = DayField(label=_("Ended on"), required=False, help_text=_("Empty: not over."))

    def __init__(
        self,
        data: Any = None,
        *,
        project: Project,
        phase: Phase,
        period: PhasePeriod | None,
        **options: Any,
    ) -> None:
        initial: dict[str, Any] = {}
        if period is not None:
            initial = {
                "starts_on": period.current_starts_on,
                "ends_on": period.current_ends_on,
                "actual_starts_on": period.actual_starts_on,
                "actual_ends_on": period.actual_ends_on,
            }
        super().__init__(data, project=project, initial=initial, **options)
        self._phase, self._period = phase, period

    def shows(self) -> Sequence[Shows]:
        period = self._period or PhasePeriod(project=self.project, phase=self._phase)
        names = ("starts_on", "ends_on", "actual_starts_on", "actual_ends_on")
        return [Shows(period, names, PLANNED)]

    def save(self, *, by: User, at: datetime) -> None:
        given = self.cleaned_data
        signed: dict[str, Any] = {"by": by, "reason": given["reason"], "at": at}
        to = Span(given["starts_on"], given["ends_on"])
        period = self._period
        if period is None:
            planned = [PlannedPhase(self._phase, to)]
            (period,) = phases.plan_phases(project=self.project, planned=planned, **signed)
        elif to != Span(period.current_starts_on, period.current_ends_on):
            phases.move_phase(period=period, to=to, **signed)
        began: date | None = given["actual_starts_on"]
        ended: date | None = given["actual_ends_on"]
        phases.record_phase(period=period, started_on=began, ended_on=ended, **signed)


class PhaseWithdrawForm(RecordForm):
    """The dates of a phase off the calendar, or back on it."""

    def __init__(
        self, data: Any = None, *, project: Project, period: PhasePeriod, **options: Any
    ) -> None:
        super().__init__(data, project=project, **options)
        self._period = period
        self.submit_label = moved_label(period.withdrawn_at, _("Withdraw"))

    def save(self, *, by: User, at: datetime) -> None:
        withdrawn = self._period.withdrawn_at is not None
        verb = phases.bring_phase_back if withdrawn else phases.withdraw_phase
        verb(period=self._period, by=by, reason=self.cleaned_data["reason"], at=at)
