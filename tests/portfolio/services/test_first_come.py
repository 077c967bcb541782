"""Two people who take one name at once: the second is told so."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from portfolio.models import FinanceParameter, Organisation, PhaseSet, PriceIndex
from portfolio.services import organisations, parameters, phase_sets, prices
from portfolio.services.organisations import OrganisationFields
from portfolio.services.phase_sets import SetWords
from tests.factories.portfolio import NOW, make_user

pytestmark = pytest.mark.django_db


def enter_index():
    prices.describe_index(
        code="tp99", name_fr="Essai", base="2010 = 100", source="INSEE", by=None, reason="Essai"
    )


def enter_parameter():
    parameters.add_parameter(
        code="LAPSE_YEARS", value=Decimal(4), from_on=date(2031, 1, 1), source="Règlement",
        by=None, reason="Essai",
    )  # fmt: skip


def enter_set():
    phase_sets.add_set(code="essai", words=SetWords("Essai"), by=make_user(), reason="Essai")


def enter_organisation():
    given = OrganisationFields(name_fr="Essai", kind="PARTNER")
    organisations.create(code="essai", given=given, by=None, reason="Essai", at=NOW)


@pytest.mark.parametrize(
    ("enter", "model", "field"),
    [(enter_index, PriceIndex, "code"), (enter_parameter, FinanceParameter, "from_on"),
     (enter_set, PhaseSet, "code"), (enter_organisation, Organisation, "code")],
)  # fmt: skip
def test_a_name_taken_between_the_look_and_the_entry_is_told_by_its_field(
    monkeypatch, enter, model, field
):
    enter()
    count = model.objects.count()
    # What the second one saw when the first was not there yet.
    monkeypatch.setattr(model, "full_clean", lambda self, *args, **options: None)
    with pytest.raises(ValidationError) as refusal:
        enter()
    assert list(refusal.value.message_dict) == [field]
    assert model.objects.count() == count
