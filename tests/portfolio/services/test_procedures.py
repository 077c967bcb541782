"""Legal procedures of a project."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from portfolio.models import Procedure, ProcedureKind
from portfolio.services import procedures
from portfolio.services.procedures import ProcedureFacts
from tests.factories.portfolio import NOW, make_procedure, make_project

pytestmark = pytest.mark.django_db
WHY = {"by": None, "reason": "Calendrier des procédures", "at": NOW}
PAST, LATER = date(2026, 3, 2), date(2026, 4, 10)


def facts(**given):
    return ProcedureFacts(kind=ProcedureKind.objects.get(code="enquete-publique"), **given)


def enter(**given):
    return procedures.enter_procedure(project=make_project(), facts=facts(**given), **WHY)


def test_every_kind_has_its_source_steps_and_plain_words_in_both_languages():
    codes = set(ProcedureKind.objects.values_list("code", flat=True))
    assert {"concertation", "enquete-publique", "dup", "permis-construire"} <= codes
    for kind in ProcedureKind.objects.all():
        assert kind.source.startswith("Code ")
        assert len(kind.steps_fr.splitlines()) == len(kind.steps_en.splitlines()) >= 3
        assert kind.plain_fr
        assert kind.plain_en


def test_a_procedure_is_entered_and_followed():
    procedure = enter(foreseen_starts_on=PAST)
    assert procedure.state == "FORESEEN"
    done = facts(state="COMPLETED", foreseen_starts_on=PAST, actual_starts_on=PAST,
                 actual_ends_on=LATER, reference="Arrêté 2026-12")  # fmt: skip
    procedures.update_procedure(procedure=procedure, facts=done, **WHY)
    stored = Procedure.objects.get()
    assert (stored.state, stored.reference) == ("COMPLETED", "Arrêté 2026-12")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"foreseen_starts_on": LATER, "foreseen_ends_on": PAST}, "foreseen_ends_on"),
        ({"state": "UNDER_WAY", "actual_starts_on": date(2026, 9, 1)}, "actual_starts_on"),
        ({"actual_starts_on": PAST}, "state"),
        ({"state": "UNDER_WAY"}, "actual_starts_on"),
        ({"state": "UNDER_WAY", "actual_starts_on": PAST, "actual_ends_on": LATER}, "state"),
        ({"state": "COMPLETED", "actual_starts_on": PAST}, "actual_ends_on"),
    ],
)
def test_what_contradicts_itself_is_refused(given, field):
    with pytest.raises(ValidationError) as refusal:
        enter(**given)
    assert list(refusal.value.message_dict) == [field]


def test_a_withdrawn_procedure_comes_back():
    procedure = make_procedure(make_project())
    procedures.withdraw_procedure(procedure=procedure, **WHY)
    assert not Procedure.objects.current().exists()
    with pytest.raises(ValidationError):
        procedures.update_procedure(procedure=procedure, facts=facts(), **WHY)
    procedures.bring_procedure_back(procedure=procedure, **WHY)
    assert Procedure.objects.current().exists()


def test_the_database_refuses_it_too():
    for wrong in ({"foreseen_ends_on": date(2020, 1, 1)}, {"state": "COMPLETED"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_procedure(make_project(), **wrong)
