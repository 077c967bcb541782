"""Addresses of the documents, below /pilotage/documents/."""

from django.urls import path

import portfolio.addresses  # noqa: F401 - names `<project:code>`
from reports import views

app_name = "reports"
urlpatterns = [
    path("", views.document_list, name="documents"),
    path("fiche/<project:code>/", views.ask_project_sheet, name="project-sheet"),
    path("reunions/<int:pk>/dossier/", views.ask_meeting_pack, name="meeting-pack"),
    path("reunions/<int:pk>/releve/", views.ask_minutes, name="minutes"),
    path("<int:document_id>/", views.document_page, name="document"),
    path("<int:document_id>/avancement/", views.document_progress, name="progress"),
    path("<int:document_id>/fichier/", views.download, name="download"),
]
