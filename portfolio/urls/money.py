"""The money of projects, the investment plan, the parameters of the law."""

from django.urls import path

from portfolio.addresses import PROJECT
from portfolio.views import (
    carry_over,
    costs,
    green,
    money,
    own_share,
    parameters,
    ppi,
    running,
)

urlpatterns = [
    path(
        f"{PROJECT}/credits/<str:section>/<int:year>/",
        money.credit_edit,
        name="credit-edit",
    ),
    path(f"{PROJECT}/autorisations/ajouter/", money.act_add, name="act-add"),
    path(f"{PROJECT}/financements/ajouter/", money.funding_add, name="funding-add"),
    path(f"{PROJECT}/financements/<int:pk>/", money.funding_edit, name="funding-edit"),
    path(f"{PROJECT}/estimations/ajouter/", costs.estimate_add, name="estimate-add"),
    path(
        f"{PROJECT}/estimations/<int:pk>/completer/",
        costs.estimate_complete,
        name="estimate-complete",
    ),
    path(f"{PROJECT}/budget-vert/", green.green_edit, name="green-edit"),
    path(f"{PROJECT}/fonctionnement/ajouter/", running.running_add, name="running-add"),
    path(
        f"{PROJECT}/fonctionnement/<int:pk>/",
        running.running_edit,
        name="running-edit",
    ),
    path(
        f"{PROJECT}/fonctionnement/<int:pk>/retirer/",
        running.running_take_off,
        name="running-take-off",
    ),
    path(f"{PROJECT}/chef-de-file/", own_share.lead_edit, name="lead-edit"),
    path(
        f"{PROJECT}/derogations/ajouter/",
        own_share.derogation_add,
        name="derogation-add",
    ),
    path(
        f"{PROJECT}/derogations/<int:pk>/retirer/",
        own_share.derogation_take_off,
        name="derogation-take-off",
    ),
    path(
        f"{PROJECT}/credits/<str:section>/<int:year>/reporter/",
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
]
