"""Whoever deposits a file is reminded by mail that it is late, once for a period."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from indicators.models import Feed, Run
from indicators.services import depositors, reminders
from portfolio.models import Reminder
from portfolio.services import digests, notifications
from tests.factories.indicators import make_feed, make_indicator, make_source
from tests.factories.portfolio import make_user

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
MONDAY = datetime(2026, 6, 1, 7, 30, tzinfo=PARIS)
WEEK = timedelta(days=7)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
MAPPING = {"time": {"field": "mois", "timezone": "Europe/Paris", "period": "MONTH"},
           "value": {"field": "n"}}  # fmt: skip


def person(name: str, **fields):
    email = f"{name}@example.org"
    return make_user(username=name, email=email, date_joined=LONG_AGO, **fields)


@pytest.fixture
def nadia():
    return person("nadia")


@pytest.fixture
def feed(nadia) -> Feed:
    """The file of April 2026 is late since 11 May."""
    indicator = make_indicator(
        name_fr="Signalements", name_en="Reports", frequency="MONTH", stale_after_days=40
    )
    feed = make_feed(
        code="signalements", indicator=indicator, mapping=MAPPING, starts_on=date(2026, 4, 1),
        source=make_source(protocol="drop", base_url="drop://voirie"),
    )  # fmt: skip
    depositors.open_feed(feed=feed, to=nadia, by=None, at=LONG_AGO)
    return feed


def monday(weeks: int = 0) -> list[str]:
    """What leaves on a Monday morning; the bodies."""
    now, before = MONDAY + weeks * WEEK, len(mail.outbox)
    reminders.remind(now=now)
    for pk in digests.plan(now=now):
        digests.send(mail_id=pk, clock=lambda: now)
    return [letter.body for letter in mail.outbox[before:]]


def published_until(feed: Feed, day: date) -> None:
    feed.watermark_at = datetime(day.year, day.month, day.day, tzinfo=PARIS)
    feed.save()


def test_a_late_file_is_told_once_with_the_way_to_deposit_it(feed):
    (body,) = monday()
    assert (
        "Signalements, avril 2026\N{NO-BREAK SPACE}: le fichier est attendu, en retard depuis"
        in body
    )
    assert "http://127.0.0.1:8000/pilotage/donnees/flux/signalements/deposer/" in body
    assert monday(1) == []
    assert Reminder.objects.get().told_at is not None


def test_a_file_that_is_not_late_yet_is_not_told(feed):
    published_until(feed, date(2026, 5, 1))
    assert monday() == []


def test_the_next_period_is_told_in_its_turn(feed):
    monday()
    published_until(feed, date(2026, 5, 1))
    assert monday(1) == []
    assert Reminder.objects.get().closed_at is not None
    (body,) = monday(2)
    assert "mai 2026" in body


def test_what_was_deposited_before_the_mail_left_is_not_told(feed):
    reminders.remind(now=MONDAY - timedelta(days=2))
    published_until(feed, date(2026, 5, 1))
    assert monday() == []


def test_a_file_that_waits_for_a_decision_is_told_only_once_it_is_rejected(feed):
    span = [datetime(2026, month, 1, tzinfo=PARIS) for month in (4, 5)]
    run = Run.objects.create(
        feed=feed, window_start=span[0], window_end=span[1], due_at=MONDAY, state="HELD"
    )
    assert monday() == []
    Run.objects.filter(pk=run.pk).update(decision="REJECTED", decided_at=MONDAY)
    (body,) = monday(1)
    assert "avril 2026" in body


def test_a_file_of_another_period_that_waits_for_a_decision_changes_nothing(feed):
    span = [datetime(2026, month, 1, tzinfo=PARIS) for month in (2, 3)]
    Run.objects.create(
        feed=feed, window_start=span[0], window_end=span[1], due_at=MONDAY, state="HELD"
    )
    assert len(monday()) == 1


def test_whoever_chose_never_is_not_told(feed, nadia):
    notifications.choose(user=nadia, choices={"deposits": "OFF"})
    assert monday() == []


def test_it_speaks_the_language_of_the_person(feed, nadia):
    notifications.choose(user=nadia, choices={"language": "en"})
    (body,) = monday()
    assert "Reports, April 2026: the file is awaited" in body
    assert "/en/pilotage/donnees/flux/signalements/deposer/" in body


def test_whoever_may_no_longer_deposit_is_not_told(feed, nadia):
    depositors.close_feed(feed=feed, to=nadia, by=nadia, at=LONG_AGO)
    assert monday() == []


def test_where_a_feed_is_open_to_nobody_the_steward_of_its_source_is_told(feed, nadia):
    feed.source.steward = person("lina")
    feed.source.save()
    monday()
    assert [letter.to for letter in mail.outbox] == [["nadia@example.org"]]
    depositors.close_feed(feed=feed, to=nadia, by=nadia, at=LONG_AGO)
    (body,) = monday(1)
    assert "Signalements" in body
    assert mail.outbox[-1].to == ["lina@example.org"]


@pytest.mark.parametrize("model", ["feed", "source"])
def test_nothing_is_awaited_of_what_is_switched_off(feed, model):
    record = feed if model == "feed" else feed.source
    record.is_active = False
    record.save()
    assert monday() == []


def test_a_mail_that_could_not_leave_has_told_nothing(feed, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert monday() == []
    assert Reminder.objects.get().told_at is None
