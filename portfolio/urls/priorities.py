"""Exercises of prioritisation."""

from django.urls import path

from portfolio.views import (
    priorities,
    priority_criteria,
    priority_ranking,
    priority_scores,
    priority_weights,
)

ONE = "priorites/<int:pk>"

urlpatterns = [
    path("priorites/", priorities.exercise_list, name="priorities"),
    path("priorites/nouvel-exercice/", priorities.exercise_add, name="priority-add"),
    path(f"{ONE}/", priorities.exercise_page, name="priority"),
    path(f"{ONE}/modifier/", priorities.exercise_edit, name="priority-edit"),
    path(f"{ONE}/etape/<slug:act>/", priorities.exercise_move, name="priority-move"),
    path(f"{ONE}/criteres/ajouter/", priority_criteria.criterion_add, name="criterion-add"),
    path(
        f"{ONE}/criteres/<int:criterion_pk>/modifier/",
        priority_criteria.criterion_edit,
        name="criterion-edit",
    ),
    path(
        f"{ONE}/criteres/<int:criterion_pk>/retirer/",
        priority_criteria.criterion_remove,
        name="criterion-remove",
    ),
    path(f"{ONE}/candidats/ajouter/", priorities.candidates_add, name="candidates-add"),
    path(
        f"{ONE}/candidats/<int:candidate_pk>/retirer/",
        priorities.candidate_move,
        name="candidate-move",
    ),
    path(f"{ONE}/candidats/<int:candidate_pk>/", priority_ranking.candidate_page, name="candidate"),
    path(
        f"{ONE}/notes/<int:candidate_pk>/<int:criterion_pk>/",
        priority_scores.score_page,
        name="priority-score",
    ),
    path(f"{ONE}/notes.csv", priority_scores.scores_csv, name="priority-scores-csv"),
    path(f"{ONE}/poids/", priority_weights.weights_page, name="priority-weights"),
    path(f"{ONE}/poids/<slug:way>/", priority_weights.weights_give, name="priority-weigh"),
    path(f"{ONE}/poids.csv", priority_weights.weights_csv, name="priority-weights-csv"),
    path(f"{ONE}/classement/", priority_ranking.ranking_page, name="priority-ranking"),
    path(f"{ONE}/classement.csv", priority_ranking.ranking_csv, name="priority-ranking-csv"),
    path(f"{ONE}/rangs.csv", priority_ranking.ranks_csv, name="priority-ranks-csv"),
]
