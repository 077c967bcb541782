"""Formulas as code."""

from datetime import date

import pytest

from indicators.models import Feed, Formula, Indicator, Run
from indicators.services import sources
from indicators.services.sources import SourcesError
from tests.factories.indicators import make_feed
from tests.factories.portfolio import make_zone

pytestmark = pytest.mark.django_db
PLAIN = {"family": "OUTCOME", "direction": "UP", "frequency": "MONTH", "stale_after_days": 45}


def indicator(code: str, unit: str, **fields) -> dict:
    return {"code": code, "name_fr": code, "unit_fr": "u", "machine_unit": unit} | PLAIN | fields


@pytest.fixture
def document() -> dict:
    make_zone(code="MV", kind="METROPOLIS")
    return {
        "indicators": [
            indicator("velos", "passage/day"), indicator("gens", "inhabitant", frequency="YEAR"),
            indicator("taux", "passage/day/kiloinhabitant"),
        ],
        "formulas": [{
            "indicator": "taux", "formula": "v / g", "reason": "Essai",
            "inputs": {"v": {"indicator": "velos"},
                       "g": {"indicator": "gens", "time": "LAST_KNOWN", "zone": "MV"}},
        }],
    }  # fmt: skip


def problems(document) -> dict[str, str]:
    with pytest.raises(SourcesError) as caught:
        sources.apply(document=document)
    return {problem.path: problem.message for problem in caught.value.problems}


def test_a_formula_is_agreed_on_with_the_indicators_it_needs(document):
    changes = sources.apply(document=document)
    assert changes[-1].kind == "formula"
    formula = Formula.objects.get()
    assert (formula.expression, formula.factor, formula.reason) == ("v / g", 1000.0, "Essai")
    assert formula.inputs.get(name="g").zone.code == "MV"
    assert Run.objects.get().feed.code == "formules-taux"


def test_applied_twice_it_changes_nothing_and_another_one_is_a_version(document):
    sources.apply(document=document)
    assert sources.apply(document=document) == []
    document["formulas"][0] |= {"formula": "v / g / 2", "valid_from": "2026-01-01"}
    (change,) = sources.apply(document=document)
    assert dict(change.fields)["version"] == (1, 2)
    assert Formula.objects.get(version=2).valid_from == date(2026, 1, 1)


def test_another_unit_of_an_input_is_another_version(document):
    sources.apply(document=document)
    document["indicators"][0]["machine_unit"] = "passage/week"
    sources.apply(document=document)
    assert [one.factor for one in Formula.objects.order_by("version")] == [
        1000.0, pytest.approx(1000 / 7),
    ]  # fmt: skip


def test_a_dry_run_writes_nothing(document):
    assert len(sources.apply(document=document, dry_run=True)) == 4
    assert not Formula.objects.exists()
    assert not Feed.objects.exists()


@pytest.mark.parametrize(("changes", "path", "said"), [
    ({"formula": "v +"}, "formulas/0/formula", "not finished"),
    ({"formula": "v + g"}, "formulas/0/formula", "not the same measure"),
    ({"formula": "v / x"}, "formulas/0/inputs/x", "which indicator"),
    ({"indicator": "rien"}, "formulas/0/indicator", "est inconnu"),
    ({"inputs": {"v": {"indicator": "rien"}}}, "formulas/0/inputs/v/indicator", "est inconnu"),
    ({"inputs": {"v": {"indicator": "velos", "zone": "X"}}}, "formulas/0/inputs/v/zone", "est inconnu"),
    ({"inputs": {"v": {"indicator": "velos", "time": "SOON"}}}, "formulas/0/inputs/v/time", "SOON"),
    ({"valid_from": "demain"}, "formulas/0/valid_from", "demain"),
])  # fmt: skip
def test_what_is_wrong_is_named_with_its_place_and_nothing_is_written(
    document, changes, path, said
):
    document["formulas"][0] |= changes
    assert said in problems(document)[path]
    assert not Indicator.objects.exists()


def test_two_formulas_of_one_indicator_and_circles_are_refused(document):
    document["formulas"] *= 2
    assert "formulas/0/indicator" in problems(document)
    document["formulas"] = document["formulas"][:1]
    document["indicators"].append(indicator("autre", "passage/day/kiloinhabitant"))
    document["formulas"].append(
        {"indicator": "autre", "formula": "t", "inputs": {"t": {"indicator": "taux"}}}
    )
    document["formulas"][0] |= {"formula": "a", "inputs": {"a": {"indicator": "autre"}}}
    assert "own result" in problems(document)["formulas/1/inputs/t"]


def test_an_indicator_is_measured_or_computed(document):
    sources.apply(document=document)
    feed = {"code": "f", "source": "s", "indicator": "taux", "collection": "c",
            "starts_on": "2024-01-01",
            "mapping": {"time": {"field": "t", "timezone": "Europe/Paris", "period": "MONTH"},
                        "value": {"field": "v"}}}  # fmt: skip
    found = problems(document | {"feeds": [feed, feed | {"code": "g", "source": "formules"}]})
    assert "calculé par une formule" in found["feeds/0/indicator"]
    assert "écrivez une formule" in found["feeds/1/source"]
    make_feed(indicator=Indicator.objects.get(code="gens"))
    document["formulas"].append(
        {
            "indicator": "gens",
            "formula": "v",
            "inputs": {"v": {"indicator": "velos", "time": "SUM"}},
        }
    )
    assert "is measured" in problems(document)["formulas/1/formula"]


def test_a_formula_is_stopped_and_started_again(document):
    sources.apply(document=document)
    document["formulas"][0]["is_active"] = False
    assert len(sources.apply(document=document)) == 1
    assert sources.apply(document=document) == []
    assert not Feed.objects.get().is_active
    del document["formulas"][0]["is_active"]
    sources.apply(document=document)
    assert Feed.objects.get().is_active
