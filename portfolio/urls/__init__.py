"""Addresses of the steering screens, below /pilotage/: a file a part of the screens."""

from portfolio.urls import (
    accounts,
    calendar,
    committees,
    history,
    money,
    parts,
    priorities,
    projects,
    reviews,
    scenarios,
)

app_name = "portfolio"
urlpatterns = [
    *accounts.urlpatterns,
    *projects.urlpatterns,
    *calendar.urlpatterns,
    *money.urlpatterns,
    *history.urlpatterns,
    *reviews.urlpatterns,
    *parts.urlpatterns,
    *scenarios.urlpatterns,
    *priorities.urlpatterns,
    *committees.urlpatterns,
]
