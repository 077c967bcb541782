"""A try is short, small, and says what went wrong."""

import time
from datetime import UTC, datetime

import pytest

from indicators.connectors.base import (
    AddressRefusedError,
    DeadlineError,
    MissingCollectionError,
    NotJsonError,
    Query,
    WrongShapeError,
)
from indicators.services import trying
from tests.assistant import recent_rows
from tests.fakes import FaultServer, html_with_200, silence
from tests.platforms import platform

__all__ = ["platform"]
NOW = datetime.now(UTC)


def tried(url: str, collection: str = "mesures", allow: tuple[str, ...] = ("127.0.0.1",)):
    return trying.address(
        protocol="ogc_features", query=Query(url, collection), policy=trying.limits(allow), now=NOW
    )


def test_some_rows_and_what_the_source_says_of_them(platform):
    platform.fill(recent_rows())
    found = tried(platform.url)
    assert (found.title, len(found.rows), found.fault) == ("mesures", 30, "")
    assert found.fields["valeur"] == "number"
    assert {"id", "geometry"} <= found.fields.keys()


def test_no_more_rows_than_a_person_looks_at(platform):
    platform.fill(recent_rows(25, tuple(f"Z{n}" for n in range(20))))
    assert len(tried(platform.url).rows) == trying.ROWS


def test_rows_of_long_ago_are_found_where_there_are_no_others(platform):
    platform.fill([{"commune": "A", "jour": "1999-05-01", "valeur": 1}])
    assert len(tried(platform.url).rows) == 1


def test_a_collection_without_rows_is_described_all_the_same(platform):
    platform.fill([])
    found = tried(platform.url)
    assert (found.rows, found.fault) == ([], "")
    assert "valeur" in found.fields


def test_an_address_that_is_not_allowed_is_not_opened():
    with FaultServer() as server, pytest.raises(AddressRefusedError):
        tried(server.url, allow=())
    assert server.requests == []


def test_a_page_instead_of_data_is_named():
    with FaultServer(otherwise=html_with_200) as server, pytest.raises(NotJsonError):
        tried(server.url)


def test_whoever_waits_is_answered_in_time(monkeypatch):
    monkeypatch.setattr(trying, "PATIENCE_S", 0.5)
    begun = time.monotonic()
    with FaultServer(otherwise=silence(3)) as server:
        with pytest.raises(DeadlineError):
            tried(server.url)
        assert time.monotonic() - begun < 2


def test_an_answer_that_nobody_thought_of_is_a_fault_of_the_source(monkeypatch):
    def broken(_connector, _now):
        raise KeyError("x")

    monkeypatch.setattr(trying, "_tried", broken)
    with pytest.raises(WrongShapeError, match="KeyError"):
        tried("http://127.0.0.1:9")


def test_the_collections_of_a_service_are_listed(platform):
    found = trying.collections(
        protocol="ogc_features", query=Query(platform.url, ""),
        policy=trying.limits(("127.0.0.1",)),
    )  # fmt: skip
    assert {one.code for one in found} >= {"mesures", "comptages"}


def test_a_protocol_that_lists_nothing_says_so():
    with pytest.raises(MissingCollectionError):
        trying.collections(
            protocol="tabular", query=Query("http://127.0.0.1:9", ""), policy=trying.limits(())
        )
