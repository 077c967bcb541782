import dataclasses

from portfolio.imports import rejected
from portfolio.imports.reader import FileShape
from tests.portfolio.imports.files import HEADER, cells, csv_bytes, paris, plan_of

LATIN = dataclasses.replace(paris(), shape=FileShape(encoding="cp1252", delimiter=","))


def test_rejected_rows_keep_the_encoding_and_the_delimiter_of_the_mapping(tmp_path):
    data = csv_bytes(cells(title="", address="Hôtel, “Œuvre”"), encoding="cp1252", delimiter=",")
    plan = plan_of(data, LATIN)
    path = tmp_path / "rejets.csv"
    rejected.write(plan, plan.rejected, path)
    again = plan_of(path.read_bytes(), LATIN)
    assert again.rejected[0].row.cells[:-1] == plan.rejected[0].row.cells
    assert again.unused == ("import_error",)


def test_reasons_of_an_earlier_import_are_replaced(tmp_path):
    data = csv_bytes([*cells(title=""), "autrefois"], header=[*HEADER, rejected.ERROR_COLUMN])
    plan = plan_of(data)
    path = tmp_path / "rejets.csv"
    rejected.write(plan, plan.rejected, path)
    text = path.read_text(encoding="utf-8-sig")
    assert "autrefois" not in text
    assert text.count(rejected.ERROR_COLUMN) == 1


def test_cells_beyond_the_header_are_not_lost(tmp_path):
    plan = plan_of(csv_bytes([*cells(), "de trop"]))
    path = tmp_path / "rejets.csv"
    rejected.write(plan, plan.rejected, path)
    assert "de trop" in path.read_text(encoding="utf-8-sig")


def test_the_file_appears_whole_with_nothing_beside_it(tmp_path):
    plan = plan_of(csv_bytes(cells(title="")))
    rejected.write(plan, plan.rejected, tmp_path / "rejets.csv")
    assert [item.name for item in tmp_path.iterdir()] == ["rejets.csv"]
