"""The command: a door that reads, reports and exits."""

import csv
import io
import json

import pytest
from django.contrib.gis.geos import Point
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from portfolio.imports import mapping as mappings
from portfolio.models import Organisation, Programme, Project, Zone
from tests.factories.portfolio import make_user
from tests.portfolio.imports.files import HEADER, cells, csv_bytes

pytestmark = pytest.mark.django_db


def run(path, *options: str) -> str:
    out = io.StringIO()
    call_command("import_projects", str(path), *options, stdout=out)
    return out.getvalue()


def refused(path, *options: str) -> tuple[str, str]:
    out = io.StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("import_projects", str(path), *options, stdout=out)
    assert refusal.value.returncode == 1
    return out.getvalue(), str(refusal.value)


@pytest.fixture
def file(tmp_path):
    def file(*rows, name="projets.csv", **options):
        path = tmp_path / name
        path.write_bytes(csv_bytes(*rows, **options))
        return path

    return file


def test_a_file_without_fault_exits_without_error_and_writes_no_other_file(file, tmp_path):
    path = file(cells(), cells(id="9002"))
    run(path)
    assert Project.objects.count() == 2
    assert list(tmp_path.iterdir()) == [path]


def test_accepted_rows_are_imported_and_rejected_ones_written_beside_the_file(file, tmp_path):
    path = file(cells(), cells(id="9002", title=""), cells(id="9003", stage="x"))
    said, _ = refused(path)
    assert Project.objects.get().code == "PARIS-BP-9001"
    assert "Titre du projet lauréat" in said
    with (tmp_path / "projets.rejected.csv").open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.reader(opened, delimiter=";"))
    assert rows[0] == [*HEADER, "import_error"]
    assert [row[0] for row in rows[1:]] == ["9002", "9003"]


def test_corrected_rejected_rows_are_imported_as_they_were(file, tmp_path):
    title = "+ de végétal ; “partout” à 5\u00a0€"
    refused(file(cells(title=title, budget="-1"), cells(id="9002", title="=1+1", budget="x")))
    back = tmp_path / "projets.rejected.csv"
    text = back.read_bytes().decode("utf-8-sig")
    assert "'+ de végétal" in text
    assert "'=1+1" in text
    corrected = tmp_path / "corriges.csv"
    corrected.write_text(text.replace("'-1", "12").replace(";x;", ";13;"), encoding="utf-8-sig")
    run(corrected)
    assert set(Project.objects.values_list("name_fr", flat=True)) == {title, "=1+1"}


def test_an_earlier_file_of_rejected_rows_is_not_overwritten(file, tmp_path):
    path = file(cells(title=""))
    refused(path)
    refused(path)
    names = {item.name for item in tmp_path.iterdir()}
    assert names == {"projets.csv", "projets.rejected.csv", "projets.rejected-2.csv"}


def test_the_input_is_never_overwritten(file):
    path = file(cells(title=""), cells(id="9002"))
    before = path.read_bytes()
    refused(path, "--rejected", str(path))
    assert path.read_bytes() == before
    assert not Project.objects.exists()


def test_rejected_rows_that_could_not_be_written_stop_the_import_before_it_starts(file, tmp_path):
    refused(file(cells()), "--rejected", str(tmp_path / "absent" / "rejets.csv"))
    assert not Project.objects.exists()


def test_a_dry_run_changes_nothing_and_writes_no_file(file, tmp_path):
    path = file(cells(), cells(id="9002", title=""))
    tried, _ = refused(path, "--dry-run")
    assert list(tmp_path.iterdir()) == [path]
    for model in (Project, Zone, Organisation, Programme):
        assert not model.objects.exists()
    done, _ = refused(path)
    assert done.startswith(tried)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a;b\n1;2\n",
        csv_bytes(cells(), encoding="utf-16")[:-1],
        csv_bytes(cells(), encoding="utf-32"),
        csv_bytes(cells(title="Cœur")).replace("Cœur".encode(), b"C\xc5"),
        csv_bytes(cells(), header=[*HEADER[:-1], HEADER[0]]),
        csv_bytes(cells()) + b'9002;"never closed',
        csv_bytes(cells()).replace(b"2019", b"20\x0019"),
        b"PK\x03\x04broken",
        b"<html>503</html>",
        b'{"type": "FeatureCollection", "features": [{"type": "Feature"',
    ],
)
def test_a_malformed_file_gives_a_table_of_errors_and_leaves_the_database(content, tmp_path):
    path = tmp_path / "projets.csv"
    path.write_bytes(content)
    said, _ = refused(path)
    assert len(said.splitlines()) >= 2
    assert not Project.objects.exists()
    assert not Zone.objects.exists()
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_not_there_is_said(tmp_path):
    _, why = refused(tmp_path / "absent.csv")
    assert "absent.csv" in why


