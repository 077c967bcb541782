"""Senders that are killed, or that send at once: no person gets the same digest twice."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from portfolio.models import DigestMail
from portfolio.services import digests
from tests.conftest import ROOT
from tests.factories.portfolio import make_milestone, make_project, make_user
from tests.smtp import MailServer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]


@pytest.fixture
def server():
    with MailServer() as server:
        yield server


@pytest.fixture
def people():
    """Two people with a late milestone each, whose digests wait in the outbox. They join now: no other
    one is due, whatever the day of the week (on a Tuesday morning, that of Monday is)."""
    today, now = timezone.localdate(), timezone.now()
    for name in ("anna", "boris"):
        user = make_user(username=name, email=f"{name}@example.org", date_joined=now)
        project = make_project(manager=user, name_fr=f"Rue de {name}")
        make_milestone(project, original_on=today, current_on=today + timedelta(days=1))
        DigestMail.objects.create(user=user, period_on=today, is_weekly=True, changed_at=now)


def sender(server: MailServer) -> subprocess.Popen:
    base = os.environ["DATABASE_URL"].rpartition("/")[0]
    database = f"{base}/{connection.settings_dict['NAME']}"
    environment = os.environ | {"EMAIL_URL": server.url, "DATABASE_URL": database}
    command = [sys.executable, "manage.py", "send_digest"]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)


def killer(process: list) -> object:
    """Kills the sender that is talking, once."""

    def kill() -> None:
        if process:
            os.kill(process.pop().pid, signal.SIGKILL)

    return kill


@pytest.mark.parametrize(("step", "of_the_first"), [("ACCEPTED", 1), ("MAIL", 0)])
def test_a_sender_killed_while_it_sends_leaves_one_mail_at_most_and_the_others_go(
    server, people, step, of_the_first
):
    running: list = []
    server.steps[step] = killer(running)
    first = sender(server)
    running.append(first)
    assert first.wait(60) == -signal.SIGKILL
    assert sender(server).wait(60) == 0
    told = [sum(f"To: {name}@" in mail for mail in server.mails) for name in ("anna", "boris")]
    assert told == [of_the_first, 1]
    states = dict(DigestMail.objects.values_list("user__username", "state"))
    assert states == {"anna": "CLAIMED", "boris": "SENT"}


def test_several_senders_at_once_send_each_mail_once(server, people):
    for process in [sender(server) for _ in range(3)]:
        assert process.wait(60) == 0
    assert len(server.mails) == 2
    assert set(DigestMail.objects.values_list("state", flat=True)) == {"SENT"}


def test_a_server_that_cannot_be_reached_leaves_the_mail_waiting(people, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    mail = DigestMail.objects.order_by("pk").first()
    for number in range(digests.MAX_ATTEMPTS):
        assert mail.state == "WAITING", number
        mail = digests.send(mail_id=mail.pk, clock=timezone.now)
    assert mail.state == "FAILED"
