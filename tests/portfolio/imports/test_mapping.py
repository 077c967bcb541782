import pytest
import yaml
from jsonschema import Draft202012Validator

from portfolio.imports import mapping as mappings
from portfolio.imports.mapping import MappingError
from portfolio.imports.table import key
from tests.shared import ROOT

MINIMAL = {
    "source": "Une liste",
    "visibility": "DRAFT",
    "date_formats": ["YYYY-MM-DD"],
    "code": {"columns": ["code"]},
    "texts": {"name_fr": {"columns": ["nom"]}},
    "phase_set": {
        "code": "essai", "name_fr": "Essai", "phases": [{"code": "etudes", "name_fr": "Études"}],
    },
    "stage": {"columns": ["phase"], "values": [{"is": ["Études"], "phase": "etudes"}]},
}  # fmt: skip


@pytest.fixture
def load(tmp_path):
    def load(**changes):
        path = tmp_path / "essai.yml"
        path.write_text(yaml.safe_dump(MINIMAL | changes, allow_unicode=True), encoding="utf-8")
        return mappings.load(path)

    return load


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(mappings.SCHEMA)


def test_every_packaged_mapping_is_valid():
    assert "paris_bp" in [mapping.name for mapping in mappings.packaged()]


def test_a_minimal_mapping_is_enough(load):
    mapping = load()
    assert mapping.stage.values == {key("ETUDES"): mappings.Stage("etudes", "ACTIVE")}
    assert mapping.shape.encoding == "utf-8"
    assert "" in mapping.empty


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"visibility": "SECRET"}, "visibility"),
        ({"colour": "blue"}, "colour"),
        ({"code": {"columns": []}}, "code/columns"),
        ({"code": {"columns": ["code"], "prefixx": "A"}}, "prefixx"),
        ({"texts": {}}, "name_fr"),
        ({"date_formats": ["JJ/MM"]}, "date_formats"),
        ({"stage": {"columns": ["p"], "values": [{"is": ["x"], "phase": "absent"}]}}, "absent"),
        ({"starts_on": {"earliest_of": ["absent"]}}, "absent"),
        ({"starts_on": {"earliest_of": ["a"], "first_of": ["a"]}}, "starts_on"),
        ({"file": {"encoding": "klingon"}}, "klingon"),
        ({"geometry": {"longitude": {"columns": ["x"]}}}, "latitude"),
    ],
)
def test_a_wrong_mapping_says_where(load, changes, where):
    with pytest.raises(MappingError, match=where):
        load(**changes)


@pytest.mark.parametrize("text", ["a: [", "- liste", "!!python/object/apply:os.system ['true']"])
def test_what_is_no_mapping_is_refused(tmp_path, text):
    path = tmp_path / "essai.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MappingError):
        mappings.load(path)


def test_a_missing_mapping_is_refused(tmp_path):
    with pytest.raises(MappingError):
        mappings.load(tmp_path / "absent.yml")


def test_the_example_of_the_guide_is_a_valid_mapping(tmp_path):
    guide = (ROOT / "docs" / "guides" / "import.md").read_text(encoding="utf-8")
    path = tmp_path / "guide.yml"
    path.write_text(guide.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    assert mappings.load(path).source == "Plan vélo 2030"
