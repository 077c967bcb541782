from datetime import date
from decimal import Decimal

import pytest

from portfolio.imports.table import FileRefusedError
from tests.portfolio.imports.files import FIELDS, HEADER, cells, csv_bytes, month, plan_of, plan_row


def project(**given):
    plan = plan_row(**given)
    assert not plan.rejected, plan.rejected
    return plan.projects[0]


def rejection(**given) -> tuple[str, str]:
    plan = plan_row(**given)
    assert not plan.projects
    (fault,) = plan.rejected[0].faults
    assert fault.line == 2
    return fault.column, fault.reason


def test_a_good_row_is_read_whole():
    read = project()
    assert read.code == "PARIS-BP-9001"
    assert read.texts["name_fr"] == "Un jardin partagé"
    assert (read.amount_eur, read.valued_on) == (Decimal(150000), date(2019, 1, 1))
    assert (read.stage.phase, read.stage.state) == ("travaux", "ACTIVE")
    assert read.bounds == {"starts_on": month(2020, 1), "ends_on": month(2021, 6)}
    assert [zone.code for zone in read.zones] == ["75012"]
    assert [rule.code for rule, _ in read.milestones] == [
        "etudes", "procedures", "travaux", "livraison",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("word", "phase", "state"),
    [
        ("ETUDES", "etudes", "ACTIVE"),
        ("Études", "etudes", "ACTIVE"),
        ("procédures", "procedures", "ACTIVE"),
        ("En travaux", "travaux", "ACTIVE"),
        ("Livraison ", "livraison", "ACTIVE"),
        ("fin", "fin", "ACTIVE"),
        ("(non démarré)", "non-demarre", "ACTIVE"),
        ("Non Demarre", "non-demarre", "ACTIVE"),
        ("Suspendu", None, "SUSPENDED"),
        ("ABANDONNE", None, "ABANDONED"),
    ],
)
def test_stages_are_known_whatever_their_accents_and_case(word, phase, state):
    stage = project(stage=word).stage
    assert (stage.phase, stage.state) == (phase, state)


def test_an_unknown_stage_rejects_the_row_and_names_the_known_ones():
    column, reason = rejection(stage="EN ORBITE")
    assert column == "Avancement du projet"
    assert "EN ORBITE" in reason
    assert "TRAVAUX" in reason


@pytest.mark.parametrize(
    ("given", "column"),
    [
        ({"title": " "}, "Titre du projet lauréat"),
        ({"title": "?"}, "Titre du projet lauréat"),
        ({"id": ""}, "Identifiant du projet lauréat"),
        ({"budget": "-5"}, "Budget global du projet lauréat"),
        ({"budget": "beaucoup"}, "Budget global du projet lauréat"),
        ({"works": "2020-13"}, "Date de lancement des travaux du projet"),
        ({"edition": "BP19"}, "Edition"),
        ({"district": "75021"}, "Arrondissement du projet lauréat"),
        ({"district": "75012, Mars"}, "Arrondissement du projet lauréat"),
        ({"address": "a\x00b"}, None),
    ],
)
def test_a_cell_that_cannot_be_read_rejects_its_row_by_column(given, column):
    if column is None:
        with pytest.raises(FileRefusedError):
            plan_row(**given)
    else:
        assert rejection(**given)[0] == column


def test_every_fault_of_a_row_is_reported_at_once():
    plan = plan_row(title="", budget="-1", stage="?")
    assert [fault.column for fault in plan.rejected[0].faults] == [
        "Titre du projet lauréat", "Avancement du projet", "Budget global du projet lauréat",
    ]  # fmt: skip


