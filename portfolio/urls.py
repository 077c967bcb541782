"""Addresses of the steering screens, below /pilotage/."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

import portfolio.addresses  # noqa: F401 - names `<project:code>`
from portfolio.views import (
    alerts,
    blocks,
    board,
    components,
    home,
    money,
    notifications,
    ppi,
    projects,
    reviews,
    validation,
)

app_name = "portfolio"
urlpatterns = [
    path(
        "connexion/",
        LoginView.as_view(
            template_name="portfolio/pages/login.html", redirect_authenticated_user=True
        ),
        name="login",
    ),
    path("deconnexion/", LogoutView.as_view(), name="logout"),
    path("", home.home, name="home"),
    path("projets/", projects.project_list, name="projects"),
    path("projets.csv", projects.project_csv, name="projects-csv"),
    path("projets/<project:code>/", projects.project_page, name="project"),
    path("projets/<project:code>/blocs/<slug:name>/", blocks.block_part, name="block"),
    path("projets/<project:code>/modifier/", projects.project_edit, name="project-edit"),
    path(
        "projets/<project:code>/credits/<str:section>/<int:year>/",
        money.credit_edit,
        name="credit-edit",
    ),
    path("projets/<project:code>/autorisations/ajouter/", money.act_add, name="act-add"),
    path("projets/<project:code>/financements/ajouter/", money.funding_add, name="funding-add"),
    path("projets/<project:code>/financements/<int:pk>/", money.funding_edit, name="funding-edit"),
    path("projets/<project:code>/revue/", reviews.review_page, name="review"),
    path(
        "projets/<project:code>/revue/<int:year>-<int:month>/",
        reviews.review_page,
        name="review-month",
    ),
    path(
        "projets/<project:code>/revue/<int:year>-<int:month>/brouillon/",
        reviews.review_draft,
        name="review-draft",
    ),
    path(
        "projets/<project:code>/revue/<int:year>-<int:month>/rien-de-neuf/",
        reviews.nothing_changed,
        name="review-unchanged",
    ),
    path(
        "projets/<project:code>/revue/<int:year>-<int:month>/reprendre/",
        reviews.take_back,
        name="review-take-back",
    ),
    path("projets/<project:code>/statut/<str:axis>/", reviews.override, name="override"),
    path(
        "projets/<project:code>/statut/<int:pk>/lever/", reviews.override_end, name="override-end"
    ),
    path("alertes/", alerts.alert_list, name="alerts"),
    path("alertes/<int:pk>/", alerts.alert_part, name="alert"),
    path("alertes/<int:pk>/traiter/", alerts.alert_handle, name="alert-handle"),
    path("alertes/<int:pk>/annuler/", alerts.alert_undo, name="alert-undo"),
    path("mes-notifications/", notifications.choices, name="notifications"),
    path("tableau-de-bord/", board.board_page, name="board"),
    path("revues/", validation.validation, name="validation"),
    path("revues/<int:pk>/renvoyer/", validation.send_back, name="review-send-back"),
    path("ppi/", ppi.ppi_table, name="ppi"),
    path("ppi.csv", ppi.ppi_csv, name="ppi-csv"),
    path("composants/", components.components, name="components"),
]
