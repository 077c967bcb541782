"""Addresses of the evidence screens, below /pilotage/donnees/."""

from django.urls import URLPattern

app_name = "indicators"
urlpatterns: list[URLPattern] = []
