"""A meeting on its screens: prepared, shown, voted on from phones, decided once."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from portfolio.models import (
    AgendaProposal,
    Committee,
    ConflictOfInterest,
    Decision,
    FollowUpAction,
    Meeting,
    Position,
)
from portfolio.services import meetings, proposals
from tests.factories.governance import (
    action,
    condition,
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
from tests.factories.portfolio import NOW, make_estimate, make_project, make_user

pytestmark = pytest.mark.django_db
DECIDED = {"kind": "APPROVE", "text": "Les travaux sont engagés.", "reason": "Le coût tient."}


def page(client, name, *args, **query) -> str:
    answer = client.get(reverse(f"portfolio:{name}", args=args), query)
    assert answer.status_code == 200, name
    return answer.content.decode()


def post(client, name, *args, **data):
    return client.post(reverse(f"portfolio:{name}", args=args), data)


@pytest.fixture
def item(client):
    """Of a meeting that is open; its chair is signed in."""
    project = make_project(name_fr="Halle", visibility="INTERNAL")
    found = make_open_item(project)
    client.force_login(found.meeting.committee.chair)
    return found


# ---------------------------------------------------------------- prepared


def test_who_looks_after_committees_sets_one_up_and_gives_seats(client):
    administrator, chair = make_user(is_superuser=True), make_user()
    client.force_login(administrator)
    given = {"kind": "COPIL", "name_fr": "Comité", "chair": chair.pk, "quorum": 2, "reason": "Créé"}
    assert post(client, "committee-add", **given).status_code == 302
    committee = Committee.objects.get()
    seat = {"user": chair.pk, "votes": "on", "from_on": "2026-01-01", "reason": "Nommé"}
    assert post(client, "seat-add", committee.pk, **seat).status_code == 302
    assert committee.members.get().votes
    assert "Créé" in page(client, "committee", committee.pk)


def test_bad_input_is_told_and_nothing_typed_is_lost(client):
    client.force_login(make_user(is_superuser=True))
    answer = post(client, "committee-add", kind="COPIL", name_fr="Comité du mardi", quorum=0)
    assert answer.status_code == 422
    assert "Comité du mardi" in answer.content.decode()
    assert not Committee.objects.exists()


def test_the_chair_convenes_opens_and_closes(client):
    committee = make_committee()
    client.force_login(committee.chair)
    post(client, "meeting-add", committee.pk, starts_at="2026-12-04T09:30", place="Salle A")
    meeting = Meeting.objects.get()
    assert timezone.localtime(meeting.starts_at).hour == 9
    again = post(client, "meeting-add", committee.pk, starts_at="2026-12-04T09:30")
    assert again.status_code == 422
    post(client, "item-add", meeting.pk, subject="Budget", question="Quoi ?", minutes=10)
    there = [user.pk for user in people(meeting)]
    post(client, "meeting-open", meeting.pk, present=there)
    refused = client.post(reverse("portfolio:meeting-close", args=[meeting.pk]), follow=True)
    assert "toast--error" in refused.content.decode()
    post(client, "item-screen", meeting.items.get().pk, "decision", key=uuid4(), **DECIDED)
    post(client, "meeting-close", meeting.pk)
    meeting.refresh_from_db()
    assert meeting.is_closed


def test_items_are_put_in_order_by_buttons(client):
    meeting = make_meeting()
    client.force_login(meeting.committee.chair)
    first, second = make_item(meeting, subject="Premier"), make_item(meeting, subject="Second")
    post(client, "item-shift", second.pk, way="up")
    html = page(client, "meeting", meeting.pk)
    assert html.index("Second") < html.index("Premier")
    post(client, "item-remove", first.pk)
    assert "Premier" not in page(client, "meeting", meeting.pk).split("<main")[1].split("<h2")[1]


def test_who_prepares_an_agenda_is_told_who_could_not_read_the_project(client):
    meeting = make_meeting()
    chair = meeting.committee.chair
    draft = make_project(visibility="DRAFT", manager=chair)
    client.force_login(chair)
    url = reverse("portfolio:item-add", args=[meeting.pk])
    given = {"project": draft.pk, "question": "Quoi ?", "minutes": 10}
    html = client.post(url, given, follow=True).content.decode()
    others = people(meeting)[1:]
    assert all(str(user) in html.split('id="toasts"')[1][:600] for user in others)


def test_a_member_reads_nothing_of_a_project_that_they_may_not_read(client):
    draft = make_project(name_fr="Projet secret", visibility="DRAFT")
    item = make_open_item(draft)
    client.force_login(people(item.meeting)[1])
    for name in ("meeting", "agenda-screen"):
        assert "Projet secret" not in page(client, name, item.meeting_id)
    for name, args in (("item-screen", [item.pk, "debat"]), ("item-voices", [item.pk])):
        assert client.get(reverse(f"portfolio:{name}", args=args)).status_code == 404


# ---------------------------------------------------------------- before the room


def test_the_arrows_lead_from_the_agenda_through_every_step_and_back(client, item):
    other = make_item(item.meeting, subject="Budget")
    address, seen = reverse("portfolio:agenda-screen", args=[item.meeting_id]), []
    for _ in range(7):
        seen.append(address)
        address = client.get(address).context["next"]
    assert address == seen[0]
    assert [one.rsplit("/", 2)[1] for one in seen[1:]] == [
        "projet", "preuves", "debat", "decision", "debat", "decision",
    ]  # fmt: skip
    last = client.get(reverse("portfolio:item-screen", args=[other.pk, "debat"]))
    assert last.context["previous"] == reverse("portfolio:item-screen", args=[item.pk, "decision"])
    assert client.get(f"/pilotage/copil/points/{other.pk}/ecran/preuves/").status_code == 404


def test_the_arrows_pass_over_an_item_that_the_reader_may_not_read(client, item):
    make_item(item.meeting, make_project(visibility="DRAFT"))
    last = make_item(item.meeting, subject="Budget")
    here = client.get(reverse("portfolio:item-screen", args=[item.pk, "decision"]))
    assert here.context["next"] == reverse("portfolio:item-screen", args=[last.pk, "debat"])


def test_the_phones_follow_the_screen(client, item):
    other = make_item(item.meeting, subject="Budget")
    post(client, "item-present", other.pk)
    member = people(item.meeting)[1]
    client.force_login(member)
    assert "Budget" in page(client, "voice", item.meeting_id)
    assert page(client, "voice-where", item.meeting_id, vu=other.pk).strip() == ""
    assert "<a href" in page(client, "voice-where", item.meeting_id, vu=item.pk)
    assert post(client, "item-present", item.pk).status_code == 404


def test_positions_are_hidden_until_they_are_shown(client, item):
    one, other = people(item.meeting)[1:]
    say(item, one, "AGAINST", comment="Bien trop cher")
    assert "Bien trop cher" not in page(client, "item-voices", item.pk)
    client.force_login(other)
    for html in (page(client, "voice", item.meeting_id), page(client, "item-voices", item.pk)):
        assert "Bien trop cher" not in html
    assert post(client, "item-reveal", item.pk).status_code == 404
    client.force_login(item.meeting.committee.chair)
    post(client, "item-reveal", item.pk)
    assert "Bien trop cher" in page(client, "item-voices", item.pk)


# ---------------------------------------------------------------- from a phone


def test_a_position_sent_again_after_a_lost_connection_is_said_once(client, item):
    member = people(item.meeting)[1]
    client.force_login(member)
    form = client.get(reverse("portfolio:voice", args=[item.meeting_id])).context["form"]
    sent = {"key": form["key"].value(), "choice": "FOR", "comment": "D’accord"}
    assert post(client, "voice-say", item.pk, **sent).status_code == 302
    assert post(client, "voice-say", item.pk, **sent).status_code == 302
    assert Position.objects.count() == 1
    assert "D’accord" in page(client, "voice", item.meeting_id)


def test_the_tab_that_was_left_open_does_not_bring_an_old_position_back(client, item):
    client.force_login(people(item.meeting)[1])
    first, second = {"key": uuid4(), "choice": "FOR"}, {"key": uuid4(), "choice": "AGAINST"}
    for sent in (first, second, first):
        post(client, "voice-say", item.pk, **sent)
    assert [one.choice for one in Position.objects.order_by("pk")] == ["FOR", "AGAINST"]


def test_a_position_after_they_were_shown_is_refused_and_its_words_are_kept(client, item):
    meetings.reveal(item=item, by=None, at=NOW)
    client.force_login(people(item.meeting)[1])
    answer = post(client, "voice-say", item.pk, key=uuid4(), choice="FOR", comment="Trop tard")
    assert answer.status_code == 422
    assert not Position.objects.exists()


def test_a_member_declares_their_own_interest_alone(client, item):
    one, other = people(item.meeting)[1:]
    client.force_login(one)
    refused = post(client, "interest-add", item.pk, user=other.pk, reason="x")
    assert refused.status_code == 422
    post(client, "interest-add", item.pk, user=one.pk, reason="Voisin du chantier")
    assert ConflictOfInterest.objects.get().user == one
    assert 'name="choice"' not in page(client, "voice", item.meeting_id)
    assert "Voisin du chantier" in page(client, "meeting", item.meeting_id)


def test_an_interest_ends_by_its_member_or_who_leads_and_by_nobody_else(client, item):
    one, other = people(item.meeting)[1:]
    client.force_login(one)
    post(client, "interest-add", item.pk, user=one.pk, reason="Voisin du chantier")
    key = ConflictOfInterest.objects.get().pk
    client.force_login(other)
    assert post(client, "interest-end", key).status_code == 404
    client.force_login(one)
    post(client, "interest-end", key, meeting=item.meeting_id)
    assert "Voisin du chantier" not in page(client, "meeting", item.meeting_id)
    assert 'name="choice"' in page(client, "voice", item.meeting_id)


# ---------------------------------------------------------------- decided


def test_a_decision_sent_twice_is_one_and_keeps_what_it_rested_on(client, item):
    owner = make_user()
    sent = {**DECIDED, "key": uuid4(), "condition_0": "Subvention obtenue",
            "condition_0_on": "2027-03-01", "action_0": "Notifier", "action_0_owner": owner.pk,
            "action_0_on": "2027-01-15"}  # fmt: skip
    for _ in range(2):
        assert post(client, "item-screen", item.pk, "decision", **sent).status_code == 302
    decision = Decision.objects.get()
    assert decision.rested_on["project"]["code"] == item.project.code
    assert "targets" in decision.rested_on
    assert FollowUpAction.objects.get().due_on == date(2027, 1, 15)
    html = page(client, "decision", decision.pk)
    assert "Subvention obtenue" in html
    assert decision.seal in html


def test_the_second_tab_is_told_and_its_words_are_kept(client, item):
    post(client, "item-screen", item.pk, "decision", key=uuid4(), **DECIDED)
    late = {**DECIDED, "text": "Autre texte, dans l’autre onglet"}
    answer = post(client, "item-screen", item.pk, "decision", key=uuid4(), **late)
    assert answer.status_code == 422
    assert Decision.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"condition_0": "Sans date"}, {"action_0": "Sans porteur", "action_0_on": "2027-01-01"},
     {"reason": ""}, {"kind": ""}, {"condition_0": "Passée", "condition_0_on": "2020-01-01"}],
)  # fmt: skip
def test_half_a_row_or_a_missing_word_is_told_and_nothing_is_decided(client, item, wrong):
    sent = {**DECIDED, "key": uuid4(), "text": "Texte de la décision"} | wrong
    answer = post(client, "item-screen", item.pk, "decision", **sent)
    assert answer.status_code == 422
    assert "Texte de la décision" in answer.content.decode()
    assert not Decision.objects.exists()


def test_a_member_decides_nothing_alone(client, item):
    client.force_login(people(item.meeting)[1])
    answer = post(client, "item-screen", item.pk, "decision", key=uuid4(), **DECIDED)
    assert answer.status_code == 404
    assert not Decision.objects.exists()


# ---------------------------------------------------------------- what follows


def test_the_register_is_filtered_and_given_as_a_table(client, item):
    decide(item, what(conditions=[condition(days=1)]))
    other = make_decision(make_project(name_fr="Pont", visibility="INTERNAL"), what("REJECT"))
    html = page(client, "decisions", kind="REJECT")
    assert "Pont" in html.split("<tbody")[1]
    assert "Halle" not in html.split("<tbody")[1]
    lines = page(client, "decisions-csv", follow="LAPSED").strip().splitlines()
    assert len(lines) == 2
    assert "Halle" in lines[1]
    assert other.seal not in lines[1]
    assert "notice--bad" in page(client, "decisions", kind="NONE")


def test_a_decision_about_a_draft_is_read_by_those_who_read_it_alone(client):
    decision = make_decision(make_project(visibility="DRAFT", name_fr="Secret"))
    client.force_login(make_user())
    assert client.get(reverse("portfolio:decision", args=[decision.pk])).status_code == 404
    assert "Secret" not in page(client, "decisions")


def test_an_action_is_in_the_week_of_its_owner_until_it_is_done(client):
    owner = make_user()
    project = make_project(visibility="INTERNAL")
    made = make_decision(project, what(actions=[action(owner, "Notifier le marché")]))
    client.force_login(owner)
    assert "Notifier le marché" in page(client, "home")
    key = made.actions.get().pk
    assert post(client, "action-complete", key, how=" ").status_code == 422
    post(client, "action-complete", key, how="Notifié le 3 mai")
    assert "Notifier le marché" not in page(client, "home")
    assert "Notifié le 3 mai" in page(client, "decision", made.pk)
    client.force_login(make_user())
    assert client.get(reverse("portfolio:action-complete", args=[key])).status_code == 404


def test_a_condition_is_met_by_who_prepares_the_committee(client, item):
    made = decide(item, what(conditions=[condition()]))
    key = made.conditions.get().pk
    post(client, "condition-meet", key, how="Arrêté du 3 mai")
    assert "Arrêté du 3 mai" in page(client, "decision", made.pk)
    client.force_login(people(item.meeting)[1])
    assert client.get(reverse("portfolio:condition-meet", args=[key])).status_code == 404


def test_my_meetings_are_in_my_week(client):
    committee = make_committee()
    make_meeting(committee, at=timezone.now() + timedelta(days=3))
    client.force_login(people(Meeting.objects.get())[1])
    assert committee.name in page(client, "home")
    client.force_login(make_user())
    assert committee.name not in page(client, "home")


# ---------------------------------------------------------------- proposed again


def test_a_proposal_is_put_on_an_agenda_or_dismissed_with_a_reason(client):
    project = make_project(visibility="INTERNAL", cost=None)
    make_estimate(project, 10)
    other = make_project(visibility="INTERNAL")
    rested = {"cost": {"amount_eur": "5.00"}}
    for one in (project, other):
        make_decision(one, snapshot=rested)
    proposals.reconcile(at=timezone.now())
    meeting = make_meeting(make_committee())
    client.force_login(meeting.committee.chair)
    first, second = AgendaProposal.objects.order_by("pk")
    html = page(client, "proposals")
    assert project.name in html
    accepted = {"meeting": meeting.pk, "question": "Que faire ?"}
    post(client, "proposal-accept", first.pk, **accepted)
    post(client, "proposal-accept", first.pk, **accepted)
    assert meeting.items.get().reason
    assert post(client, "proposal-dismiss", second.pk, reason="").status_code == 422
    post(client, "proposal-dismiss", second.pk, reason="Écart connu")
    assert [one.state for one in AgendaProposal.objects.order_by("pk")] == ["ACCEPTED", "DISMISSED"]
    client.force_login(people(opened(meeting))[1])
    assert client.get(reverse("portfolio:proposals")).status_code == 404
