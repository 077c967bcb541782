"""Milestones, phases, procedures, dependencies: of one project and of all."""

from django.urls import path

from portfolio.addresses import PROJECT
from portfolio.views import (
    calendar,
    dependencies,
    milestones,
    phase_sets,
    phases,
    procedures,
)

urlpatterns = [
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
