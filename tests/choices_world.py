"""Committees, exercises and scenarios for the world of `tests/rights_world.py`."""

from portfolio.models import AgendaProposal, Project
from portfolio.services import committees, exercises, weighing
from portfolio.services.exercises import leaves_of
from tests.factories.governance import (
    action,
    condition,
    make_committee,
    make_decision,
    make_item,
    make_meeting,
    people,
    what,
)
from tests.factories.portfolio import NOW, make_authorisation, make_credit, make_user
from tests.factories.prioritisation import leaf, make_exercise, make_score
from tests.factories.scenarios import make_scenario, make_selection


def committees_of(projects: dict, records: dict, hidden: str) -> dict[str, object]:
    """A committee of strangers, with an item about the project `hidden`; decisions about every
    project."""
    for code, project in projects.items():
        records[code]["decision"] = make_decision(project).pk
    committee = make_committee()
    item = make_item(make_meeting(committee), projects[hidden])
    spare = make_item(item.meeting, subject="Autre")
    interest = committees.declare_interest(
        user=people(item.meeting)[1], project=projects[hidden], reason="x", by=None, at=NOW
    )
    decided = make_decision(given=what(conditions=[condition()], actions=[action(make_user())]))
    proposal = AgendaProposal.objects.create(
        project=projects[hidden], cause="CONDITION", subject="condition-0", opened_at=NOW,
        data={"text": "Obtenir", "due_on": "2026-01-01", "number": 1},
    )  # fmt: skip
    return {
        "committee": committee.pk, "meeting": item.meeting_id, "item": item.pk,
        "item to take off": spare.pk, "seat": committee.members.first().pk,
        "open meeting": decided.item.meeting_id, "condition": decided.conditions.get().pk,
        "action": decided.actions.get().pk, "proposal": proposal.pk,
        "interest": interest.pk,
    }  # fmt: skip


def exercise_of(projects: dict, records: dict) -> dict[str, object]:
    """One with all projects, scored, weighed and revealed."""
    exercise = make_exercise(*projects.values())
    access = leaf(exercise, "Accès")
    for candidate in exercise.candidates.select_related("project"):
        code = candidate.project.code
        make_score(exercise, candidate.project, "Accès", 1)
        records[code]["candidate"] = (exercise.pk, candidate.pk)
        records[code]["score"] = (exercise.pk, candidate.pk, access.pk)
    points = {one.pk: 1.0 for one in leaves_of(exercise)}
    weighing.share_points(exercise=exercise, member=make_user(), points=points, at=NOW)
    exercises.reveal_weights(exercise=exercise, by=None, at=NOW)
    return {"exercise": exercise.pk, "criterion": (exercise.pk, access.pk),
            "any candidate": next(iter(records.values()))["candidate"]}  # fmt: skip


def arbitration(one: Project, spare: Project) -> dict[str, object]:
    """A scenario of two projects that all agents read, solved twice."""
    for project in (one, spare):
        make_authorisation(project)
        for year in (2027, 2028):
            make_credit(project, year)
    scenario = make_scenario(one, spare)
    held = {row.project_id: row for row in scenario.candidates.all()}
    variant = held[one.pk].variants.create(name_fr="Moitié", cost_share="0.5")
    condition = scenario.conditions.create(kind="EXCLUSIVE", project=one, other=spare)
    result, other = make_selection(scenario), make_selection(scenario)
    return {
        "scenario": scenario.pk, "scenario candidate": held[one.pk].pk, "variant": variant.pk,
        "scenario candidate to take off": held[spare.pk].pk, "scenario condition": condition.pk,
        "selection": result.pk, "selection project": (result.pk, one.pk),
        "two selections": (result.pk, other.pk),
    }  # fmt: skip
