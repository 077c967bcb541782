"""Scenarios of arbitration, what they gave, what is tried on them."""

from django.urls import path

from portfolio.views import scenario_parts, scenarios, selections, what_if

urlpatterns = [
    path("scenarios/", scenarios.scenario_list, name="scenarios"),
    path("scenarios/ajouter/", scenarios.scenario_add, name="scenario-add"),
    path("scenarios/<int:pk>/", scenarios.scenario_page, name="scenario"),
    path("scenarios/<int:pk>/modifier/", scenarios.scenario_edit, name="scenario-edit"),
    path("scenarios/<int:pk>/copier/", scenarios.scenario_copy, name="scenario-copy"),
    path("scenarios/<int:pk>/verrouiller/", scenarios.scenario_lock, name="scenario-lock"),
    path("scenarios/<int:pk>/retirer/", scenarios.scenario_withdraw, name="scenario-withdraw"),
    path("scenarios/<int:pk>/calculer/", scenarios.scenario_compute, name="scenario-compute"),
    path(
        "scenarios/<int:pk>/candidats/ajouter/",
        scenario_parts.candidates_add,
        name="scenario-candidates-add",
    ),
    path(
        "scenarios/<int:pk>/conditions/proposer/",
        scenario_parts.conditions_propose,
        name="scenario-conditions-propose",
    ),
    path(
        "scenarios/<int:pk>/conditions/<str:kind>/ajouter/",
        scenario_parts.condition_add,
        name="scenario-condition-add",
    ),
    path(
        "scenarios/candidats/<int:pk>/",
        scenario_parts.candidate_item,
        name="scenario-candidate-item",
    ),
    path(
        "scenarios/candidats/<int:pk>/modifier/",
        scenario_parts.candidate_edit,
        name="scenario-candidate-edit",
    ),
    path(
        "scenarios/candidats/<int:pk>/retirer/",
        scenario_parts.candidate_withdraw,
        name="scenario-candidate-withdraw",
    ),
    path(
        "scenarios/candidats/<int:pk>/variantes/ajouter/",
        scenario_parts.variant_add,
        name="scenario-variant-add",
    ),
    path(
        "scenarios/variantes/<int:pk>/retirer/",
        scenario_parts.variant_withdraw,
        name="scenario-variant-withdraw",
    ),
    path(
        "scenarios/conditions/<int:pk>/retirer/",
        scenario_parts.condition_withdraw,
        name="scenario-condition-withdraw",
    ),
    path("scenarios/resultats/<int:pk>/", selections.selection_page, name="selection"),
    path("scenarios/resultats/<int:pk>.csv", selections.selection_csv, name="selection-csv"),
    path(
        "scenarios/resultats/<int:pk>/frontiere.csv", selections.frontier_csv, name="frontier-csv"
    ),
    path(
        "scenarios/resultats/<int:pk>/avancement/",
        selections.selection_progress,
        name="selection-progress",
    ),
    path(
        "scenarios/resultats/<int:pk>/projets/<int:project>/",
        selections.selection_why,
        name="selection-why",
    ),
    path("scenarios/resultats/<int:pk>/essai/", what_if.what_if, name="what-if"),
    path("scenarios/resultats/<int:pk>/essai/garder/", what_if.what_if_keep, name="what-if-keep"),
    path(
        "scenarios/resultats/<int:pk>/comparer/<int:other>/",
        selections.selection_compare,
        name="selection-compare",
    ),
]
