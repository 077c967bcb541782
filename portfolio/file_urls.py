"""The addresses under `/fichiers/`: the files of documents, whatever the language."""

from django.urls import path

from portfolio.views import documents

urlpatterns = [path("<int:pk>/", documents.file, name="project-file")]
