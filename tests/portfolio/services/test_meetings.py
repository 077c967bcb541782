"""A meeting: who is there, what each says, when the others read it, what it may decide."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.utils import InternalError

from portfolio.models import AgendaItem, ConflictOfInterest, Meeting, Position
from portfolio.queries.meetings import standing
from portfolio.services import agendas, committees, meetings
from portfolio.services.agendas import ItemFields
from portfolio.services.committees import Seat
from tests.factories.governance import (
    decide,
    make_committee,
    make_decision,
    make_item,
    make_meeting,
    make_open_item,
    opened,
    people,
    say,
    what,
)
from tests.factories.portfolio import NOW, make_project, make_user

pytestmark = pytest.mark.django_db
REFUSED = (IntegrityError, InternalError)


def interest(user, project):
    return committees.declare_interest(
        user=user, project=project, reason="Sa sœur dirige le bureau d’études", by=None, at=NOW
    )


# ---------------------------------------------------------------- who is there


def test_only_seats_of_the_day_are_called_over():
    committee = make_committee()
    gone, _chair = make_user(), committee.chair
    ended = Seat(date(2025, 1, 1), until_on=date(2025, 12, 31))
    committees.seat(committee=committee, user=gone, given=ended, by=None, reason="Mandat fini")
    meeting = opened(make_meeting(committee))
    assert not meeting.attendances.filter(user=gone).exists()
    assert meeting.attendances.count() == 3


def test_a_later_term_does_not_change_who_was_there():
    meeting = opened(make_meeting())
    somebody = people(meeting)[1]
    without = Seat(date(2026, 1, 1), votes=False)
    committees.seat(committee=meeting.committee, user=somebody, given=without, by=None, reason="x")
    assert meeting.attendances.get(user=somebody).votes


def test_a_meeting_opened_twice_is_open_once():
    meeting = opened(make_meeting())
    again = meetings.open_meeting(meeting=meeting, present=[], by=None, at=NOW)
    assert again.attendances.filter(state="PRESENT").count() == 3


def test_a_committee_does_not_meet_twice_at_one_time():
    meeting = make_meeting()
    with pytest.raises(ValidationError) as refusal:
        make_meeting(meeting.committee)
    assert list(refusal.value.message_dict) == ["starts_at"]


def test_a_closed_meeting_changes_no_more_whoever_asks():
    item = make_open_item()
    decide(item)
    closed = meetings.close(meeting=item.meeting, by=None, at=NOW)
    assert meetings.close(meeting=closed, by=None, at=NOW + timedelta(1)).closed_at == NOW
    with pytest.raises(REFUSED), transaction.atomic():
        Meeting.objects.filter(pk=closed.pk).update(place="Ailleurs")
    with pytest.raises(ValidationError):
        make_item(closed)


def test_a_meeting_does_not_close_on_an_item_left_open():
    item = make_open_item()
    with pytest.raises(ValidationError) as refusal:
        meetings.close(meeting=item.meeting, by=None, at=NOW)
    assert "1" in refusal.value.messages[0]
    decide(item, what("POSTPONE"))
    assert meetings.close(meeting=item.meeting, by=None, at=NOW).is_closed


# ---------------------------------------------------------------- the agenda


def test_items_are_put_in_order_and_close_ranks():
    meeting = make_meeting()
    first, second, third = (make_item(meeting, subject=name) for name in "ABC")
    agendas.shift(item=third, down=False, by=None)
    agendas.shift(item=first, down=False, by=None)
    agendas.take_off(item=first, by=None)
    assert [i.subject for i in meeting.items.order_by("rank")] == ["C", "B"]
    assert [i.rank for i in meeting.items.order_by("rank")] == [1, 2]
    assert second.rank == 2


def test_the_same_question_sent_twice_is_one_item():
    meeting, project = make_meeting(), make_project()
    assert make_item(meeting, project).pk == make_item(meeting, project).pk
    assert meeting.items.count() == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [(ItemFields(question="Quoi ?"), "subject"),
     (ItemFields(question="", subject="x"), "question"),
     (ItemFields(question="Quoi ?", subject="x", minutes=0), "minutes")],
)  # fmt: skip
def test_an_item_says_what_it_is_about_and_what_is_asked(given, field):
    with pytest.raises(ValidationError) as refusal:
        agendas.put(meeting=make_meeting(), given=given, by=None)
    assert list(refusal.value.message_dict) == [field]
    assert not AgendaItem.objects.exists()


def test_an_item_that_members_spoke_about_stays_as_it_is():
    item = make_open_item()
    say(item, people(item.meeting)[0])
    with pytest.raises(ValidationError):
        agendas.take_off(item=item, by=None)
    with pytest.raises(ValidationError):
        agendas.change(item=item, given=ItemFields("Autre ?", subject="x"), by=None)


# ---------------------------------------------------------------- positions


def test_the_last_word_counts_and_a_word_sent_again_does_not_bring_back_the_first():
    item = make_open_item()
    member, key = people(item.meeting)[0], uuid4()
    say(item, member, "FOR", key=key)
    say(item, member, "AGAINST")
    say(item, member, "FOR", key=key)
    assert standing(item).tally == {"FOR": 0, "AGAINST": 1, "ABSTAIN": 0}
    assert Position.objects.count() == 2


def test_a_key_of_somebody_else_says_nothing():
    item = make_open_item()
    one, other = people(item.meeting)[:2]
    key = say(item, one).key
    with pytest.raises(ValidationError):
        say(item, other, "AGAINST", key=key)
    assert standing(item).spoken == 1


def test_nobody_speaks_before_the_meeting_nor_after_the_positions_are_shown():
    item = make_item()
    member = people(item.meeting)[0]
    with pytest.raises(ValidationError):
        say(item, member)
    item.meeting = opened(item.meeting)
    say(item, member)
    meetings.reveal(item=item, by=None, at=NOW)
    with pytest.raises(ValidationError):
        say(item, people(item.meeting)[1])
    with pytest.raises(REFUSED), transaction.atomic():
        Position.objects.create(item=item, user=member, choice="FOR", key=uuid4(), said_at=NOW)


@pytest.mark.parametrize("who", ["absent", "without a vote", "a stranger"])
def test_only_members_present_with_a_vote_speak(who):
    item = make_open_item(absent=1)
    mute = make_user()
    if who == "without a vote":
        item.meeting.attendances.create(user=mute, votes=False, state="PRESENT")
    with pytest.raises(ValidationError):
        say(item, people(item.meeting)[-1] if who == "absent" else mute)


def test_who_declared_an_interest_takes_no_part_even_if_they_spoke_before():
    project = make_project()
    item = make_open_item(project)
    one, other = people(item.meeting)[:2]
    say(item, one)
    interest(one, project)
    stands = standing(item)
    assert (stands.spoken, len(stands.free), stands.tally["FOR"]) == (0, 2, 0)
    with pytest.raises(ValidationError):
        say(item, one, "AGAINST")
    with pytest.raises(REFUSED), transaction.atomic():
        Position.objects.create(item=item, user=one, choice="FOR", key=uuid4(), said_at=NOW)
    say(item, other)
    with pytest.raises(ValidationError):
        meetings.reveal(item=item, by=one, at=NOW)


def test_an_interest_declared_twice_is_one_and_ends():
    user, project = make_user(), make_project()
    first = interest(user, project)
    assert interest(user, project).pk == first.pk
    committees.end_interest(interest=first, by=None, at=NOW)
    assert ConflictOfInterest.objects.filter(ended_at=None).count() == 0
    assert interest(user, project).pk != first.pk


def test_a_position_is_never_rewritten():
    item = make_open_item()
    position = say(item, people(item.meeting)[0])
    with pytest.raises(REFUSED), transaction.atomic():
        Position.objects.filter(pk=position.pk).update(choice="AGAINST")
    with pytest.raises(REFUSED), transaction.atomic():
        position.delete()


def test_a_decided_item_takes_no_position():
    decision = make_decision()
    with pytest.raises(ValidationError):
        say(decision.item, people(decision.item.meeting)[0])
