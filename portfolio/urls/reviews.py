"""Reviews, alerts, the dashboard and what one is told about."""

from django.urls import path

from portfolio.addresses import PROJECT
from portfolio.views import (
    alerts,
    board,
    notifications,
    reviews,
    validation,
)

urlpatterns = [
    path(f"{PROJECT}/revue/", reviews.review_page, name="review"),
    path(
        f"{PROJECT}/revue/<int:year>-<int:month>/",
        reviews.review_page,
        name="review-month",
    ),
    path(
        f"{PROJECT}/revue/<int:year>-<int:month>/brouillon/",
        reviews.review_draft,
        name="review-draft",
    ),
    path(
        f"{PROJECT}/revue/<int:year>-<int:month>/rien-de-neuf/",
        reviews.nothing_changed,
        name="review-unchanged",
    ),
    path(
        f"{PROJECT}/revue/<int:year>-<int:month>/reprendre/",
        reviews.take_back,
        name="review-take-back",
    ),
    path(f"{PROJECT}/statut/<str:axis>/", reviews.override, name="override"),
    path(f"{PROJECT}/statut/<int:pk>/lever/", reviews.override_end, name="override-end"),
    path("alertes/", alerts.alert_list, name="alerts"),
    path("alertes/<int:pk>/", alerts.alert_part, name="alert"),
    path("alertes/<int:pk>/traiter/", alerts.alert_handle, name="alert-handle"),
    path("alertes/<int:pk>/annuler/", alerts.alert_undo, name="alert-undo"),
    path("mes-notifications/", notifications.choices, name="notifications"),
    path("tableau-de-bord/", board.board_page, name="board"),
    path("revues/", validation.validation, name="validation"),
    path("revues/<int:pk>/renvoyer/", validation.send_back, name="review-send-back"),
]
