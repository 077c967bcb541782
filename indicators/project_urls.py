"""Addresses of the evidence of a project, below /pilotage/: beside those of its record."""

from django.urls import path

from indicators.views import project_evidence as views
from portfolio.addresses import PROJECT

app_name = "evidence"
urlpatterns = [
    path(f"{PROJECT}/preuves/", views.project_evidence, name="project"),
    path(f"{PROJECT}/preuves/<int:target_id>.csv", views.forecast_csv, name="forecast-csv"),
]
