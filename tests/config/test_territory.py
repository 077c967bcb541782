"""The TERRITORY setting: read, or refused by name."""

import pytest

from config.territory import DEMONSTRATION, read_territory

VALID = '{"code": "X", "name": "Ville", "crs": 2154, "envelope": [0, 45, 1, 46]}'


def test_nothing_said_is_the_demonstration():
    assert read_territory("") == DEMONSTRATION


def test_json_is_read():
    territory = read_territory(VALID)

    assert territory.envelope == (0, 45, 1, 46)
    assert territory.demonstration is False
    assert territory.population is None


def test_a_file_is_read(tmp_path):
    path = tmp_path / "territory.json"
    path.write_text(VALID)

    assert read_territory(str(path)).name == "Ville"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('{"code": "X", "name": "Ville", "crs": 2154}', "envelope"),
        ('{"code": "X", "name": "V", "crs": 2154, "envelope": [1, 45, 0, 46]}', "envelope"),
    ],
)
def test_what_is_missing_or_wrong_is_named(text: str, named: str):
    with pytest.raises(ValueError, match=named):
        read_territory(text)
