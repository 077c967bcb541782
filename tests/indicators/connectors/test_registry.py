import pytest

from indicators.connectors.base import HttpPolicy, Query, UnknownProtocolError
from indicators.connectors.registry import opened, protocols


def test_a_protocol_is_a_folder():
    assert "ogc_features" in protocols()


def test_every_protocol_opens_a_connector_that_says_what_it_can():
    for protocol in protocols():
        with opened(protocol, Query("http://127.0.0.1:1", "c"), HttpPolicy(allow=())) as connector:
            assert connector.capabilities.time in {True, False}


def test_an_unknown_protocol_is_named():
    query, policy = Query("http://127.0.0.1:1", "c"), HttpPolicy(allow=())
    with pytest.raises(UnknownProtocolError), opened("carrier_pigeon", query, policy):
        pass
