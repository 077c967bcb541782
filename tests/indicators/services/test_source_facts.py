"""The register of sources: what is stated, refused, kept in the history."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from indicators.models import DataSource, SupplyAgreement
from indicators.queries.source_history import history_of
from indicators.services import source_facts, source_secrets
from indicators.services.source_facts import AgreementFields, SourceFields
from tests.factories.indicators import make_agreement, make_source
from tests.factories.portfolio import NOW, make_organisation, make_user


@pytest.fixture
def source(db) -> DataSource:
    return make_source()


def update(source: DataSource, by=None, **facts) -> DataSource:
    given = SourceFields(**({"name": "Plateforme"} | facts))
    return source_facts.update(source=source, given=given, by=by, reason="Vu au contrat", at=NOW)


def agreed(**facts) -> AgreementFields:
    return AgreementFields(
        **({"reference": "DSP eau", "kind": "CONCESSION", "counterpart": make_organisation(),
            "starts_on": date(2019, 1, 1)} | facts)
    )  # fmt: skip


def add(source: DataSource, given: AgreementFields) -> SupplyAgreement:
    return source_facts.add_agreement(source=source, given=given, by=None, reason="x", at=NOW)


def test_facts_are_stated_with_their_author_and_reason(source):
    steward, owner = make_user(), make_organisation()
    update(source, by=steward, owner=owner, steward=steward, personal_data="PERSONAL",
           legal_basis="PUBLIC_TASK", hosting_country="FR")  # fmt: skip
    source.refresh_from_db()
    assert (source.owner, source.steward, source.legal_basis) == (owner, steward, "PUBLIC_TASK")
    change = history_of(source, reader=steward)[0]
    assert (change.reason, change.author_id) == ("Vu au contrat", steward.pk)
    assert "owner_id" in {field.name for field in change.records[0].fields}


def test_what_does_not_change_leaves_no_trace(source):
    before = len(history_of(source, reader=make_user()))
    update(source)
    assert len(history_of(source, reader=make_user())) == before


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"personal_data": "NONE", "legal_basis": "CONSENT"}, "legal_basis"),
        ({"personal_data": "SENSITIVE", "legal_basis": "NO_PERSONAL_DATA"}, "legal_basis"),
        ({"hosting_country": "France"}, "hosting_country"),
        ({"hosting_country": "f1"}, "hosting_country"),
        ({"documentation_url": "javascript:alert(1)"}, "documentation_url"),
        ({"personal_data": "MAYBE"}, "personal_data"),
        ({"name": ""}, "name"),
    ],
)
def test_what_is_no_fact_is_refused_by_field(source, facts, field):
    with pytest.raises(ValidationError) as refused:
        update(source, **facts)
    assert field in refused.value.message_dict
    source.refresh_from_db()
    assert (source.name, source.personal_data) == ("Plateforme", "")


@pytest.mark.parametrize(
    "facts",
    [
        {"personal_data": "NONE", "legal_basis": "CONSENT"},
        {"personal_data": "PERSONAL", "legal_basis": "NO_PERSONAL_DATA"},
        {"hosting_country": "fr"},
    ],
)
def test_the_database_refuses_contradictions_too(source, facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        DataSource.objects.filter(pk=source.pk).update(**facts)


def test_a_reason_is_wanted(source):
    with pytest.raises(ValidationError):
        source_facts.update(source=source, given=SourceFields("x"), by=None, reason=" ", at=NOW)


def test_the_key_and_the_rests_of_a_source_are_not_in_its_history(db):
    source = make_source(protocol="sensorthings")
    before = len(history_of(source, reader=make_user()))
    source_secrets.put(source=source, secret="s3cr3t", by=make_user(), at=NOW)
    DataSource.objects.filter(pk=source.pk).update(faults=3)
    assert len(history_of(source, reader=make_user())) == before
    kept = DataSource.pgh_event_model._meta.get_fields()
    assert not {"secret_encrypted", "faults"} & {field.name for field in kept}


def test_an_agreement_is_entered_changed_and_removed_and_its_history_stays(source):
    given, reader = agreed(), make_user()
    agreement = add(source, given)
    changed = replace(given, article="CCP L.3131-2")
    signed = {"by": reader, "reason": "Avenant", "at": NOW}
    source_facts.change_agreement(agreement=agreement, given=changed, **signed)
    assert SupplyAgreement.objects.get().article == "CCP L.3131-2"
    source_facts.remove_agreement(agreement=agreement, **signed)
    assert not SupplyAgreement.objects.exists()
    records = [record for one in history_of(source, reader=reader) for record in one.records]
    actions = [one.action for one in records if one.model.endswith("SupplyAgreement")]
    assert actions == ["delete", "update", "insert"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"ends_on": date(2018, 12, 31)}, "ends_on"),
        ({"is_dispensed": True}, "dispensation_reason"),
        ({"is_dispensed": True, "dispensation_reason": " "}, "dispensation_reason"),
        ({"dispensation_url": "https://exemple.fr/d"}, "is_dispensed"),
        ({"frequency": "WEEK"}, "frequency"),
    ],
)
def test_an_agreement_that_contradicts_itself_is_refused_by_field(source, facts, field):
    with pytest.raises(ValidationError) as refused:
        add(source, agreed(**facts))
    assert field in refused.value.message_dict
    assert not SupplyAgreement.objects.exists()


def test_the_same_agreement_is_entered_once(source):
    make_agreement(source, reference="DSP eau")
    with pytest.raises(ValidationError) as refused:
        add(source, agreed())
    assert "reference" in refused.value.message_dict


@pytest.mark.parametrize(
    "fields",
    [
        {"is_dispensed": True},
        {"dispensation_reason": "Parce que"},
        {"ends_on": date(2018, 1, 1)},
    ],
)
def test_the_database_refuses_such_agreements_too(source, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_agreement(source, **fields)
