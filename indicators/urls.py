"""Addresses of the evidence screens, below /pilotage/donnees/."""

from django.urls import path

from indicators.views import evidence, pulls

app_name = "indicators"
urlpatterns = [
    path("", pulls.sources, name="sources"),
    path("tirages/", pulls.runs, name="runs"),
    path("tirages/<int:run_id>/", pulls.run_page, name="run"),
    path("flux/<slug:code>/tirer/", pulls.pull_now, name="pull-now"),
    path("effets/", evidence.my_effects, name="my-effects"),
    path("effets/<str:code>/", evidence.project_effects, name="project-effects"),
]
