from datetime import UTC, datetime

import pytest

from indicators.connectors.base import (
    Answer,
    MissingCollectionError,
    NotXmlError,
    QueryRefusedError,
    TooBigError,
    TruncatedError,
    WrongShapeError,
)
from indicators.connectors.sdmx import parse
from tests.sdmx_messages import (
    TOO_BIG,
    dataflow,
    error,
    generic,
    observation,
    one_series,
    specific,
)
from tests.shared import DATA, needs


def answer(body: bytes) -> Answer:
    return Answer("http://service/data/S", "application/xml", body)


def recorded(name: str) -> Answer:
    return answer(DATA.joinpath("sdmx", name).read_bytes())


def test_a_row_has_dimensions_attributes_time_and_value():
    (row,) = parse.rows(answer(generic(one_series("FR", observation("2024-03", "1.5", "p")))))
    assert row == {
        "GEO": "FR", "UNIT": "PC", "TIME_PERIOD": "2024-03", "OBS_VALUE": "1.5", "OBS_STATUS": "p",
    }  # fmt: skip


@pytest.mark.parametrize("value", [None, "", "NaN", ":"])
def test_a_value_that_is_not_there_is_null(value):
    (row,) = parse.rows(answer(generic(one_series("FR", observation("2024", value)))))
    assert row["OBS_VALUE"] is None


def test_a_status_that_one_row_has_is_null_elsewhere():
    series = one_series("FR", observation("2023", "1", "e"), observation("2024", "2"))
    assert [row["OBS_STATUS"] for row in parse.rows(answer(generic(series)))] == ["e", None]
    bare = parse.rows(answer(generic(one_series("FR", observation("2024", "2")))))
    assert bare[0]["OBS_STATUS"] is None


def test_structure_specific_data_give_the_same_fields():
    series = (
        '<Series GEO="FR" UNIT="PC"><Obs TIME_PERIOD="2024" OBS_VALUE="3" OBS_STATUS="p"/></Series>'
    )
    (row,) = parse.rows(answer(specific(series)))
    assert row == {
        "GEO": "FR", "UNIT": "PC", "TIME_PERIOD": "2024", "OBS_VALUE": "3", "OBS_STATUS": "p",
    }  # fmt: skip


def test_no_observation_is_no_row():
    assert parse.rows(answer(generic())) == ()


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (generic(footer=TOO_BIG), TooBigError, "413 EXTRACTION_TOO_BIG"),
        (error("130", "Response too large"), TooBigError, "130"),
        (error("100", "No results found"), MissingCollectionError, "No results"),
        (error("140", "Syntax error"), QueryRefusedError, "140 Syntax error"),
        (b"<html>maintenance</html>", NotXmlError, "html"),
        (b'{"error": 1}', NotXmlError, "error"),
        (generic(one_series("FR", observation("2024", "1")))[:-300], TruncatedError, "http"),
        (b"<feed/>", WrongShapeError, "feed is no message"),
        (dataflow("S", {"fr": "S"}), WrongShapeError, "without data"),
    ],
)
def test_a_fault_is_named(body, kind, words):
    with pytest.raises(kind, match=words):
        parse.rows(answer(body))


def test_a_footer_that_only_informs_is_no_fault():
    note = TOO_BIG.replace("413", "200")
    assert len(parse.rows(answer(generic(one_series("FR", observation("2024", "1")), note)))) == 1


def test_entities_are_refused():
    body = generic(one_series("&b;", observation("2024", "1")))
    bomb = body.replace(b"?>", b'?><!DOCTYPE a [<!ENTITY b "FR">]>', 1)
    with pytest.raises(NotXmlError, match="document type"):
        parse.rows(answer(bomb))


def test_a_dataflow_has_a_title_and_the_date_of_its_data():
    body = dataflow("S", {"en": "Rents", "fr": "Loyers"}, "2024-02-01T23:00:00+0100")
    flow = parse.flow(answer(body), "S")
    assert parse.title(flow) == "Loyers"
    assert parse.updated_at(flow) == datetime(2024, 2, 1, 22, tzinfo=UTC)
    plain = parse.flow(answer(dataflow("S", {"de": "Mieten"})), "S")
    assert (parse.title(plain), parse.updated_at(plain)) == ("Mieten", None)


def test_a_dataflow_that_is_not_in_the_message_is_named():
    with pytest.raises(MissingCollectionError):
        parse.flow(answer(dataflow("S", {"en": "S"})), "T")
    with pytest.raises(WrongShapeError):
        parse.flow(answer(generic()), "T")


def test_a_message_without_structure_describes_no_field():
    assert parse.field_types(answer(dataflow("S", {"en": "S"}))) == {}


@needs("sdmx", "INSEE_IPI-2010-A21.xml")
def test_every_observation_recorded_from_insee_is_a_row():
    found = parse.rows(recorded("INSEE_IPI-2010-A21.xml"))
    text = DATA.joinpath("sdmx", "INSEE_IPI-2010-A21.xml").read_text()
    assert len(found) == text.count("<generic:Obs>")
    assert {"FREQ", "PRODUIT", "NATURE", "IDBANK", "TIME_PERIOD"} <= found[0].keys()
    keys = {(row["PRODUIT"], row["NATURE"], row["FREQ"], row["TIME_PERIOD"]) for row in found}
    assert len(keys) == len(found)


@needs("sdmx", "INSEE_CNA-2010-CONSO-SI-A17.xml")
def test_the_provisional_value_recorded_from_insee_says_so():
    found = parse.rows(recorded("INSEE_CNA-2010-CONSO-SI-A17.xml"))
    assert [(row["TIME_PERIOD"], row["OBS_VALUE"], row["OBS_STATUS"]) for row in found] == [
        ("2014", "89.9", "P"), ("2013", "92.7", "SD"),
    ]  # fmt: skip


@needs("sdmx", "INSEE_IPI-2010-A21-structure.xml")
def test_the_structure_recorded_from_insee_tells_dimensions_from_attributes():
    message = recorded("INSEE_IPI-2010-A21-structure.xml")
    fields = parse.field_types(message)
    assert (fields["PRODUIT"], fields["OBS_STATUS"]) == ("dimension", "attribute")
    assert (fields["TIME_PERIOD"], fields["OBS_VALUE"]) == ("dimension", "measure")
    assert parse.title(parse.flow(message, "IPI-2010-A21")).startswith("Indice de la production")
