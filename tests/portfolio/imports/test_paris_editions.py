"""Later editions of the Paris list, that nobody has seen: the real rows, written otherwise.

Whatever comes, each row is accepted or given back with line, column and reason, or the whole file
is refused with a table of errors and the register stays as it was.
"""

import csv
import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from portfolio.models import CostEstimate, Project, ProjectZone
from portfolio.spreadsheets import guarded
from tests.portfolio.imports.files import PARIS, needs_paris

pytestmark = [pytest.mark.django_db, needs_paris]
STAGE, TITLE = "Avancement du projet", "Titre du projet lauréat"
BUDGET, WORKS = "Budget global du projet lauréat", "Date de lancement des travaux du projet"
DISTRICT, CODE = "Arrondissement du projet lauréat", "Identifiant du projet lauréat"
SAMPLE = 30  # rows; the whole list is read in test_paris.py


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def real():
    """The header, and the first rows that have a title, as lists of cells."""
    with PARIS.open(encoding="utf-8-sig", newline="") as opened:
        header, *rows = csv.reader(opened, delimiter=";")
    titled = [row for row in rows if row[header.index(TITLE)].strip()]
    return header, titled[:SAMPLE]


def written(header, rows, *, encoding="utf-8", delimiter=";", **options) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, **options).writerows([header, *rows])
    return text.getvalue().encode(encoding)


def changed(real, column, change):
    header, rows = real
    at = header.index(column)
    return header, [[*row[:at], change(row[at]), *row[at + 1 :]] for row in rows]


def load(data: bytes, folder):
    """What the command did: rows accepted, rows given back, what it said."""
    path, out, status = folder / "edition.csv", io.StringIO(), 0
    path.write_bytes(data)
    try:
        call_command("import_projects", str(path), stdout=out)
    except CommandError as error:
        status = error.returncode
    back = folder / "edition.rejected.csv"
    rows = list(csv.reader(io.StringIO(back.read_bytes().decode("utf-8-sig"), newline=""),
                           delimiter=";"))[1:] if back.exists() else []  # fmt: skip
    said = out.getvalue()
    assert status == (1 if rows or not Project.objects.exists() else 0)
    return Project.objects.count(), rows, said


def amounts() -> int:
    return sum(CostEstimate.objects.values_list("amount_eur", flat=True))


def spaced(cell: str) -> str:
    return f"{int(cell):,}".replace(",", "\N{NARROW NO-BREAK SPACE}") + " €"


def without_accents(text: str) -> str:
    return text.translate(str.maketrans("éèàç", "eeac"))


