"""Addresses of the evidence screens, below /pilotage/donnees/."""

from django.urls import path

import portfolio.addresses  # noqa: F401 - names `<project:code>`
from indicators.views import evidence, examples, formulas, held, provenance, pulls, secrets

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
    path("flux/<slug:code>/collecter/", pulls.pull_now, name="pull-now"),
    path("indicateurs/", formulas.indicators, name="indicators"),
    path("indicateurs/<slug:code>/", formulas.indicator_page, name="indicator"),
    path("indicateurs/<slug:code>/unite/", formulas.unit, name="indicator-unit"),
    path("indicateurs/<slug:code>/formule/", formulas.formula, name="formula"),
    path("exemples/", examples.example_charts, name="example-charts"),
    path("effets/", evidence.my_effects, name="my-effects"),
    path("effets-mesures/", evidence.board_effects, name="board-effects"),
    path("effets/<project:code>/statut/", evidence.project_status, name="project-status"),
    path("effets/programmes/<slug:code>/", evidence.programme_effects, name="programme-effects"),
    path("effets/<project:code>/", evidence.project_effects, name="project-effects"),
]
