"""Addresses of the evidence screens, below /pilotage/donnees/."""

from django.urls import path

import portfolio.addresses  # noqa: F401 - names `<project:code>`
from indicators.views import (
    assistant,
    depositing,
    deposits,
    evidence,
    examples,
    feeds,
    held,
    provenance,
    pulls,
    secrets,
)

app_name = "indicators"
urlpatterns = [
    path("", pulls.sources, name="sources"),
    path("collectes/", pulls.runs, name="runs"),
    path("collectes/<int:run_id>/", pulls.run_page, name="run"),
    path("collectes/<int:run_id>/decider/", held.decide, name="run-decide"),
    path("collectes/<int:run_id>/relire/", held.replay, name="run-replay"),
    path("reponses/<int:pk>/", held.raw_file, name="raw-file"),
    path(
        "provenance/<slug:code>/<str:zone>/<str:day>/",
        provenance.provenance_page,
        name="provenance",
    ),
    path("sources/<slug:code>/cle/", secrets.source_secret, name="source-secret"),
    path("sources/<slug:code>/etat/", feeds.switch_source, name="source-switch"),
    path("flux/<slug:code>/", feeds.feed_page, name="feed"),
    path("flux/<slug:code>/sources.yml", feeds.feed_document, name="feed-document"),
    path("flux/<slug:code>/modifier/", assistant.change, name="feed-change"),
    path("flux/<slug:code>/etat/", feeds.switch_feed, name="feed-switch"),
    path("flux/<slug:code>/contrat/", feeds.contract_terms, name="contract"),
    path("flux/<slug:code>/contrat/envoyer/", feeds.contract_send, name="contract-send"),
    path("flux/<slug:code>/contrat.yml", feeds.contract_file, name="contract-file"),
    path("brouillons/ajouter/", assistant.start, name="draft-start"),
    path("brouillons/<int:pk>/jeter/", assistant.discard, name="draft-discard"),
    path("brouillons/<int:pk>/sources.yml", assistant.document, name="draft-document"),
    path("brouillons/<int:pk>/<slug:step>/", assistant.step_page, name="draft-step"),
    path("brouillons/<int:pk>/<slug:step>/garder/", assistant.keep, name="draft-keep"),
    path("flux/<slug:code>/collecter/", pulls.pull_now, name="pull-now"),
    path("depots/", deposits.to_fill, name="deposits"),
    path("depots/<int:pk>/", depositing.deposit_page, name="deposit"),
    path("depots/<int:pk>/avancement/", depositing.deposit_progress, name="deposit-progress"),
    path("depots/<int:pk>/fichier/", depositing.deposit_file, name="deposit-file"),
    path("depots/<int:pk>/jeter/", depositing.discard, name="deposit-discard"),
    path("depots/<int:pk>/retirer/", depositing.withdraw, name="deposit-withdraw"),
    path("flux/<slug:code>/deposer/", deposits.feed_page, name="feed-deposit"),
    path("flux/<slug:code>/deposants/", deposits.depositor, name="feed-depositors"),
    path("flux/<slug:code>/modele.xlsx", deposits.template_xlsx, name="deposit-template-xlsx"),
    path("flux/<slug:code>/modele.csv", deposits.template_csv, name="deposit-template-csv"),
    path("exemples/", examples.example_charts, name="example-charts"),
    path("effets/", evidence.my_effects, name="my-effects"),
    path("effets-mesures/", evidence.board_effects, name="board-effects"),
    path("effets/<project:code>/statut/", evidence.project_status, name="project-status"),
    path("effets/programmes/<slug:code>/", evidence.programme_effects, name="programme-effects"),
    path("effets/<project:code>/", evidence.project_effects, name="project-effects"),
]
