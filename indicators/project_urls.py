"""Addresses of the evidence of one project, below /pilotage/projets/<code>/preuves/."""

from django.urls import path

import portfolio.addresses  # noqa: F401 - names `<project:code>`
from indicators.views import evaluation_designer as designer
from indicators.views import evaluations, project_evidence

app_name = "evidence"
PLAN = "evaluations/<int:pk>"
urlpatterns = [
    path("", project_evidence.project_evidence, name="project"),
    path("bilan/", project_evidence.project_hindsight, name="hindsight"),
    path("<int:target_id>.csv", project_evidence.forecast_csv, name="forecast-csv"),
    path("evaluations/nouvelle/", designer.start, name="evaluation-new"),
    path(f"{PLAN}/", evaluations.result, name="evaluation"),
    path(f"{PLAN}/chiffres.csv", evaluations.figures_csv, name="evaluation-csv"),
    path(f"{PLAN}/calculer/", evaluations.compute, name="evaluation-compute"),
    path(f"{PLAN}/retirer/", evaluations.withdraw, name="evaluation-withdraw"),
    path(f"{PLAN}/jeter/", designer.discard, name="evaluation-discard"),
    path(f"{PLAN}/plan/<slug:step>/", designer.step_page, name="evaluation-step"),
    path(f"{PLAN}/plan/<slug:step>/garder/", designer.keep, name="evaluation-keep"),
]
