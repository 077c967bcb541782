"""Addresses of the evidence screens, below /pilotage/donnees/."""

from django.urls import path

import portfolio.addresses  # noqa: F401 - names `<project:code>`
from indicators.views import (
    evidence,
    examples,
    held,
    provenance,
    pulls,
    register,
    secrets,
    source,
    usages,
)

app_name = "indicators"
urlpatterns = [
    path("", pulls.sources, name="sources"),
    path("collectes/", pulls.runs, name="runs"),
    path("collectes/<int:run_id>/", pulls.run_page, name="run"),
    path("collectes/<int:run_id>/decider/", held.decide, name="run-decide"),
    path("collectes/<int:run_id>/relire/", held.replay, name="run-replay"),
    path("reponses/<int:pk>/", held.raw_file, name="raw-file"),
    path(
        "provenance/<slug:code>/<str:zone>/<str:day>/",
        provenance.provenance_page,
        name="provenance",
    ),
    path("sources/<slug:code>/cle/", secrets.source_secret, name="source-secret"),
    path("registre/", register.register_page, name="register"),
    path("registre.csv", register.register_csv, name="register-csv"),
    path("registre.xlsx", register.register_xlsx, name="register-xlsx"),
    path("a-regulariser/", register.swamp, name="swamp"),
    path("sources/<slug:code>/", source.source_page, name="source"),
    path("sources/<slug:code>/modifier/", source.source_edit, name="source-edit"),
    path("sources/<slug:code>/accords/ajouter/", source.agreement_add, name="agreement-add"),
    path("accords/<int:pk>/modifier/", source.agreement_edit, name="agreement-edit"),
    path("accords/<int:pk>/retirer/", source.agreement_remove, name="agreement-remove"),
    path("indicateurs/<slug:code>/usages/", usages.uses_page, name="uses"),
    path("indicateurs/<slug:code>/usages/declarer/", usages.use_add, name="use-add"),
    path("flux/<slug:code>/collecter/", pulls.pull_now, name="pull-now"),
    path("exemples/", examples.example_charts, name="example-charts"),
    path("effets/", evidence.my_effects, name="my-effects"),
    path("effets-mesures/", evidence.board_effects, name="board-effects"),
    path("effets/<project:code>/statut/", evidence.project_status, name="project-status"),
    path("effets/programmes/<slug:code>/", evidence.programme_effects, name="programme-effects"),
    path("effets/<project:code>/", evidence.project_effects, name="project-effects"),
]
