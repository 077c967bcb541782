"""Addresses of the evidence screens, below /pilotage/donnees/."""

from django.urls import path

import portfolio.addresses  # noqa: F401 - names `<project:code>`
from indicators.views import evidence, examples, held, known, provenance, pulls, secrets

app_name = "indicators"
urlpatterns = [
    path("", pulls.sources, name="sources"),
    path("collectes/", pulls.runs, name="runs"),
    path("collectes/<int:run_id>/", pulls.run_page, name="run"),
    path("collectes/<int:run_id>/avancement/", pulls.run_progress, name="run-progress"),
    path("collectes/<int:run_id>/decider/", held.decide, name="run-decide"),
    path("collectes/<int:run_id>/relire/", held.replay, name="run-replay"),
    path("reponses/<int:pk>/", held.raw_file, name="raw-file"),
    path(
        "provenance/<slug:code>/<str:zone>/<str:day>/",
        provenance.provenance_page,
        name="provenance",
    ),
    path("revisions/<int:target_id>/", known.revisions, name="known"),
    path("sources/<slug:code>/cle/", secrets.source_secret, name="source-secret"),
    path("flux/<slug:code>/collecter/", pulls.pull_now, name="pull-now"),
    path("exemples/", examples.example_charts, name="example-charts"),
    path("effets/", evidence.my_effects, name="my-effects"),
    path("effets-mesures/", evidence.board_effects, name="board-effects"),
    path("effets/<project:code>/statut/", evidence.project_status, name="project-status"),
    path("effets/programmes/<slug:code>/", evidence.programme_effects, name="programme-effects"),
    path("effets/<project:code>/", evidence.project_effects, name="project-effects"),
]
