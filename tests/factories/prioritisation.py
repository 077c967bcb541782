"""Exercises of prioritisation for tests: four criteria, one of each scale, two of them in a group."""

from portfolio.models import Criterion, Exercise, Project
from portfolio.services import criteria, exercises, scoring
from portfolio.services.criteria import CriterionFields
from portfolio.services.scoring import Said
from tests.factories.portfolio import NOW, make_project

LEVELS = [{"value": 0, "fr": "aucun accès", "en": "no access"},
          {"value": 40, "fr": "un accès partiel", "en": "some access"},
          {"value": 100, "fr": "un accès pour tous", "en": "access for all"}]  # fmt: skip
REASON = "Arbitrage de printemps"


def make_exercise(*projects: Project, opened: bool = True, by=None, **fields) -> Exercise:
    """`projects` are its candidates (two new ones without any)."""
    given = {
        "name_fr": "Arbitrage 2027",
        "reference_fr": "Entretien courant",
        "draws": 400,
    } | fields
    exercise = exercises.create(fields=given, by=by, reason=REASON, at=NOW)
    group = make_criterion(exercise, name_fr="Climat", kind="GROUP")
    make_criterion(exercise, name_fr="CO2 évité", parent=group, kind="NUMERIC",
                   unit_fr="tonnes par an", points=[[0, 0], [1000, 100]])  # fmt: skip
    make_criterion(exercise, name_fr="Fraîcheur", parent=group, kind="QUALITATIVE")
    make_criterion(exercise, name_fr="Accès", kind="LEVELS", levels=LEVELS)
    make_criterion(exercise, name_fr="Coût", kind="MEASURED", fact="COST",
                   points=[[0, 100], [20_000_000, 0]])  # fmt: skip
    candidates = projects or (make_project(), make_project())
    exercises.add_candidates(exercise=exercise, projects=candidates, by=by, at=NOW)
    return exercises.open_scoring(exercise=exercise, by=by, at=NOW) if opened else exercise


def make_criterion(exercise: Exercise, **fields) -> Criterion:
    given = CriterionFields(**fields)
    return criteria.add(exercise=exercise, given=given, by=None, reason=REASON)


def leaf(exercise: Exercise, name: str) -> Criterion:
    return exercise.criteria.get(name_fr=name)


def make_score(
    exercise: Exercise, project: Project, name: str, central, *, by=None, at=NOW, **said
):
    """Of the criterion of that name; `said` is the rest of what is said."""
    words = {"justification": "Vu en réunion de projet"} | said
    return scoring.score(
        candidate=exercise.candidates.current().get(project=project),
        criterion=leaf(exercise, name), said=Said(central, **words), by=by, at=at,
    )  # fmt: skip


def make_scores(exercise: Exercise, table: dict[Project, tuple]) -> None:
    """Of CO2 évité, Fraîcheur, Accès, Coût; None leaves it out."""
    for project, row in table.items():
        for name, central in zip(("CO2 évité", "Fraîcheur", "Accès", "Coût"), row, strict=True):
            if central is not None:
                make_score(exercise, project, name, central)
