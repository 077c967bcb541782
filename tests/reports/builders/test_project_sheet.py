"""The sheet says what the register and the evidence say, and no more."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import translation

from portfolio.models import CostEstimate, Milestone, Project
from portfolio.results import Unknown
from reports.builders import project_sheet
from reports.errors import SubjectGoneError
from tests.factories.finance import make_mark, make_running_cost
from tests.factories.portfolio import (
    NOW,
    make_authorisation,
    make_credit,
    make_milestone,
    make_project,
    make_user,
)

ANYBODY = AnonymousUser()


def sheet_of(project: Project, reader=ANYBODY, language: str = "fr"):
    with translation.override(language):
        return project_sheet.build({"project": project.code}, reader, NOW)


def test_it_gives_original_and_current_date_and_cost_with_their_reasons(project):
    sheet = sheet_of(project)
    assert (sheet.milestone.original_on, sheet.milestone.current_on) == (
        date(2027, 3, 1), date(2027, 11, 1),
    )  # fmt: skip
    assert sheet.milestone.reason == "Pollution trouvée dans le sol."
    assert (sheet.cost.original_eur, sheet.cost.current_eur) == (
        Decimal(12_400_000), Decimal(13_100_000),
    )  # fmt: skip
    assert sheet.cost.reason == "Fondations plus profondes que prévu."


def test_it_counts_the_phases_and_names_the_communes(project):
    sheet = sheet_of(project)
    assert [phase.state for phase in sheet.phases] == ["DONE", "CURRENT", "TO_DO"]
    assert sheet.phase_rank == 2
    assert sheet.communes == ("Rive-Basse", "Rive-Haute")


def test_a_cost_that_nobody_gave_is_unknown_and_not_zero(db):
    assert sheet_of(make_project(cost=None)).cost == Unknown("NO_ESTIMATE")


def test_a_project_without_geometry_has_no_map(db):
    assert sheet_of(make_project(geometry=None)).map_svg is None


def test_texts_follow_the_active_language(project):
    assert sheet_of(project).name == "Pont-quai des Mariniers"
    assert sheet_of(project, language="en").name == "Mariners' quay bridge"


def test_the_address_is_public_only_when_the_project_is(db):
    reader = make_user()
    hidden = make_project(visibility="INTERNAL")
    assert f"/pilotage/projets/{hidden.code}/" in sheet_of(hidden, reader).address
    public = make_project()
    assert sheet_of(public, reader).address.endswith(f"/projets/{public.code}/")
    assert "/pilotage/" not in sheet_of(public, reader).address


def test_a_draft_is_gone_for_whoever_may_not_see_it(db):
    with pytest.raises(SubjectGoneError):
        sheet_of(make_project(visibility="DRAFT"), make_user())


def test_a_milestone_kept_from_residents_is_not_on_a_public_sheet(db):
    project = make_project()
    soon = make_milestone(project, is_public=False, current_on=date(2026, 9, 1))
    assert sheet_of(project).milestone is None
    assert sheet_of(project, make_user()).milestone.current_on == soon.current_on


def test_milestones_reached_are_behind(project):
    Milestone.objects.update(actual_on=NOW.date() - timedelta(days=3))
    assert sheet_of(project).milestone is None


def test_a_single_estimate_is_its_own_original(db):
    project = make_project(cost=Decimal(100))
    assert CostEstimate.objects.filter(project=project).count() == 1
    cost = sheet_of(project).cost
    assert (cost.original_eur, cost.current_eur, cost.reason) == (Decimal(100), Decimal(100), "")


def test_effects_come_with_their_status(measured_project):
    codes = {effect.status.code for effect in sheet_of(measured_project).effects}
    assert codes == {"ON_TRACK", "UNKNOWN"}


def test_it_gives_the_budget_where_one_is_entered(db):
    project = make_project()
    assert sheet_of(project).budget is None
    make_authorisation(project, "900000")
    make_credit(project, 2026, committed_eur=None)
    budget = sheet_of(project).budget
    assert (budget.authorised_eur, budget.committed_eur, budget.paid_eur) == (
        900_000,
        None,
        200_000,
    )


def test_it_says_what_the_project_costs_to_run_and_how_it_is_rated(project):
    assert sheet_of(project).running is None
    make_running_cost(project, "65000", from_year=2028)
    make_mark(project, "MIXED")
    make_mark(project, "NOT_RATED", axis="eau", justification="")
    sheet = sheet_of(project)
    assert (sheet.running.year, sheet.running.net) == (2028, 65_000)
    assert [(told.axis.code, told.mark) for told in sheet.marks] == [("attenuation", "MIXED")]
