"""Addresses of the steering screens, below /pilotage/."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

import portfolio.addresses  # noqa: F401 - names `<project:code>`
from portfolio.views import (
    blocks,
    components,
    documents,
    home,
    money,
    organisations,
    stakeholders,
    places,
    ppi,
    projects,
    risks,
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
    path("projets/<project:code>/lieu/", places.place_edit, name="place-edit"),
    path("projets/<project:code>/zones/ajouter/", places.zone_add, name="zone-add"),
    path("projets/<project:code>/zones/<int:pk>/retirer/", places.zone_remove, name="zone-remove"),
    path("projets/<project:code>/pieces/ajouter/", documents.document_add, name="document-add"),
    path(
        "projets/<project:code>/pieces/<int:pk>/modifier/",
        documents.document_edit,
        name="document-edit",
    ),
    path(
        "projets/<project:code>/pieces/<int:pk>/version/",
        documents.document_replace,
        name="document-replace",
    ),
    path(
        "projets/<project:code>/pieces/<int:pk>/retirer/",
        documents.document_move,
        name="document-move",
    ),
    path("projets/<project:code>/acteurs/ajouter/", stakeholders.stakeholder_add, name="part-add"),
    path(
        "projets/<project:code>/acteurs/<int:pk>/modifier/",
        stakeholders.stakeholder_edit,
        name="part-edit",
    ),
    path(
        "projets/<project:code>/acteurs/<int:pk>/retirer/",
        stakeholders.stakeholder_move,
        name="part-move",
    ),
    path("projets/<project:code>/risques/ajouter/", risks.risk_add, name="risk-add"),
    path("projets/<project:code>/risques/<int:pk>/", risks.risk_page, name="risk"),
    path("projets/<project:code>/risques/<int:pk>/modifier/", risks.risk_edit, name="risk-edit"),
    path("projets/<project:code>/risques/<int:pk>/retirer/", risks.risk_move, name="risk-move"),
    path("risques/", risks.risk_list, name="risks"),
    path("organisations/", organisations.organisation_list, name="organisations"),
    path(
        "organisations/nouvelle/ajouter/", organisations.organisation_add, name="organisation-add"
    ),
    path("organisations/<slug:code>/", organisations.organisation_page, name="organisation"),
    path(
        "organisations/<slug:code>/modifier/",
        organisations.organisation_edit,
        name="organisation-edit",
    ),
    path("ppi/", ppi.ppi_table, name="ppi"),
    path("ppi.csv", ppi.ppi_csv, name="ppi-csv"),
    path("composants/", components.components, name="components"),
]
