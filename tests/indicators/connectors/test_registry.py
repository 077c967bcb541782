from pathlib import Path

import pytest

from indicators.connectors.base import HttpPolicy, Query, UnknownProtocolError
from indicators.connectors.registry import about, opened, protocols

ROOT = Path(__file__).resolve().parents[3]


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


@pytest.mark.parametrize("protocol", protocols())
def test_every_protocol_says_what_it_is_and_has_an_example_and_a_guide(protocol):
    told = about(protocol)
    assert "" not in (told.name, told.address, told.collection)
    assert (ROOT / "indicators" / "examples" / f"sources-{protocol}.yml").exists()
    assert (ROOT / "docs" / "guides" / "protocols" / f"{protocol}.md").exists()
