"""Addresses of the evidence of one project, below /pilotage/projets/<code>/preuves/."""

from django.urls import path

from indicators.views import evaluation_designer as designer
from indicators.views import evaluations, project_evidence, yields
from portfolio.addresses import PROJECT

app_name = "evidence"
EVIDENCE = f"{PROJECT}/preuves"
PLAN = f"{EVIDENCE}/evaluations/<int:pk>"
urlpatterns = [
    path(f"{EVIDENCE}/", project_evidence.project_evidence, name="project"),
    path(f"{EVIDENCE}/bilan/", project_evidence.project_hindsight, name="hindsight"),
    path(f"{EVIDENCE}/decisions/<int:pk>/", yields.decision_yield, name="yield"),
    path(f"{EVIDENCE}/decisions/<int:pk>.csv", yields.yield_csv, name="yield-csv"),
    path(f"{EVIDENCE}/<int:target_id>.csv", project_evidence.forecast_csv, name="forecast-csv"),
    path(f"{EVIDENCE}/evaluations/nouvelle/", designer.start, name="evaluation-new"),
    path(f"{PLAN}/", evaluations.result, name="evaluation"),
    path(f"{PLAN}/chiffres.csv", evaluations.figures_csv, name="evaluation-csv"),
    path(f"{PLAN}/calculer/", evaluations.compute, name="evaluation-compute"),
    path(f"{PLAN}/retirer/", evaluations.withdraw, name="evaluation-withdraw"),
    path(f"{PLAN}/jeter/", designer.discard, name="evaluation-discard"),
    path(f"{PLAN}/plan/<slug:step>/", designer.step_page, name="evaluation-step"),
    path(f"{PLAN}/plan/<slug:step>/garder/", designer.keep, name="evaluation-keep"),
]
