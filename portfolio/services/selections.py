"""Solving a scenario: the answer at once, its explanations by a worker, either of them again at will."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portfolio.analysis.arbitration import METHOD, Frozen, digest
from portfolio.analysis.arbitration.answers import LONGEST_S, SEED, SOLVER, answer
from portfolio.analysis.arbitration.explaining import explain as explained
from portfolio.machine_reasons import by_machine
from portfolio.models import (
    ScenarioCandidate,
    SelectionExplanation,
    SelectionJob,
    SelectionResult,
    SelectionScenario,
    User,
)
from portfolio.queries.scenario_inputs import content_of, freeze
from portfolio.services import scenario_candidates, scenarios
from portfolio.services.scenario_candidates import CandidateTerms

Clock = Callable[[], datetime]
State = SelectionJob.State
Role = ScenarioCandidate.Role
LEASE = timedelta(minutes=20)  # above the task's own time limit
MAX_ATTEMPTS = 3
TRIED = gettext_noop("Tried on the screen")


@dataclass(frozen=True)
class Replayed:
    """Whether the inputs are those of then, and the answer too; `outcome` is that of now."""

    same_inputs: bool
    same_answer: bool
    outcome: dict[str, Any]


def compute(
    *, scenario: SelectionScenario, by: User | None, at: datetime, time_limit_s: float = LONGEST_S
) -> SelectionResult:
    """Freeze what is asked, solve it, keep both; the explanation waits for a worker. Raises
    ValidationError where there is nothing to weigh."""
    inputs = freeze(content_of(SelectionScenario.objects.get(pk=scenario.pk)))  # as it is stored
    try:
        outcome = answer(inputs, time_limit_s=time_limit_s)
    except ValueError as error:
        raise ValidationError(_told(inputs)) from error
    with transaction.atomic():
        result = SelectionResult.objects.create(
            scenario=scenario, inputs=inputs, inputs_sha256=digest(inputs), solver=SOLVER,
            method_version=METHOD, seed=SEED, status=outcome["status"], value=outcome["value"],
            gap=outcome["gap"], outcome=outcome, computed_by=by, computed_at=at,
        )  # fmt: skip
        has_more = outcome["value"] is not None
        state = State.WAITING if has_more else State.DONE
        SelectionJob.objects.create(result=result, state=state)
    return result


def explain(*, result_id: int, clock: Clock) -> bool:
    """Reckon why each project is in or out, once; whether it was done here. The row of the job is the
    truth: one that is done, or held by another worker, is left alone."""
    job = _claim(result_id, clock())
    if job is None:
        return False
    result = SelectionResult.objects.get(pk=result_id)
    own = SelectionJob.objects.filter(pk=job.pk, attempts=job.attempts)

    def step(done: int, total: int) -> None:
        own.update(done=done, total=total, lease_until=clock() + LEASE)

    content = explained(result.inputs, step=step)
    with transaction.atomic():
        if not own.filter(state=State.RUNNING).update(state=State.DONE, done=F("total")):
            return False
        SelectionExplanation.objects.create(result=result, content=content, computed_at=clock())
    return True


def replay(result: SelectionResult) -> Replayed:
    """The frozen inputs solved again: the same solver gives the same programme."""
    outcome = answer(result.inputs, time_limit_s=max(LONGEST_S, 60.0))
    same = [one["id"] for one in outcome["chosen"]] == [
        one["id"] for one in result.outcome["chosen"]
    ]
    return Replayed(digest(result.inputs) == result.inputs_sha256, same, outcome)


def keep_try(
    *, result: SelectionResult, put_in: frozenset[str], left_out: frozenset[str], by: User,
    at: datetime,
) -> SelectionScenario:  # fmt: skip
    """A scenario of what was tried: a copy whose projects are forced as they were on the screen."""
    reason = by_machine(TRIED)
    with transaction.atomic():
        made = scenarios.copy(scenario=result.scenario, by=by, at=at)
        for candidate in made.candidates.current().select_related("scenario"):
            key = str(candidate.project_id)
            if key not in put_in | left_out:
                continue
            role = Role.EXCLUDED if key in left_out else Role.MANDATORY
            terms = CandidateTerms(
                role=role, reason=reason, value=candidate.value, people=candidate.people,
                co2_t=candidate.co2_t, delay_most=candidate.delay_most,
                waits_years=candidate.waits_years,
            )  # fmt: skip
            scenario_candidates.change(
                candidate=candidate, terms=terms, by=by, reason=reason, at=at
            )
    return made


# ---------------------------------------------------------------- below


@transaction.atomic
def _claim(result_id: int, now: datetime) -> SelectionJob | None:
    found = SelectionJob.objects.select_for_update(skip_locked=True).filter(result=result_id)
    job = found.first()
    if job is None or job.state not in {State.WAITING, State.RUNNING}:
        return None
    if job.state == State.RUNNING and job.lease_until and job.lease_until > now:
        return None
    job.attempts += 1
    job.state = State.FAILED if job.attempts > MAX_ATTEMPTS else State.RUNNING
    job.lease_until = now + LEASE
    job.save()
    return job if job.state == State.RUNNING else None


def _told(inputs: Frozen) -> str:
    if not inputs["candidates"] and not inputs["unweighed"]:
        return _("Add projects to the scenario first.")
    return _("No project of this scenario can be weighed: see what is missing of each.")
