"""Addresses of the steering screens, below /pilotage/."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

import portfolio.addresses  # noqa: F401 - names `<project:code>`
from portfolio.views import (
    blocks,
    components,
    guide,
    history,
    home,
    money,
    ppi,
    programmes,
    projects,
    quality,
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
    path("projets/<project:code>/historique/", history.history_page, name="history"),
    path("projets/<project:code>/historique.csv", history.history_csv, name="history-csv"),
    path(
        "projets/<project:code>/historique/<uuid:change>/annuler/",
        history.change_undo,
        name="change-undo",
    ),
    path(
        "projets/<project:code>/historique/<uuid:change>/restaurer/",
        history.change_restore,
        name="change-restore",
    ),
    path("qualite/", quality.quality_board, name="quality"),
    path("qualite.csv", quality.quality_csv, name="quality-csv"),
    path("programmes/", programmes.programme_tree, name="programmes"),
    path("programmes/<slug:code>/", programmes.programme_page, name="programme"),
    path("programmes/<slug:code>/modifier/", programmes.programme_edit, name="programme-edit"),
    path("aide/", guide.help_page, name="help"),
    path("aide/visite/", guide.tour_finish, name="tour-finish"),
    path("glossaire/", guide.glossary_page, name="glossary"),
    path("ppi/", ppi.ppi_table, name="ppi"),
    path("ppi.csv", ppi.ppi_csv, name="ppi-csv"),
    path("composants/", components.components, name="components"),
]
