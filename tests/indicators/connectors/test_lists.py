"""Which connectors say what their service has, and how they read it."""

import json

import pytest

from indicators.connectors.base import Answer, HttpPolicy, Listed, Lists, Query, WrongShapeError
from indicators.connectors.ckan import parse as ckan
from indicators.connectors.ogc_features import parse as ogc
from indicators.connectors.opendatasoft import parse as opendatasoft
from indicators.connectors.registry import about, opened, protocols


def answer(document: object) -> Answer:
    return Answer("http://source/x", "application/json", json.dumps(document).encode())


@pytest.mark.parametrize("protocol", protocols())
def test_what_a_protocol_says_of_its_lists_is_true(protocol):
    with opened(protocol, Query("http://127.0.0.1:9", ""), HttpPolicy(allow=())) as connector:
        assert isinstance(connector, Lists) is about(protocol).lists


def test_collections_of_ogc_have_their_title():
    found = ogc.listed(answer({"collections": [{"id": "a", "title": "Air"}, {"id": "b"}, {}, 3]}))
    assert found == [Listed("a", "Air"), Listed("b", "b")]


def test_datasets_of_opendatasoft_have_their_title():
    card = {"dataset_id": "velo", "metas": {"default": {"title": "Vélo"}}}
    found = opendatasoft.listed(answer({"results": [card, {"dataset_id": "nu"}]}))
    assert found == [Listed("velo", "Vélo"), Listed("nu", "")]


def test_only_resources_with_rows_are_listed_of_ckan():
    package = {"title": "Comptages", "resources": [
        {"id": "r1", "name": "2024", "datastore_active": True}, {"id": "r2", "name": "PDF"},
    ]}  # fmt: skip
    found = ckan.listed(answer({"success": True, "result": {"results": [package, None]}}))
    assert found == [Listed("r1", "Comptages – 2024")]


@pytest.mark.parametrize("read", [ogc.listed, opendatasoft.listed])
def test_an_answer_without_list_is_named(read):
    with pytest.raises(WrongShapeError):
        read(answer({"x": 1}))
