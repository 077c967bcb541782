"""Addresses of the steering screens, below /pilotage/."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

import portfolio.addresses  # noqa: F401 - names `<project:code>`
from portfolio.views import (
    blocks,
    calendar,
    components,
    dependencies,
    home,
    milestones,
    money,
    phase_sets,
    phases,
    ppi,
    procedures,
    projects,
)

PROJECT = "projets/<project:code>"

app_name = "portfolio"
calendar_patterns = [
    path("calendrier/", calendar.calendar_page, name="calendar"),
    path("calendrier.ics", calendar.calendar_ics, name="calendar-ics"),
    path(f"{PROJECT}/jalons.ics", milestones.project_ics, name="project-ics"),
    path(f"{PROJECT}/jalons/ajouter/", milestones.milestone_add, name="milestone-add"),
    path(f"{PROJECT}/jalons/<int:pk>/deplacer/", milestones.milestone_move, name="milestone-move"),
    path(
        f"{PROJECT}/jalons/<int:pk>/constater/",
        milestones.milestone_complete,
        name="milestone-complete",
    ),
    path(
        f"{PROJECT}/jalons/<int:pk>/corriger/",
        milestones.milestone_correct,
        name="milestone-correct",
    ),
    path(
        f"{PROJECT}/jalons/<int:pk>/retirer/",
        milestones.milestone_withdraw,
        name="milestone-withdraw",
    ),
    path(f"{PROJECT}/phase/", phases.phase_choose, name="phase-choose"),
    path(f"{PROJECT}/phases/dates/", phases.phases_plan, name="phases-plan"),
    path(f"{PROJECT}/phases/<int:pk>/", phases.phase_edit, name="phase-edit"),
    path(f"{PROJECT}/phases/dates/<int:pk>/retirer/", phases.phase_withdraw, name="phase-withdraw"),
    path(f"{PROJECT}/procedures/ajouter/", procedures.procedure_add, name="procedure-add"),
    path(f"{PROJECT}/procedures/<int:pk>/", procedures.procedure_edit, name="procedure-edit"),
    path(
        f"{PROJECT}/procedures/<int:pk>/retirer/",
        procedures.procedure_withdraw,
        name="procedure-withdraw",
    ),
    path(f"{PROJECT}/dependances/ajouter/", dependencies.dependency_add, name="dependency-add"),
    path(
        f"{PROJECT}/dependances/<int:pk>/retirer/",
        dependencies.dependency_withdraw,
        name="dependency-withdraw",
    ),
    path("phases/", phase_sets.phase_sets, name="phase-sets"),
    path("phases/ajouter/", phase_sets.set_add, name="phase-set-add"),
    path("phases/<int:pk>/", phase_sets.set_edit, name="phase-set-edit"),
    path("phases/<int:pk>/retirer/", phase_sets.set_withdraw, name="phase-set-withdraw"),
    path("phases/<int:pk>/phases/ajouter/", phase_sets.phase_add, name="phase-add"),
    path("phases/phase/<int:pk>/", phase_sets.phase_correct, name="phase-correct"),
]
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
    path("ppi/", ppi.ppi_table, name="ppi"),
    path("ppi.csv", ppi.ppi_csv, name="ppi-csv"),
    path("composants/", components.components, name="components"),
    *calendar_patterns,
]
