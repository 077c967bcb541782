"""What needs me, the list of projects, one project, files in and out."""

from django.urls import path

from portfolio.addresses import PROJECT
from portfolio.views import (
    blocks,
    components,
    exports,
    home,
    imports,
    projects,
    saved_views,
)

urlpatterns = [
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
    path(f"{PROJECT}/", projects.project_page, name="project"),
    path(f"{PROJECT}/blocs/<slug:name>/", blocks.block_part, name="block"),
    path(f"{PROJECT}/modifier/", projects.project_edit, name="project-edit"),
    path("composants/", components.components, name="components"),
]
