"""Digests: due once, for those who want them, in their language."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.management import call_command

from portfolio.models import DigestMail, NotificationChoice
from portfolio.services import alerts, digests, notifications
from tests.factories.portfolio import make_milestone, make_organisation, make_project, make_user
from tests.factories.reviews import make_review

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
MONDAY = datetime(2026, 6, 1, 7, 30, tzinfo=PARIS)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def manager():
    return make_user(
        username="nadia", first_name="Nadia", email="nadia@example.org", date_joined=LONG_AGO
    )


@pytest.fixture
def project(manager):
    """Late, and its last review is missing."""
    project = make_project(
        manager=manager, name_fr="Pont-quai", name_en="Quay bridge",
        created_at=datetime(2025, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    make_milestone(project, original_on=date(2026, 5, 1), current_on=date(2026, 5, 1))
    alerts.reconcile(at=MONDAY)
    return project


def send_all(now):
    return [digests.send(mail_id=pk, clock=lambda: now) for pk in digests.plan(now=now)]


def test_on_monday_morning_each_person_gets_one_mail(project):
    assert send_all(MONDAY - timedelta(minutes=1)) == []
    (sent,) = send_all(MONDAY)
    assert (sent.state, sent.period_on) == ("SENT", date(2026, 6, 1))
    assert send_all(MONDAY + timedelta(hours=1)) == []
    (letter,) = mail.outbox
    assert letter.to == ["nadia@example.org"]
    assert "Pont-quai" in letter.body
    assert "http://127.0.0.1:8000/pilotage/projets/" in letter.body
    assert "http://127.0.0.1:8000/pilotage/mes-notifications/" in letter.body
    assert letter.alternatives[0][1] == "text/html"


def test_sent_again_it_does_not_leave_twice(project):
    (pk,) = digests.plan(now=MONDAY)
    for _ in range(3):
        digests.send(mail_id=pk, clock=lambda: MONDAY)
    assert len(mail.outbox) == 1


def test_an_account_that_was_closed_since_gets_no_mail(project, manager):
    (pk,) = digests.plan(now=MONDAY)
    manager.is_active = False
    manager.save()
    assert digests.send(mail_id=pk, clock=lambda: MONDAY).state == "EMPTY"
    assert mail.outbox == []


def test_the_other_days_are_for_those_who_asked_for_every_day(project, manager):
    tuesday = MONDAY + timedelta(days=1)
    send_all(MONDAY)
    assert send_all(tuesday) == []
    notifications.choose(user=manager, choices={"milestones": "DAILY"})
    (sent,) = send_all(tuesday)
    assert not sent.is_weekly
    assert "Ouverture" in mail.outbox[-1].body
    assert "REVUES" not in mail.outbox[-1].body


def test_nobody_is_told_what_they_do_not_want(project, manager):
    off = dict.fromkeys(NotificationChoice.TOPICS, "OFF")
    notifications.choose(user=manager, choices=off)
    assert digests.plan(now=MONDAY) == []
    notifications.choose(user=manager, choices={"money": "WEEKLY"})
    (sent,) = send_all(MONDAY)
    assert sent.state == "EMPTY"
    assert mail.outbox == []


def test_it_speaks_the_language_of_the_person(project, manager):
    notifications.choose(user=manager, choices={"language": "en"})
    send_all(MONDAY)
    (letter,) = mail.outbox
    assert "Quay bridge" in letter.body
    assert "/en/pilotage/projets/" in letter.body
    assert "Hello Nadia" in letter.body


def test_one_who_answers_for_nothing_gets_no_mail(project):
    make_user(email="autre@example.org", date_joined=LONG_AGO)
    assert sorted(m.state for m in send_all(MONDAY)) == ["EMPTY", "SENT"]


def test_without_a_manager_the_department_is_told_then_the_administrators(project, manager):
    department = make_organisation()
    member = make_user(email="equipe@example.org", organisation=department, date_joined=LONG_AGO)
    make_user(email="admin@example.org", is_superuser=True, date_joined=LONG_AGO)
    project.manager, project.lead = None, department
    project.save()
    send_all(MONDAY)
    assert [m.to for m in mail.outbox] == [["equipe@example.org"]]
    DigestMail.objects.all().delete()
    mail.outbox.clear()
    member.is_active = False
    member.save()
    send_all(MONDAY)
    assert [m.to for m in mail.outbox] == [["admin@example.org"]]


def test_who_may_validate_is_told_how_many_wait(project, manager):
    make_user(email="directrice@example.org", is_superuser=True, date_joined=LONG_AGO)
    make_review(project, date(2026, 5, 1), state="SUBMITTED", submitted_by=manager)
    send_all(MONDAY)
    told = {m.to[0]: m.body for m in mail.outbox}
    assert "/pilotage/revues/" in told["directrice@example.org"]
    assert "/pilotage/revues/" not in told["nadia@example.org"]


def test_news_of_the_time_before_the_account_or_too_old_is_not_sent(project, manager):
    assert digests.plan(now=MONDAY + timedelta(days=3)) == []
    manager.date_joined = MONDAY + timedelta(hours=1)
    manager.save()
    assert digests.plan(now=MONDAY + timedelta(hours=2)) == []


def test_without_an_address_there_is_no_mail(project, manager):
    manager.email = ""
    manager.save()
    assert digests.plan(now=MONDAY) == []


def test_a_dry_run_prints_and_sends_nothing(project, capsys):
    call_command("send_digest", dry_run=True)
    assert "nadia@example.org" in capsys.readouterr().out
    assert mail.outbox == []
    assert not DigestMail.objects.exists()
