"""A contract as an ODCS document, there and back."""

import pytest
import yaml
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from indicators.analysis.contract import Contract
from indicators.models import DataContract, Feed, Indicator
from indicators.services import contracts, odcs
from indicators.services.odcs import NotOdcsError
from tests.factories.indicators import make_feed
from tests.factories.portfolio import NOW

DOCUMENT = {
    "fields": {
        "valeur": {"type": "number", "unit": "µg/m3", "description": "Moyenne horaire"},
        "unite": {"type": "text", "constant": "µg/m3", "required": False},
        "lieu": {"type": "point"},
        "divers": {"type": "any", "required": False},
        "jour": {"type": "time"},
    },
    "minimum": 0, "maximum": 500, "point": "lieu", "envelope": [-0.85, 45.0, -0.25, 45.45],
    "crs": "EPSG:4326", "spike": 10, "drop": 0.3, "grain": "PT1H", "freshness_days": 3,
    "personal_data": "NONE", "owner": "Direction de l’air", "support": "air@exemple.fr",
}  # fmt: skip


def unsaved(document: dict) -> DataContract:
    feed = Feed(code="no2", collection="mesures", indicator=Indicator(name_fr="NO₂"))
    return DataContract(feed=feed, version=3, document=document)


def test_it_comes_back_as_it_went():
    told = odcs.to_odcs(unsaved(DOCUMENT))
    assert odcs.from_odcs(yaml.safe_load(yaml.safe_dump(told))) == DOCUMENT


def test_it_is_what_the_standard_names():
    told = odcs.to_odcs(unsaved(DOCUMENT))
    assert (told["apiVersion"], told["kind"], told["version"]) == (
        "v3.1.0",
        "DataContract",
        "3.0.0",
    )
    (collection,) = told["schema"]
    assert collection["name"] == "mesures"
    assert collection["properties"][0] == {
        "name": "valeur", "logicalType": "number", "required": True,
        "description": "Moyenne horaire",
        "customProperties": [{"property": "unit", "value": "µg/m3"}],
    }  # fmt: skip
    assert told["team"] == {"name": "Direction de l’air"}


types = st.sampled_from(["number", "text", "boolean", "time", "point", "any"])
fields = st.dictionaries(
    st.text("abcdefé", min_size=1, max_size=8),
    st.fixed_dictionaries(
        {"type": types},
        optional={"required": st.just(False), "unit": st.text("gm/µ3", min_size=1, max_size=5)},
    ),
    max_size=5,
)


@given(fields, st.floats(1.01, 100), st.integers(0, 400))
def test_whatever_was_agreed_on_comes_back(agreed, spike, days):
    document = {"fields": agreed, "spike": spike, "freshness_days": days}
    back = odcs.from_odcs(odcs.to_odcs(unsaved(document)))
    assert back == document
    assert contracts.problems(back) == []
    assert Contract.from_json(back) == Contract.from_json(document)


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ([], "kind"),
        ({"kind": "DataProduct"}, "kind"),
        ({"kind": "DataContract", "apiVersion": "v2.2.2"}, "apiVersion"),
        ({"kind": "DataContract", "apiVersion": "v3.1.0"}, "schema"),
        ({"kind": "DataContract", "apiVersion": "v3.1.0", "schema": [{}, {}]}, "schema"),
        ({"kind": "DataContract", "apiVersion": "v3.0.2", "schema": [{"properties": [{}]}]},
         "schema/0/properties/0"),
        ({"kind": "DataContract", "apiVersion": "v3.0.2",
          "schema": [{"properties": [{"name": "a", "logicalType": "array"}]}]}, "logicalType"),
    ],
)  # fmt: skip
def test_another_document_is_refused_by_its_place(document, place):
    with pytest.raises(NotOdcsError, match=place):
        odcs.from_odcs(document)


def test_by_hand(db, tmp_path, capsys):
    feed = make_feed()
    with pytest.raises(CommandError, match="no contract"):
        call_command("contract", feed.code)
    contracts.agree(feed=feed, document=DOCUMENT, by=None, reason="Convention", at=NOW)
    call_command("contract", feed.code)
    told = capsys.readouterr().out
    path = tmp_path / "contract.yml"
    path.write_text(told)
    call_command("contract", feed.code, file=path)
    assert "Nothing changes." in capsys.readouterr().out
    path.write_text(told.replace("value: 10", "value: 5"))
    call_command("contract", feed.code, file=path, reason="Seuil revu")
    assert contracts.current(feed).document["spike"] == 5
    path.write_text(told.replace("value: 10", "value: 0.5"))
    with pytest.raises(CommandError, match="spike"):
        call_command("contract", feed.code, file=path)
