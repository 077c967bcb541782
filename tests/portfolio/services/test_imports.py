from datetime import date, timedelta
from decimal import Decimal

import pytest

from portfolio.models import Organisation, PhaseSet, Programme, Project, Zone
from portfolio.services import imports, projects, schedule
from tests.factories.portfolio import NOW, make_organisation, make_programme, make_user
from tests.portfolio.imports.files import cells, csv_bytes, month, plan_of

pytestmark = pytest.mark.django_db
CODE = "PARIS-BP-9001"


def load(*rows, at=NOW, by=None, dry_run=False):
    plan = plan_of(csv_bytes(*rows))
    return imports.apply(plan=plan, by=by, reason="Import d’essai", at=at, dry_run=dry_run)


def counts(outcome) -> tuple[int, int, int, int]:
    return (outcome.created, outcome.updated, outcome.unchanged, len(outcome.rejected))


def stored() -> Project:
    return Project.objects.with_costs().get(code=CODE)


def test_a_row_becomes_a_project_with_all_that_surrounds_it():
    author = make_user()
    assert counts(load(cells(opening="2021-09"), by=author)) == (1, 0, 0, 0)
    project = stored()
    assert (project.name_fr, project.visibility) == ("Un jardin partagé", "PUBLIC")
    assert (project.programme.code, project.programme.name_fr) == (
        "bp-paris-environnement", "Environnement",
    )  # fmt: skip
    assert project.lead.code == "direction-des-jardins"
    assert (project.phase_set.code, project.phase.code) == ("budget-participatif", "travaux")
    assert (project.starts_on, project.ends_on) == (month(2020, 1), month(2021, 6))
    estimate = project.cost_estimates.get()
    assert (estimate.amount_eur, estimate.valued_on) == (Decimal(150000), date(2019, 1, 1))
    assert estimate.author == author
    opening = project.milestones.get(code="ouverture")
    assert (opening.original_on, opening.actual_on) == (month(2021, 9), month(2021, 9))
    assert project.milestones.get(code="travaux").actual_on is None
    zone = project.zones.get()
    assert (zone.code, zone.kind, zone.geometry) == ("75012", "DISTRICT", None)
    assert project.project_zones.get().origin == "DECLARED"


def test_an_opening_to_come_is_planned_and_not_done():
    load(cells(opening="2027-01"))
    opening = stored().milestones.get(code="ouverture")
    assert (opening.current_on, opening.actual_on) == (month(2027, 1), None)


def test_the_phases_of_the_source_are_created_in_their_order():
    load(cells())
    phases = PhaseSet.objects.get(code="budget-participatif").phases.order_by("rank")
    assert [phase.code for phase in phases][:3] == ["non-demarre", "etudes", "procedures"]


def test_a_row_that_says_nothing_new_writes_nothing():
    load(cells())
    events = stored().events.count()
    assert counts(load(cells(), at=NOW + timedelta(days=30))) == (0, 0, 1, 0)
    assert stored().events.count() == events
    assert stored().updated_at == NOW


def test_a_later_edition_updates_and_keeps_what_was_first_said():
    load(cells())
    later = NOW + timedelta(days=30)
    changed = cells(
        title="Un grand jardin", budget="180000", delivery="2022-03", stage="LIVRAISON",
        district="75012,75011",
    )  # fmt: skip
    assert counts(load(changed, at=later)) == (0, 1, 0, 0)
    project = stored()
    assert (project.name_fr, project.phase.code) == ("Un grand jardin", "livraison")
    assert (project.updated_at, project.ends_on) == (later, month(2022, 3))
    assert (project.original_cost_eur, project.current_cost_eur) == (150000, 180000)
    assert project.cost_estimates.get(version=2).reason == "Import d’essai"
    delivery = project.milestones.get(code="livraison")
    assert (delivery.original_on, delivery.current_on) == (month(2021, 6), month(2022, 3))
    assert delivery.revisions.get().reason == "Import d’essai"
    assert set(project.zones.values_list("code", flat=True)) == {"75011", "75012"}


def test_a_place_to_compare_with_is_no_zone_of_a_project():
    """Its code may be that of a zone of the file: the row is refused by column, nothing is lost."""
    Zone.objects.create(code="75012", name="Villes comparables", kind="COMPARATOR")
    outcome = load(cells(), cells(id="9002", district="75011"))
    assert counts(outcome) == (1, 0, 0, 1)
    ((fault,),) = [row.faults for row in outcome.rejected]
    assert fault.column == "Arrondissement du projet lauréat"
    assert "Villes comparables" in fault.reason
    assert not Project.objects.filter(zones__code="75012").exists()


