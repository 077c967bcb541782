"""The register of decisions: added once, never changed, each row sealed with the one before."""

import io
import threading
from datetime import timedelta
from uuid import uuid4

import pgtrigger
import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from portfolio.models import Condition, Decision, DecisionChain, FollowUpAction
from portfolio.queries.snapshots import snapshot
from portfolio.services import audit, decisions, meetings
from portfolio.services.audit import Broken
from tests.factories.governance import (
    action,
    condition,
    decide,
    make_decision,
    make_item,
    make_open_item,
    people,
    say,
    what,
)
from tests.factories.indicators import make_target
from tests.factories.portfolio import NOW, make_project, make_user

pytestmark = pytest.mark.django_db


def untriggered(statement: str, *values) -> None:
    """What somebody with the keys of the database may do, behind the back of the application."""
    with pgtrigger.ignore("portfolio.Decision:append_only"), connection.cursor() as cursor:
        cursor.execute(statement, values)


# ---------------------------------------------------------------- deciding


def test_a_decision_freezes_who_was_there_what_they_said_and_what_it_rested_on():
    project = make_project()
    target = make_target(project=project)
    item = make_open_item(project)
    one, other, third = people(item.meeting)
    say(item, one, "FOR")
    say(item, other, "AGAINST", comment="Trop cher")
    meetings.reveal(item=item, by=None, at=NOW)
    given = what(conditions=[condition()], actions=[action(third)])

    decision = decide(item, given, snapshot=snapshot(project, at=NOW))

    sealed = decision.sealed
    assert sealed["tally"] == {"FOR": 1, "AGAINST": 1, "ABSTAIN": 0}
    assert {one["comment"] for one in sealed["positions"]} == {"", "Trop cher"}
    assert [one["text"] for one in sealed["conditions"]] == ["Obtenir la subvention"]
    assert decision.actions.get().owner == third
    assert decision.rested_on["cost"]["amount_eur"] == "1200000.00"
    assert decision.rested_on["targets"][0]["target"] == target.pk
    assert audit.verify() == []


def test_the_same_form_sent_twice_decides_once():
    item, key = make_open_item(), uuid4()
    first = decide(item, key=key)
    assert decide(item, what("REJECT"), key=key).pk == first.pk
    assert Decision.objects.get().kind == "APPROVE"


def test_another_tab_is_told_that_it_is_decided_already():
    item = make_open_item()
    decide(item)
    with pytest.raises(ValidationError) as refusal:
        decide(item, what("REJECT"))
    assert refusal.value.code == "decided"
    assert Decision.objects.count() == 1


def test_without_a_quorum_an_item_is_only_postponed():
    item = make_open_item(absent=2)
    with pytest.raises(ValidationError) as refusal:
        decide(item)
    assert refusal.value.code == "quorum"
    assert decide(item, what("POSTPONE")).kind == "POSTPONE"


def test_who_takes_no_part_does_not_make_the_quorum():
    project = make_project()
    item = make_open_item(project, absent=1)
    project.conflicts_of_interest.create(
        user=people(item.meeting)[0], reason="Voisin", declared_at=NOW
    )
    with pytest.raises(ValidationError) as refusal:
        decide(item)
    assert refusal.value.code == "quorum"


def test_positions_are_shown_before_it_is_decided():
    item = make_open_item()
    say(item, people(item.meeting)[0])
    with pytest.raises(ValidationError) as refusal:
        decide(item)
    assert refusal.value.code == "hidden"


@pytest.mark.parametrize(
    ("given", "field"),
    [({"text": " "}, "text"), ({"reason": ""}, "reason"), ({"kind": "PERHAPS"}, "kind"),
     ({"conditions": [condition(days=-1)]}, "conditions"),
     ({"conditions": [condition("")]}, "conditions")],
)  # fmt: skip
def test_what_is_missing_of_a_decision_is_told_by_its_field(given, field):
    item = make_open_item()
    with pytest.raises(ValidationError) as refusal:
        decide(item, what(**given))
    assert list(refusal.value.message_dict) == [field]
    assert not Decision.objects.exists()
    assert not DecisionChain.objects.filter(length__gt=0).exists()


def test_nothing_is_decided_before_the_meeting_is_open():
    with pytest.raises(ValidationError):
        decide(make_item())
    assert not Decision.objects.exists()


def test_conditions_are_met_and_actions_done_once_with_a_word():
    owner = make_user()
    decision = make_decision(given=what(conditions=[condition()], actions=[action(owner)]))
    first = {"by": owner, "at": NOW}
    decisions.meet(condition=Condition.objects.get(), how="Arrêté du 3 mai", **first)
    decisions.meet(condition=Condition.objects.get(), how="Autre", **first)
    decisions.complete(action=FollowUpAction.objects.get(), how="Avis publié", **first)
    assert Condition.objects.get().met_how == "Arrêté du 3 mai"
    assert decision.actions.get().done_how == "Avis publié"
    with pytest.raises(ValidationError):
        decisions.meet(condition=Condition.objects.get(), how=" ", **first)
    assert audit.verify() == []


