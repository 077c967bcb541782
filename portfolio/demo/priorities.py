"""The demonstration's exercise of prioritisation: prepared, scored, weighed and revealed."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from portfolio.demo.files import read_yaml
from portfolio.models import Candidate, Criterion, Exercise, Project, User
from portfolio.services import criteria, exercises, scoring, weighing
from portfolio.services.criteria import CriterionFields
from portfolio.services.scoring import Said

DATA = Path(__file__).parent / "data" / "priorities.yml"
PREPARED_AT = datetime(2026, 9, 21, 8, 0, tzinfo=UTC)
SCORED_AT = datetime(2026, 10, 14, 9, 0, tzinfo=UTC)
WEIGHED_AT = datetime(2026, 11, 9, 17, 0, tzinfo=UTC)
REASON = "Préparation de l’arbitrage 2027-2029"
Entry = dict[str, Any]
Keyed = dict[str, Criterion]


@cache
def description() -> Entry:
    content: Entry = read_yaml(DATA)
    return content


def seed() -> int:
    """How many exercises were added. Part of the seed's transaction, after the projects."""
    told = description()
    if Exercise.objects.filter(name_fr=told["exercise"]["name_fr"]).exists():
        return 0
    people = User.objects.in_bulk(["directrice", *told["weights"]], field_name="username")
    owner = people["directrice"]
    exercise = exercises.create(fields=told["exercise"], by=owner, reason=REASON, at=PREPARED_AT)
    keyed = _criteria(exercise, told["criteria"], owner)
    projects = Project.objects.filter(code__in=list(told["scores"]))
    exercises.add_candidates(exercise=exercise, projects=projects, by=owner, at=PREPARED_AT)
    exercise = exercises.open_scoring(exercise=exercise, by=owner, at=PREPARED_AT)
    _score(exercise, keyed, owner)
    for username, given in told["weights"].items():
        _weigh(exercise, keyed, people[username], given)
    exercises.reveal_weights(exercise=exercise, by=owner, at=WEIGHED_AT)
    return 1


def _criteria(exercise: Exercise, entries: list[Entry], by: User) -> Keyed:
    keyed: Keyed = {}
    for entry in entries:
        told = {name: value for name, value in entry.items() if name not in {"key", "parent"}}
        parent = keyed.get(entry.get("parent", ""))
        given = CriterionFields(parent=parent, **told)
        keyed[entry["key"]] = criteria.add(exercise=exercise, given=given, by=by, reason=REASON)
    return keyed


def _score(exercise: Exercise, keyed: Keyed, by: User) -> None:
    told = description()
    found = exercise.candidates.select_related("project", "exercise")
    candidates = {one.project.code: one for one in found}
    for code, scores in told["scores"].items():
        for key, score in scores.items():
            _keep(candidates[code], keyed[key], _said(key, score), by)
    for code, reasons in told["unknown"].items():
        for key, why in reasons.items():
            _keep(candidates[code], keyed[key], Said(None, justification=why), by)
    scoring.measure_from_register(exercise=exercise, by=by, at=SCORED_AT)


def _said(key: str, score: Any) -> Said:
    if key == "carbone":
        low, central, high = score
        return Said(central, low, high, description()["words"][key])
    if key == "fraicheur":
        return Said(float(score[0]), justification=score[1])
    return Said(float(score), justification=description()["words"][key])


def _keep(candidate: Candidate, criterion: Criterion, said: Said, by: User) -> None:
    scoring.score(candidate=candidate, criterion=criterion, said=said, by=by, at=SCORED_AT)


def _weigh(exercise: Exercise, keyed: Keyed, member: User, given: Entry) -> None:
    signed: Entry = {"exercise": exercise, "member": member, "at": WEIGHED_AT}
    told = given["told"]
    if given["way"] == "AHP":
        ratios = {}
        for pair, ratio in told.items():
            one, other = pair.split("-")
            ratios[f"{keyed[one].pk}-{keyed[other].pk}"] = float(ratio)
        weighing.compare(ratios=ratios, **signed)
    elif given["way"] == "SWING":
        weighing.rate_swings(swings={keyed[key].pk: float(n) for key, n in told.items()}, **signed)
    else:
        weighing.share_points(points={keyed[key].pk: float(n) for key, n in told.items()}, **signed)
