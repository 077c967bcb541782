"""Addresses of the documents, below /pilotage/documents/."""

from django.urls import URLPattern

app_name = "reports"
urlpatterns: list[URLPattern] = []