def test_a_condition_not_met_in_time_has_lapsed():
    make_decision(given=what(conditions=[condition(days=10)]))
    day = NOW.date()
    assert not Condition.objects.lapsed(day + timedelta(10)).exists()
    assert Condition.objects.lapsed(day + timedelta(11)).exists()


# ---------------------------------------------------------------- the seals


def test_the_database_refuses_to_change_a_decision_or_to_remove_one():
    decision = make_decision()
    with pytest.raises(DatabaseError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(text="Autre chose")
    with pytest.raises(DatabaseError), transaction.atomic():
        decision.delete()


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [("text", "Autre chose", "COLUMNS"), ("kind", "REJECT", "COLUMNS"), ("content", "{}", "SEAL"),
     ("snapshot", '{"cost":1}', "SNAPSHOT"), ("seal", "1" * 64, "SEAL"),
     ("key_name", "2020-01-01", "KEY"), ("decided_at", "2020-01-01T00:00:00Z", "COLUMNS")],
)  # fmt: skip
def test_a_row_changed_behind_the_back_of_the_application_is_named(column, value, reason):
    make_decision()
    broken = make_decision()
    make_decision()
    untriggered(f"UPDATE portfolio_decision SET {column} = %s WHERE id = %s", value, broken.pk)
    assert Broken(broken.number, reason) in audit.verify()
    assert {one.number for one in audit.verify()} <= {broken.number, broken.number + 1}


def test_a_row_taken_out_and_a_register_cut_at_its_end_are_told():
    first, second = make_decision(), make_decision()
    delete = "DELETE FROM portfolio_decision WHERE id = %s"
    untriggered(delete, first.pk)
    assert Broken(1, "MISSING") in audit.verify()
    untriggered(delete, second.pk)
    assert audit.verify() == [Broken(None, "END")]


def test_a_condition_reworded_afterwards_is_told():
    decision = make_decision(given=what(conditions=[condition()]))
    Condition.objects.update(text="Aucune")
    assert audit.verify() == [Broken(decision.number, "COLUMNS")]


def test_a_new_key_seals_what_follows_and_the_old_one_still_checks(settings):
    settings.AUDIT_KEYS = ["2026-01-01:ancienne"]
    make_decision()
    settings.AUDIT_KEYS = ["2026-06-01:nouvelle", "2026-01-01:ancienne"]
    make_decision()
    assert list(Decision.objects.order_by("number").values_list("key_name", flat=True)) == [
        "2026-01-01", "2026-06-01",
    ]  # fmt: skip
    assert audit.verify() == []
    settings.AUDIT_KEYS = ["2026-06-01:nouvelle"]
    assert audit.verify() == [Broken(1, "KEY")]
    settings.AUDIT_KEYS = ["2026-06-01:nouvelle", "2026-01-01:une autre"]
    assert audit.verify() == [Broken(1, "SEAL")]


def test_the_command_says_how_many_hold_and_names_what_does_not():
    decision = make_decision()
    out, err = io.StringIO(), io.StringIO()
    call_command("verify_audit", head=f"1:{decision.seal[:12]}", stdout=out)
    assert decision.seal in out.getvalue()
    with pytest.raises(CommandError):
        call_command("verify_audit", head=f"1:{'0' * 12}", stderr=err)
    untriggered("UPDATE portfolio_decision SET reason = 'x'")
    with pytest.raises(CommandError) as refused:
        call_command("verify_audit", stderr=err)
    assert refused.value.returncode == 1
    assert "Decision 1 shows something else" in err.getvalue()


@pytest.mark.django_db(transaction=True)
def test_two_decisions_at_once_follow_each_other():
    items = [make_open_item() for _ in range(4)]
    wait = threading.Barrier(len(items))

    def work(item):
        wait.wait()
        try:
            decide(item)
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=(item,)) for item in items]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert list(Decision.objects.order_by("number").values_list("number", flat=True)) == [
        1,
        2,
        3,
        4,
    ]
    assert audit.verify() == []


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_twice_at_once_decides_once():
    item, key, found = make_open_item(), uuid4(), []
    wait = threading.Barrier(3)

    def work():
        wait.wait()
        try:
            found.append(decide(item, key=key).pk)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(found) == 3
    assert len(set(found)) == 1
    assert Decision.objects.count() == 1


def test_the_key_of_another_item_decides_nothing():
    key = uuid4()
    decide(make_open_item(), key=key)
    with pytest.raises(ValidationError):
        decide(make_open_item(), key=key)
    assert Decision.objects.count() == 1