@pytest.mark.parametrize("cell", ["", "-", "n/a", "Non communiqué", " NC "])
def test_an_unknown_budget_is_unknown_and_not_zero(cell):
    assert project(budget=cell).amount_eur is None
    assert project(budget="0").amount_eur == 0


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("75116", ["75016"]),
        ("75104", ["75004"]),
        ("4e arrondissement", ["75004"]),
        ("Paris 1er arrondissement", ["75001"]),
        ("75004, 75005;75006", ["75004", "75005", "75006"]),
        ("75004,75004", ["75004"]),
        ("Tout Paris", ["75056"]),
        ("Paris Centre", ["75-CENTRE"]),
        ("", []),
    ],
)
def test_districts_are_known_however_they_are_written(cell, codes):
    assert [zone.code for zone in project(district=cell).zones] == codes


def test_a_project_of_the_whole_city_is_also_put_to_the_city():
    zones = project(scale="Budget participatif parisien").zones
    assert [zone.code for zone in zones] == ["75012", "75056"]


def test_dates_out_of_order_are_kept_and_said():
    plan = plan_row(works="2020-02")
    (warning,) = plan.warnings
    assert (warning.line, warning.column) == (2, "Date de lancement des travaux du projet")
    dates = {rule.code: on for rule, on in plan.projects[0].milestones}
    assert dates["travaux"] == month(2020, 2)


def test_an_end_before_the_start_is_left_unknown_and_said():
    plan = plan_row(delivery="2019-06")
    assert plan.projects[0].bounds == {"starts_on": month(2020, 1), "ends_on": None}
    assert [warning.column for warning in plan.warnings] == [
        "Date prévisonnelle de livraison du projet"
    ] * 2


def test_dates_that_the_row_does_not_say_are_absent():
    read = project(studies="", procedures="", works="", delivery="", opening="2021-09")
    assert read.bounds == {"ends_on": month(2021, 9)}


def test_a_second_row_of_the_same_project_is_rejected_and_names_the_first():
    plan = plan_of(csv_bytes(cells(), cells(id="9002"), cells(budget="7")))
    assert [item.code for item in plan.projects] == ["PARIS-BP-9001", "PARIS-BP-9002"]
    (fault,) = plan.rejected[0].faults
    assert (fault.line, fault.column) == (4, HEADER[0])
    assert "2" in fault.reason


def test_headers_are_found_whatever_their_accents_case_and_order():
    header = [name.upper().replace("É", "E").replace(" ", "_") for name in reversed(HEADER)]
    plan = plan_of(csv_bytes(cells()[::-1], header=header))
    assert plan.projects[0].texts["name_fr"] == "Un jardin partagé"
    assert not plan.lacking


def test_columns_of_a_later_edition_are_left_out_and_said():
    plan = plan_of(csv_bytes([*cells(), "12"], header=[*HEADER, "Nombre de votes"]))
    assert plan.unused == ("Nombre de votes",)
    assert len(plan.projects) == 1


def test_an_optional_column_may_be_absent():
    position = FIELDS.index("opening")
    row, header = cells(), list(HEADER)
    del row[position], header[position]
    plan = plan_of(csv_bytes(row, header=header))
    assert "Date d'ouverture du projet au public" in plan.lacking
    assert len(plan.projects) == 1


def test_every_missing_column_is_named_with_what_the_file_has():
    with pytest.raises(FileRefusedError) as refusal:
        plan_of(csv_bytes(["1", "2"], header=["Identifiant", "Couleur"]))
    columns = " ".join(fault.column for fault in refusal.value.faults)
    assert "Titre du projet lauréat" in columns
    assert "Budget global" in columns
    assert "Identifiant du projet" not in columns
    assert all("Couleur" in fault.reason for fault in refusal.value.faults)


def test_empty_cells_beyond_the_header_do_not_matter():
    assert len(plan_of(csv_bytes([*cells(), "", ""])).projects) == 1


def test_a_row_cut_short_is_rejected_and_the_others_stay():
    plan = plan_of(csv_bytes(cells()[:-3], cells(id="9002")))
    assert [item.code for item in plan.projects] == ["PARIS-BP-9002"]
    assert plan.rejected[0].row.line == 2
