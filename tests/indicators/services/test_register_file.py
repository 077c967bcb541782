"""The register in the file of sources: the same facts as on the screens."""

import pytest
from django.db import connection

from indicators.models import DataSource, SupplyAgreement
from indicators.queries.source_history import history_of
from indicators.services import sources
from indicators.services.sources import SourcesError
from tests.factories.portfolio import make_organisation, make_user

AGREEMENT = {
    "reference": "DSP eau", "kind": "CONCESSION", "counterpart": "regie", "starts_on": "2019-01-01",
    "ends_on": "2031-12-31", "frequency": "MONTH", "due_days": 60,
}  # fmt: skip


@pytest.fixture
def world(db):
    make_organisation(code="eau")
    make_organisation(code="regie", kind="PRODUCER")
    make_user(username="lina")


def document(**facts):
    source = {"code": "regie", "name": "Régie", "protocol": "ogc_features",
              "base_url": "http://127.0.0.1:8100"}  # fmt: skip
    return {"sources": [source | facts]}


def whole(**agreement):
    return document(
        owner="eau", steward="lina", licence="ODbL 1.0", personal_data="PSEUDONYMISED",
        legal_basis="PUBLIC_TASK", processing_reference="RT-1", hosting_country="FR",
        documentation_url="https://exemple.fr/doc", agreements=[AGREEMENT | agreement],
    )  # fmt: skip


def problems(given) -> set[str]:
    with pytest.raises(SourcesError) as refused:
        sources.apply(document=given)
    return {problem.path for problem in refused.value.problems}


def test_the_file_states_the_facts_and_the_agreements(world):
    sources.apply(document=whole())
    source = DataSource.objects.get()
    assert (source.owner.code, source.steward.username) == ("eau", "lina")
    agreement = SupplyAgreement.objects.get()
    assert (agreement.counterpart.code, agreement.due_days) == ("regie", 60)
    change = history_of(source, reader=source.steward)[0]
    assert (change.reason, change.author) == ("apply_sources", "")


def test_applied_again_it_changes_nothing(world):
    sources.apply(document=whole())
    assert sources.apply(document=whole()) == []


def test_a_change_of_an_agreement_is_told_and_what_the_file_does_not_name_stays(world):
    sources.apply(document=whole(article="CCP L.3131-2"))
    (change,) = sources.apply(document=whole(due_days=30))
    assert change.fields == {"agreements/DSP eau/due_days": (60, 30)}
    assert SupplyAgreement.objects.get().article == "CCP L.3131-2"


def test_a_reason_dispenses(world):
    sources.apply(document=whole(dispensation_reason="Relevés de foyers"))
    assert SupplyAgreement.objects.get().is_dispensed


def test_a_dry_run_writes_nothing(world):
    changes = sources.apply(document=whole(), dry_run=True)
    assert [change.created for change in changes] == [True]
    assert not DataSource.objects.exists()
    assert not SupplyAgreement.objects.exists()
    assert not connection.needs_rollback


@pytest.mark.parametrize(
    ("facts", "path"),
    [
        ({"owner": "personne"}, "sources/0/owner"),
        ({"steward": "personne"}, "sources/0/steward"),
        ({"hosting_country": "France"}, "sources/0/hosting_country"),
        ({"legal_basis": "OUI"}, "sources/0/legal_basis"),
        ({"personal_data": "NONE", "legal_basis": "CONSENT"}, "sources/0/legal_basis"),
        ({"agreements": [AGREEMENT | {"counterpart": "x"}]}, "sources/0/agreements/0/counterpart"),
        ({"agreements": [AGREEMENT | {"ends_on": "2001-01-01"}]}, "sources/0/agreements/0/ends_on"),
        ({"agreements": [AGREEMENT, AGREEMENT]}, "sources/0/agreements/0/reference"),
        (
            {"agreements": [AGREEMENT | {"dispensation_url": "https://exemple.fr"}]},
            "sources/0/agreements/0/is_dispensed",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_place_and_nothing_is_written(world, facts, path):
    assert path in problems(document(**facts))
    assert not DataSource.objects.exists()


def test_a_fact_that_contradicts_the_register_is_named(world):
    sources.apply(document=document(legal_basis="CONSENT"))
    assert problems(document(personal_data="NONE")) == {"sources/0/legal_basis"}
