"""An exercise of prioritisation for the world of the screens."""

from portfolio.models import Project, User
from portfolio.services import exercises, weighing
from portfolio.services.exercises import leaves_of
from tests.factories.portfolio import NOW, make_project, make_user
from tests.factories.prioritisation import leaf, make_exercise, make_score, make_scores


def ranked(project: Project, member: User) -> dict[str, str]:
    """An exercise with one score missing and one not sure, weighed by two, revealed."""
    others = [make_project(name_fr=name) for name in ("Halle aux grains", "Cours des tilleuls")]
    exercise = make_exercise(project, *others, retained=1, name_fr="Arbitrage 2027-2029")
    make_scores(exercise, {project: (400, 60, 2, 12_400_000), others[0]: (900, None, 1, 4_000_000),
                           others[1]: (100, 90, 0, 9_000_000)})  # fmt: skip
    make_score(exercise, project, "CO2 évité", 500, low=200, high=800)
    for number, who in enumerate((member, make_user())):
        points = {one.pk: 1.0 + number * place for place, one in enumerate(leaves_of(exercise))}
        weighing.share_points(exercise=exercise, member=who, points=points, at=NOW)
    exercises.reveal_weights(exercise=exercise, by=member, at=NOW)
    candidate, access = exercise.candidates.get(project=project), leaf(exercise, "Accès")
    one = f"priorites/{exercise.pk}"
    return {
        "priorites/<int:pk>/criteres/<int:criterion_pk>": f"{one}/criteres/{access.pk}",
        "priorites/<int:pk>/candidats/<int:candidate_pk>": f"{one}/candidats/{candidate.pk}",
        "priorites/<int:pk>/notes/<int:candidate_pk>/<int:criterion_pk>":
            f"{one}/notes/{candidate.pk}/{access.pk}",
        "priorites/<int:pk>": one,
        "<slug:way>": "comparaisons",
    }  # fmt: skip
