"""Addresses of the steering screens, below /pilotage/."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

import portfolio.addresses  # noqa: F401 - names `<project:code>`
from portfolio.views import (
    blocks,
    carry_over,
    components,
    costs,
    green,
    home,
    money,
    own_share,
    parameters,
    ppi,
    projects,
    running,
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
    path("projets/<project:code>/estimations/ajouter/", costs.estimate_add, name="estimate-add"),
    path(
        "projets/<project:code>/estimations/<int:pk>/completer/",
        costs.estimate_complete,
        name="estimate-complete",
    ),
    path("projets/<project:code>/budget-vert/", green.green_edit, name="green-edit"),
    path("projets/<project:code>/fonctionnement/ajouter/", running.running_add, name="running-add"),
    path(
        "projets/<project:code>/fonctionnement/<int:pk>/",
        running.running_edit,
        name="running-edit",
    ),
    path(
        "projets/<project:code>/fonctionnement/<int:pk>/retirer/",
        running.running_take_off,
        name="running-take-off",
    ),
    path("projets/<project:code>/chef-de-file/", own_share.lead_edit, name="lead-edit"),
    path(
        "projets/<project:code>/derogations/ajouter/",
        own_share.derogation_add,
        name="derogation-add",
    ),
    path(
        "projets/<project:code>/derogations/<int:pk>/retirer/",
        own_share.derogation_take_off,
        name="derogation-take-off",
    ),
    path(
        "projets/<project:code>/credits/<str:section>/<int:year>/reporter/",
        carry_over.carry_over_bring,
        name="carry-over-bring",
    ),
    path("reports-de-credits/", carry_over.carry_over_page, name="carry-over"),
    path("parametres/", parameters.parameters, name="parameters"),
    path("parametres/ajouter/", parameters.parameter_add, name="parameter-add"),
    path("parametres/index/ajouter/", parameters.index_add, name="price-index-add"),
    path("parametres/index/<slug:name>/", parameters.index_page, name="price-index"),
    path("ppi.xlsx", ppi.ppi_xlsx, name="ppi-xlsx"),
    path("ppi/<str:section>/<int:year>/", ppi.ppi_cell, name="ppi-cell"),
    path("ppi/", ppi.ppi_table, name="ppi"),
    path("ppi.csv", ppi.ppi_csv, name="ppi-csv"),
    path("composants/", components.components, name="components"),
]
