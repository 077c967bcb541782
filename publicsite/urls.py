"""Wagtail's pages, whose addresses may hold dots: codes of projects, names of files."""

from django.urls import re_path
from wagtail import urls as wagtail_urls
from wagtail.views import serve

urlpatterns = [
    # Files end without a slash.
    re_path(r"^((?:[\w\-.]+/)+[\w\-.]+\.(?:csv|geojson))$", serve, name="public_file"),
    re_path(r"^((?:[\w\-.]+/)*)$", serve, name="wagtail_serve"),
    *wagtail_urls.urlpatterns,
]