def test_an_empty_cell_erases_nothing():
    load(cells())
    bare = cells(
        lead="", theme="", budget="", address="", url="", district="", stage="", studies="",
        procedures="", works="", delivery="",
    )  # fmt: skip
    assert counts(load(bare)) == (0, 0, 1, 0)


def test_an_abandoned_project_keeps_the_phase_in_which_it_was():
    load(cells())
    load(cells(stage="ABANDONNÉ"))
    assert (stored().state, stored().phase.code) == ("ABANDONED", "travaux")


def test_a_visibility_chosen_by_hand_stays():
    load(cells())
    projects.update(
        project=stored(), changes={"visibility": "INTERNAL"}, by=None, reason="Retrait", at=NOW
    )
    load(cells(title="Autre titre"))
    assert stored().visibility == "INTERNAL"


def test_an_opening_that_happened_is_corrected_and_no_longer_planned():
    load(cells(opening="2021-09"))
    load(cells(opening="2021-10"))
    opening = stored().milestones.get(code="ouverture")
    assert (opening.original_on, opening.actual_on) == (month(2021, 9), month(2021, 10))


def test_a_milestone_that_somebody_took_off_stays_off():
    load(cells(opening="2027-01"))
    opening = stored().milestones.get(code="ouverture")
    schedule.withdraw(milestone=opening, by=None, reason="Sans objet", at=NOW)
    assert counts(load(cells(opening="2027-02"))) == (0, 0, 1, 0)
    opening.refresh_from_db()
    assert (opening.current_on, opening.withdrawn_at) == (month(2027, 1), NOW)


def test_departments_and_programmes_are_found_by_name_whatever_the_apostrophe():
    lead = make_organisation(name_fr="Direction de l’Eau")
    programme = make_programme(name_fr="Education et Jeunesse")
    load(cells(lead="DIRECTION DE L'EAU", theme="Éducation et jeunesse"))
    assert (stored().lead, stored().programme) == (lead, programme)


def test_two_names_of_one_code_are_two_departments():
    make_organisation(code="direction-des-jardins", name_fr="Autre")
    load(cells())
    assert stored().lead.code == "direction-des-jardins-2"


def test_what_the_register_refuses_is_rejected_by_column_and_leaves_nothing_behind():
    outcome = load(
        cells(id="a b", lead="Direction fantôme", district="75001"),
        cells(title="x" * 251, theme="Thème fantôme"),
        cells(id="9002", url="pas un lien"),
        cells(id="9003", lead="y" * 201),
        cells(id="9004"),
    )
    assert counts(outcome) == (1, 0, 0, 4)
    faults = [(fault.line, fault.column) for item in outcome.rejected for fault in item.faults]
    assert faults == [
        (2, "Identifiant du projet lauréat"),
        (3, "Titre du projet lauréat"),
        (4, "Lien URL vers le projet lauréat"),
        (5, "Direction pilote du projet lauréat"),
    ]
    assert list(Organisation.objects.values_list("name_fr", flat=True)) == ["Direction des Jardins"]
    assert list(Programme.objects.values_list("name_fr", flat=True)) == ["Environnement"]
    assert list(Zone.objects.values_list("code", flat=True)) == ["75012"]


def test_rows_rejected_by_the_file_and_by_the_register_come_in_the_order_of_the_file():
    outcome = load(cells(id="a b"), cells(id="9002", title=""), cells(id="c d"))
    assert [item.row.line for item in outcome.rejected] == [2, 3, 4]


def test_a_dry_run_says_the_same_and_takes_it_all_back():
    rows = [cells(), cells(id="9002", title="")]
    tried = load(*rows, dry_run=True)
    for model in (Project, Zone, Organisation, Programme):
        assert not model.objects.exists()
    assert not PhaseSet.objects.filter(code="budget-participatif").exists()
    assert load(*rows) == tried


def test_the_history_keeps_the_import_as_one_change():
    author = make_user()
    load(cells(), by=author)
    project = stored()
    contexts = {project.events.get().pgh_context}
    contexts |= {estimate.events.get().pgh_context for estimate in project.cost_estimates.all()}
    contexts |= {item.events.get().pgh_context for item in project.milestones.all()}
    (context,) = contexts
    assert context.metadata == {"user": author.pk, "reason": "Import d’essai"}


def test_a_row_costs_a_bounded_number_of_queries(django_assert_max_num_queries):
    load(cells(id="1"))
    many = [cells(id=str(number)) for number in range(100, 120)]
    with django_assert_max_num_queries(20 * 16 + 40):
        load(*many)
    with django_assert_max_num_queries(20 * 2 + 40):
        load(*many)
