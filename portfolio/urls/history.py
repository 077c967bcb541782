"""History, undo, the quality of the record, programmes, help."""

from django.urls import path

from portfolio.addresses import PROJECT
from portfolio.views import (
    guide,
    history,
    programmes,
    quality,
)

urlpatterns = [
    path(f"{PROJECT}/historique/", history.history_page, name="history"),
    path(f"{PROJECT}/historique.csv", history.history_csv, name="history-csv"),
    path(
        f"{PROJECT}/historique/<uuid:change>/annuler/",
        history.change_undo,
        name="change-undo",
    ),
    path(
        f"{PROJECT}/historique/<uuid:change>/restaurer/",
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
]
