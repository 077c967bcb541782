"""The connector against a real pygeoapi."""

from datetime import UTC, datetime

import pytest

from indicators.connectors.base import MissingCollectionError, OptionsError, Query, Window
from indicators.connectors.registry import opened
from tests.pulling import POLICY, daily_rows

WINDOW = Window(datetime(2024, 1, 2, tzinfo=UTC), datetime(2024, 1, 12, tzinfo=UTC))


@pytest.fixture
def connector(platform):
    platform.fill(daily_rows())
    with opened("ogc_features", Query(platform.url, "mesures"), POLICY) as connector:
        yield connector


def test_probe_finds_the_collection(connector):
    assert connector.probe().title == "mesures"


def test_describe_lists_the_fields_with_their_types(connector):
    fields = connector.describe().fields
    assert fields["valeur"] == "number"
    assert {"nom", "commune", "jour"} <= fields.keys()


def test_fetch_gives_every_row_of_the_window_once_over_several_pages(connector):
    answers = list(connector.fetch(WINDOW))
    assert len(answers) == 3
    rows = [row for batch in connector.read(answers) for row in batch]
    assert len({row["id"] for row in rows}) == len(rows)
    # this server includes both ends of the interval
    assert {row["jour"] for row in rows} == {f"2024-01-{day:02d}" for day in range(2, 13)}


def test_a_missing_collection_is_named(platform):
    with (
        opened("ogc_features", Query(platform.url, "mesure"), POLICY) as connector,
        pytest.raises(MissingCollectionError),
    ):
        connector.probe()


def asked_in(platform, area: object) -> list[dict]:
    query = Query(platform.url, "mesures", {"area": area})
    with opened("ogc_features", query, POLICY) as connector:
        return [row for batch in connector.read(connector.fetch(WINDOW)) for row in batch]


def test_an_area_is_asked_for_on_every_page(platform):
    platform.fill(daily_rows())
    platform.change("UPDATE mesures SET geom = ST_SetSRID(ST_MakePoint(2.3, 48.8), 4326)"
                    " WHERE commune = 'B'")  # fmt: skip
    found = asked_in(platform, [-1, 45, 0, 46])
    assert [row["commune"] for row in found] == ["A"] * 11
    assert asked_in(platform, [-1, 40, 0, 41]) == []


@pytest.mark.parametrize("area", ["Bordeaux", [1, 2, 3], [1, 2, 3, "est"], 7])
def test_an_area_that_is_none_is_named(platform, area):
    with pytest.raises(OptionsError, match="area"):
        asked_in(platform, area)
