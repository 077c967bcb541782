"""The real list: 415 rows of the Paris participatory budget, editions 2014 to 2016."""

import io
import time
from decimal import Decimal

import pandas as pd
import pytest
from django.core.management import CommandError, call_command

from portfolio.models import (
    CostEstimate,
    Milestone,
    MilestoneRevision,
    Organisation,
    Phase,
    Programme,
    Project,
    ProjectZone,
    Zone,
)  # fmt: skip
from tests.portfolio.imports.files import PARIS, needs_paris

pytestmark = [pytest.mark.django_db, needs_paris]
TITLE, STAGE = "Titre du projet lauréat", "Avancement du projet"
TABLES = (Project, CostEstimate, Milestone, MilestoneRevision, ProjectZone, Zone, Organisation,
          Programme, Phase, Project.pgh_event_model, CostEstimate.pgh_event_model,
          Milestone.pgh_event_model, ProjectZone.pgh_event_model)  # fmt: skip


@pytest.fixture(autouse=True)
def english():
    from django.utils import translation

    with translation.override("en"):
        yield


@pytest.fixture
def source() -> pd.DataFrame:
    return pd.read_csv(PARIS, sep=";", dtype=str, keep_default_na=False, encoding="utf-8-sig")


def load(rejected, *options: str) -> str:
    out = io.StringIO()
    with pytest.raises(CommandError, match="Rows rejected: 2"):
        call_command(
            "import_projects", str(PARIS), "--rejected", str(rejected), *options, stdout=out
        )
    return out.getvalue()


def test_every_row_is_imported_or_rejected_with_line_column_and_reason(source, tmp_path):
    started = time.monotonic()
    said = load(tmp_path / "rejets.csv")
    assert time.monotonic() - started < 60  # 6 s on a quiet machine
    assert Project.objects.count() == 413
    assert "Accepted: 413 (created 413, updated 0, unchanged 0). Rejected: 2." in said
    without_title = source.index[source[TITLE].str.strip() == ""] + 2
    table = [" ".join(line.split()) for line in said.splitlines()]
    for line in without_title:
        assert f"{line} {TITLE} The title is missing." in table


def test_the_rejected_rows_are_given_back_whole(source, tmp_path):
    load(tmp_path / "rejets.csv")
    back = pd.read_csv(
        tmp_path / "rejets.csv", sep=";", dtype=str, keep_default_na=False, encoding="utf-8-sig"
    )
    lost = source[source[TITLE].str.strip() == ""].reset_index(drop=True)
    assert back.drop(columns="import_error").equals(lost)
    assert back["import_error"].str.contains(TITLE).all()


def test_what_is_imported_is_what_the_file_says(source, tmp_path):
    load(tmp_path / "rejets.csv")
    kept = source[source[TITLE].str.strip() != ""]
    amounts = CostEstimate.objects.values_list("amount_eur", flat=True)
    assert sum(amounts) == sum(map(Decimal, kept["Budget global du projet lauréat"]))
    abandoned = (kept[STAGE] == "ABANDONNÉ").sum()
    assert Project.objects.filter(state="ABANDONED", phase=None).count() == abandoned == 34
    for word, phase in {"FIN": "fin", "TRAVAUX": "travaux", "(non démarré)": "non-demarre"}.items():
        assert Project.objects.filter(phase__code=phase).count() == (kept[STAGE] == word).sum()
    opened = kept["Date d'ouverture du projet au public"]
    assert Milestone.objects.filter(actual_on__isnull=False).count() == (opened != "").sum()
    works = kept["Date de lancement des travaux du projet"]
    assert Milestone.objects.filter(code="travaux").count() == (works != "").sum()
    districts = kept["Arrondissement du projet lauréat"].replace("75116", "75016")
    counted = {
        zone.code: zone.project_zones.count() for zone in Zone.objects.filter(kind="DISTRICT")
    }
    assert counted == districts.value_counts().to_dict()
    citywide = (kept["Echelle du Budget participatif"] == "Budget participatif parisien").sum()
    assert Zone.objects.get(code="75056").project_zones.count() == citywide
    leads = set(kept["Direction pilote du projet lauréat"]) - {""}
    assert set(Organisation.objects.values_list("name_fr", flat=True)) == leads
    themes = set(Programme.objects.values_list("name_fr", flat=True))
    assert themes == set(kept["Thématique"])


def test_importing_twice_changes_nothing_the_second_time(tmp_path):
    load(tmp_path / "un.csv")
    before = {table: table.objects.count() for table in TABLES}
    dates = set(Project.objects.values_list("updated_at", flat=True))
    said = load(tmp_path / "deux.csv")
    assert "Accepted: 413 (created 0, updated 0, unchanged 413). Rejected: 2." in said
    assert {table: table.objects.count() for table in TABLES} == before
    assert set(Project.objects.values_list("updated_at", flat=True)) == dates


def test_a_dry_run_reports_the_same_and_changes_nothing(tmp_path):
    before = {table: table.objects.count() for table in TABLES}  # sets of phases exist already
    tried = load(tmp_path / "un.csv", "--dry-run")
    assert {table: table.objects.count() for table in TABLES} == before
    done = load(tmp_path / "un.csv")
    assert tried == done


def test_the_same_list_as_a_workbook_changes_nothing_more(source, tmp_path):
    load(tmp_path / "rejets.csv")
    path = tmp_path / "projets.xlsx"
    for column in ("Identifiant du projet lauréat", "Budget global du projet lauréat", "Edition"):
        source[column] = source[column].astype(int)
    source.to_excel(path, index=False)
    out = io.StringIO()
    with pytest.raises(CommandError, match="Rows rejected: 2"):
        call_command("import_projects", str(path), stdout=out)
    assert "(created 0, updated 0, unchanged 413)" in out.getvalue()