LAYOUTS = {
    "windows-1252": {"encoding": "cp1252"},
    "utf-16": {"encoding": "utf-16"},
    "byte order mark": {"encoding": "utf-8-sig"},
    "commas": {"delimiter": ","},
    "tabs": {"delimiter": "\t"},
    "old lines": {"lineterminator": "\r"},
    "all quoted": {"quoting": csv.QUOTE_ALL, "lineterminator": "\n"},
}
HEADERS = {
    "lower case": str.lower,
    "snake case": lambda name: name.lower().replace(" ", "_").replace("'", "_"),
    "no accents": without_accents,
    "another word": lambda name: name.replace("lauréat", "gagnant"),
    "spelling corrected": lambda name: name.replace("prévisonnelle", "prévisionnelle"),
}
CELLS = {
    "stages in lower case": (STAGE, str.lower),
    "stages in words": (STAGE, lambda cell: {"FIN": "Projet terminé", "TRAVAUX": "En travaux",
                                             "ETUDES": "Études en cours"}.get(cell, cell)),
    "budgets with spaces": (BUDGET, spaced),
    "budgets in millions": (BUDGET, lambda cell: f"{int(cell) / 1e6:f} M€".replace(".", ",")),
    "budgets with cents": (BUDGET, lambda cell: f"{cell},00"),
    "days": (WORKS, lambda cell: cell and f"01/{cell[5:]}/{cell[:4]}"),
    "days with dashes": (WORKS, lambda cell: cell and f"01-{cell[5:]}-{cell[:4]}"),
    "instants": (WORKS, lambda cell: cell and f"{cell}-01T00:00:00+02:00"),
    "months of the year": (WORKS, lambda cell: cell and f"{cell[5:]}/{cell[:4]}"),
    "lines within titles": (TITLE, lambda cell: f'{cell}\n"suite" ; fin'),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_another_layout_says_the_same(real, tmp_path, layout):
    count, back, _said = load(written(*real, **LAYOUTS[layout]), tmp_path)
    assert (count, back) == (SAMPLE, [])
    _assert_same_facts(real)


@pytest.mark.parametrize("style", HEADERS)
def test_columns_are_known_by_their_names_in_another_style(real, tmp_path, style):
    header, rows = real
    more = [*map(HEADERS[style], header), "Coordonnées", ""]
    data = written(more, [[*row, "48.8, 2.3", ""] for row in rows])
    count, back, said = load(data, tmp_path)
    assert (count, back) == (SAMPLE, [])
    assert "Coordonnées" in said
    _assert_same_facts(real)


@pytest.mark.parametrize("style", CELLS)
def test_cells_written_otherwise_say_the_same(real, tmp_path, style):
    count, back, _said = load(written(*changed(real, *CELLS[style])), tmp_path)
    assert (count, back) == (SAMPLE, [])
    _assert_same_facts(real)


def _assert_same_facts(real):
    header, rows = real
    assert amounts() == sum(int(row[header.index(BUDGET)]) for row in rows)
    works = {row[header.index(WORKS)] for row in rows} - {""}
    dates = Project.objects.filter(milestones__code="travaux")
    assert {f"{on:%Y-%m}" for on in dates.values_list("milestones__original_on", flat=True)
            if on} >= works  # fmt: skip
    over = Project.objects.filter(phase__code="fin").count()
    assert over == sum(row[header.index(STAGE)] == "FIN" for row in rows)


@pytest.mark.parametrize(
    "cell", ["75018;75019", "75018, 75019", "18e et 19e", "18ème / 19ème", "Paris 18, Paris 19"]
)
def test_several_districts_of_one_cell_are_all_kept(real, tmp_path, cell):
    count, back, _said = load(written(*changed(real, DISTRICT, lambda _cell: cell)), tmp_path)
    assert (count, back) == (SAMPLE, [])
    for code in ("75018", "75019"):
        assert ProjectZone.objects.filter(zone__code=code).count() == SAMPLE


@pytest.mark.parametrize("cell", ["", "NC", "N.D.", "à définir", "-"])
def test_an_unknown_budget_is_no_zero(real, tmp_path, cell):
    count, back, _said = load(written(*changed(real, BUDGET, lambda _cell: cell)), tmp_path)
    assert (count, back) == (SAMPLE, [])
    assert not CostEstimate.objects.exists()


@pytest.mark.parametrize(
    ("column", "cell"),
    [(STAGE, "Étape inconnue"), (BUDGET, "1.500"), (BUDGET, "150 000 € HT"), (BUDGET, "1.5E+06"),
     (WORKS, "T1 2018"), (WORKS, "01/03/18"), (DISTRICT, "69001"), (CODE, "")],
)  # fmt: skip
def test_what_has_no_sure_reading_is_given_back_row_by_row(real, tmp_path, column, cell):
    header, rows = changed(real, column, lambda _cell: cell)
    count, back, said = load(written(header, rows), tmp_path)
    assert count == 0
    assert [row[:-1] for row in back] == [[guarded(cell) for cell in row] for row in rows]
    for line, row in enumerate(back, start=2):
        assert row[-1].startswith(f"{line}, {column}: ")
    assert said.count(f"  {column}") >= SAMPLE


def test_rows_repeated_cut_or_in_the_wrong_place_are_given_back(real, tmp_path):
    header, rows = real
    cut = written(header, [*rows[:10], header, *rows[10:], *rows[:2], rows[-1]])[:-40]
    data = cut.replace(b"\r\n", b"\r\n;;;\r\n\r\n")
    count, back, _said = load(data, tmp_path)
    assert count == SAMPLE
    assert [row[0] for row in back] == [header[0], rows[0][0], rows[1][0], rows[-1][0]]
    assert all(row[-1] or row[len(header)] for row in back)


def test_a_file_that_cannot_be_told_apart_changes_nothing(real, tmp_path):
    header, rows = real
    whole = written(header, rows)
    no_budget = [name for name in header if name != BUDGET]
    files = {
        "cut in a quote": written(header, [*rows, [*rows[0][:4], "un\ndeux"]])[:-5],
        "cut in a letter": written(header, [*rows, ["é"]]).rstrip()[:-1],
        "a missing column": written(no_budget, [row[:-1] for row in rows]),
        "two columns of one name": whole.replace(b"Edition", "Thématique".encode(), 1),
        "utf-16 without its mark": written(header, rows, encoding="utf-16-le"),
        "a header alone": written(header, []),
        "nothing": b"",
    }
    for name, data in files.items():
        count, back, said = load(data, tmp_path)
        assert (count, back) == (0, []), name
        assert said.split()[:3] == ["line", "column", "reason"], name
