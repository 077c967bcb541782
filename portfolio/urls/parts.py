"""Who takes part, risks, documents and place of a project; organisations."""

from django.urls import path

from portfolio.addresses import PROJECT
from portfolio.views import (
    documents,
    organisations,
    places,
    risks,
    stakeholders,
)

urlpatterns = [
    path(f"{PROJECT}/lieu/", places.place_edit, name="place-edit"),
    path(f"{PROJECT}/zones/ajouter/", places.zone_add, name="zone-add"),
    path(f"{PROJECT}/zones/<int:pk>/retirer/", places.zone_remove, name="zone-remove"),
    path(f"{PROJECT}/pieces/ajouter/", documents.document_add, name="document-add"),
    path(
        f"{PROJECT}/pieces/<int:pk>/modifier/",
        documents.document_edit,
        name="document-edit",
    ),
    path(
        f"{PROJECT}/pieces/<int:pk>/version/",
        documents.document_replace,
        name="document-replace",
    ),
    path(
        f"{PROJECT}/pieces/<int:pk>/retirer/",
        documents.document_move,
        name="document-move",
    ),
    path(f"{PROJECT}/acteurs/ajouter/", stakeholders.stakeholder_add, name="part-add"),
    path(
        f"{PROJECT}/acteurs/<int:pk>/modifier/",
        stakeholders.stakeholder_edit,
        name="part-edit",
    ),
    path(
        f"{PROJECT}/acteurs/<int:pk>/retirer/",
        stakeholders.stakeholder_move,
        name="part-move",
    ),
    path(f"{PROJECT}/risques/ajouter/", risks.risk_add, name="risk-add"),
    path(f"{PROJECT}/risques/<int:pk>/", risks.risk_page, name="risk"),
    path(f"{PROJECT}/risques/<int:pk>/modifier/", risks.risk_edit, name="risk-edit"),
    path(f"{PROJECT}/risques/<int:pk>/retirer/", risks.risk_move, name="risk-move"),
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
]
