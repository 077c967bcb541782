"""Addresses of the steering screens, below /pilotage/."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

import portfolio.addresses  # noqa: F401 - names `<project:code>`
from portfolio.views import (
    blocks,
    components,
    exports,
    home,
    imports,
    money,
    ppi,
    projects,
    saved_views,
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
    path("projets.xlsx", exports.projects_xlsx, name="projects-xlsx"),
    path("projets.geojson", exports.projects_geojson, name="projects-geojson"),
    path("nouveaux-projets.xlsx", exports.template_xlsx, name="template-xlsx"),
    path("projets.csv", projects.project_csv, name="projects-csv"),
    path("vues/", saved_views.view_list, name="views"),
    path("vues/enregistrer/", saved_views.view_edit, name="view-add"),
    path("vues/<int:pk>/", saved_views.view_edit, name="view-edit"),
    path("vues/<int:pk>/retirer/", saved_views.view_withdraw, name="view-withdraw"),
    path("imports/", imports.import_list, name="imports"),
    path("imports/<int:pk>/", imports.import_page, name="import"),
    path("imports/<int:pk>/avancement/", imports.import_progress, name="import-progress"),
    path("imports/<int:pk>/erreurs/", imports.import_errors, name="import-errors"),
    path("imports/<int:pk>/arreter/", imports.import_cancel, name="import-cancel"),
    path("imports/<int:pk>/annuler/", imports.import_undo, name="import-undo"),
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
    path("ppi/", ppi.ppi_table, name="ppi"),
    path("ppi.csv", ppi.ppi_csv, name="ppi-csv"),
    path("composants/", components.components, name="components"),
]
