"""Addresses of the steering screens, below /pilotage/."""

from django.urls import URLPattern

app_name = "portfolio"
urlpatterns: list[URLPattern] = []