def test_a_workbook_gives_the_same_as_the_csv(tmp_path):
    book = Workbook()
    book.active.append(HEADER)
    row = cells()
    row[0], row[6] = 9001, 150000.0
    book.active.append(row)
    book.active.append(cells(id="9002", title=""))
    path = tmp_path / "projets.xlsx"
    book.save(path)
    said, _ = refused(path)
    project = Project.objects.with_costs().get()
    assert (project.code, project.current_cost_eur) == ("PARIS-BP-9001", 150000)
    assert (tmp_path / "projets.rejected.csv").exists()
    assert "XLSX" in said


def feature(geometry, **given):
    properties = dict(zip(HEADER, cells(**given), strict=True))
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def test_geojson_brings_its_geometry_and_gives_rejected_features_back_whole(tmp_path):
    Zone.objects.create(
        code="OUEST", name="Ouest", kind="COMMUNE", geometry="SRID=4326;MULTIPOLYGON (((-0.5 45.2, "
        "-0.4 45.2, -0.4 45.3, -0.5 45.3, -0.5 45.2)))",
    )  # fmt: skip
    inside = {"type": "Point", "coordinates": [-0.49, 45.21]}
    swapped = {"type": "Point", "coordinates": [45.21, -0.49]}
    features = [feature(inside), feature(swapped, id="9002"), feature(None, id="9003", title="")]
    path = tmp_path / "projets.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    refused(path)
    project = Project.objects.get()
    assert project.geometry == Point(-0.49, 45.21, srid=4326)
    assert dict(project.project_zones.values_list("zone__code", "origin")) == {
        "OUEST": "INTERSECTION", "75012": "DECLARED",
    }  # fmt: skip
    back = json.loads((tmp_path / "projets.rejected.geojson").read_text())["features"]
    errors = [item["properties"].pop("import_error") for item in back]
    assert back == features[1:]
    assert errors[0].startswith("2, geometry: ")


def test_the_author_is_kept_in_the_history(file):
    author = make_user()
    run(file(cells()), "--by", author.username)
    context = Project.objects.get().events.get().pgh_context
    assert context.metadata["user"] == author.pk
    assert "projets.csv" in context.metadata["reason"]


def test_an_unknown_author_stops_the_import(file):
    refused(file(cells()), "--by", "personne")
    assert not Project.objects.exists()


def test_the_mapping_may_be_given(file, tmp_path):
    path = file(cells(scale=""), encoding="latin-1")
    text = (mappings.FOLDER / "paris_bp.yml").read_text(encoding="utf-8")
    own = tmp_path / "latin.yml"
    own.write_text(text.replace("encoding: utf-8", "encoding: latin-1"), encoding="utf-8")
    run(path, "--mapping", str(own))
    assert Project.objects.get().name_fr == "Un jardin partagé"


def test_a_mapping_that_does_not_exist_is_said(file):
    _, why = refused(file(cells()), "--mapping", "absent.yml")
    assert "absent.yml" in why


def test_a_list_in_the_register_s_own_columns_needs_no_mapping(tmp_path):
    path = tmp_path / "liste.csv"
    path.write_text(
        "Code;Nom;Phase;Coût TTC;Début;Fin;Longitude;Latitude\n"
        "V-1;Voie verte;AVP;1,2 M€;01/03/2027;2028-06-30;-0,49;45,21\n",
        encoding="utf-8",
    )
    run(path)
    project = Project.objects.with_costs().get()
    assert (project.code, project.phase.code, project.visibility) == ("V-1", "etudes", "DRAFT")
    assert project.current_cost_eur == 1_200_000
    assert project.geometry.coords == (-0.49, 45.21)
