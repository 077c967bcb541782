"""One alert for one cause: opened, closed by itself, opened again; acknowledged or put off."""

import threading
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from portfolio.models import Alert, FreshnessCommitment
from portfolio.services import alerts
from tests.factories.portfolio import (
    NOW,
    make_authorisation,
    make_credit,
    make_estimate,
    make_funding,
    make_milestone,
    make_project,
    make_risk,
    make_user,
)  # fmt: skip
from tests.factories.reviews import make_alert, make_review

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 1)


@pytest.fixture
def project():
    """Nothing to tell: reviewed, and renewed."""
    project = make_project(created_at=NOW - timedelta(days=60))
    make_review(project, date(2026, 4, 1), state="SUBMITTED")
    return project


def kinds(project, at=NOW):
    alerts.reconcile(at=at)
    return sorted(Alert.objects.open().filter(project=project).values_list("kind", flat=True))


def test_a_project_in_order_gives_no_alert(project):
    assert kinds(project) == []


@pytest.mark.parametrize(
    ("days", "expected"),
    [(15, []), (14, ["MILESTONE_DUE"]), (0, ["MILESTONE_DUE"]), (-1, ["MILESTONE_LATE"])],
)
def test_a_milestone_is_announced_a_fortnight_before_and_late_the_day_after(
    project, days, expected
):
    on = TODAY + timedelta(days=days)
    make_milestone(project, original_on=on, current_on=on)
    assert kinds(project) == expected


@pytest.mark.parametrize(
    ("paid", "expected"),
    [(100_000, ["CREDITS_UNDER"]), (200_000, []), (400_000, ["CREDITS_OVER"])],
)
def test_payments_far_from_the_pace_of_the_year_are_told(project, paid, expected):
    make_credit(project, committed_eur=Decimal(500_000), paid_eur=Decimal(paid))
    assert kinds(project) == expected


def test_credits_above_the_authorisation_are_told(project):
    make_authorisation(project, "400000")
    make_credit(project)  # 500 000 voted
    assert kinds(project) == ["AP_EXCEEDED"]


def test_a_review_is_missing_five_working_days_after_the_month(project):
    """May's: five working days after 31 May 2026 end on Friday 5 June."""
    assert kinds(project, at=NOW + timedelta(days=4)) == []
    assert kinds(project, at=NOW + timedelta(days=5)) == ["REVIEW_MISSING"]


def test_a_later_review_stands_for_the_missing_one(project):
    make_review(project, date(2026, 6, 1), state="SUBMITTED")
    assert kinds(project, at=NOW + timedelta(days=5)) == []


def test_a_draft_is_not_a_review(project):
    make_review(project, date(2026, 5, 1))
    assert kinds(project, at=NOW + timedelta(days=5)) == ["REVIEW_MISSING"]


def test_figures_older_than_the_commitment_are_told(project):
    FreshnessCommitment.objects.filter(group="CREDITS").update(days=10)
    make_credit(project, recorded_at=NOW - timedelta(days=11))
    assert kinds(project) == ["FIELD_STALE"]


def test_a_review_confirms_the_cost_and_the_calendar(project):
    project.cost_estimates.update(recorded_at=NOW - timedelta(days=800))
    assert kinds(project) == []
    project.reviews.update(submitted_at=NOW - timedelta(days=700))
    assert kinds(project) == ["FIELD_STALE"]


def test_a_withdrawn_milestone_says_nothing_of_the_age_of_the_calendar(project):
    milestone = make_milestone(project, actual_on=date(2026, 1, 5))
    milestone.revisions.create(
        before_on=date(2027, 3, 1), after_on=date(2027, 4, 1), reason="Appel d’offres",
        revised_at=NOW - timedelta(days=800),
    )  # fmt: skip
    project.reviews.update(submitted_at=NOW - timedelta(days=700))
    assert kinds(project) == ["FIELD_STALE"]
    project.milestones.filter(pk=milestone.pk).update(withdrawn_at=NOW)
    assert kinds(project) == []


def test_what_was_never_entered_has_no_age():
    project = make_project(cost=None)
    make_review(project, date(2026, 4, 1), state="SUBMITTED")
    assert kinds(project) == []


@pytest.mark.parametrize(("days", "told"), [(46, False), (45, True), (-3, True)])
def test_a_funding_deadline_is_told_before_and_after(project, days, told):
    make_funding(project, deadline_on=TODAY + timedelta(days=days), recorded_at=NOW)
    assert kinds(project) == (["FUNDING_DEADLINE"] if told else [])


def test_a_funding_that_is_received_has_no_deadline_left(project):
    make_funding(
        project, deadline_on=TODAY, notified_eur=Decimal(5), notified_on=TODAY,
        received_eur=Decimal(5), received_on=TODAY,
    )  # fmt: skip
    assert kinds(project) == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"due_on": TODAY - timedelta(days=1)}, ["RISK_ACTION_LATE"]),
        ({"due_on": TODAY}, []),
        ({"due_on": None}, []),
        ({"due_on": date(2026, 5, 1), "status": "CLOSED", "closed_on": date(2026, 5, 2)}, []),
        ({"due_on": date(2026, 5, 1), "withdrawn_at": NOW}, []),
    ],
)
def test_the_action_of_an_open_risk_is_told_once_its_day_has_passed(project, fields, expected):
    make_risk(project, **fields)
    assert kinds(project) == expected


@pytest.mark.parametrize("fields", [{"state": "SUSPENDED"}, {"visibility": "DRAFT"}])
def test_a_project_that_rests_or_is_a_draft_gives_no_alert(fields):
    project = make_project(**fields)
    make_milestone(project, original_on=date(2020, 1, 1), current_on=date(2020, 1, 1))
    assert kinds(project) == []


# ---------------------------------------------------------------- reconciling


def test_done_again_it_changes_nothing(project):
    make_milestone(project, original_on=TODAY, current_on=TODAY)
    assert alerts.reconcile(at=NOW).opened == 1
    before = list(Alert.objects.values())
    assert alerts.reconcile(at=NOW) == alerts.Reconciled()
    assert list(Alert.objects.values()) == before


def test_an_alert_closes_with_its_cause_and_opens_again_when_it_returns(project):
    milestone = make_milestone(project, original_on=TODAY, current_on=TODAY)
    alerts.reconcile(at=NOW)
    alert = Alert.objects.get()
    alerts.acknowledge(alert=alert, by=make_user(), reason="Prévenu", at=NOW)
    milestone.current_on = TODAY + timedelta(days=90)
    milestone.save()
    assert alerts.reconcile(at=NOW + timedelta(hours=1)).closed == 1
    milestone.current_on = TODAY
    milestone.save()
    assert alerts.reconcile(at=NOW + timedelta(hours=2)).reopened == 1
    alert.refresh_from_db()
    assert (alert.closed_at, alert.times_opened, alert.handling) == (None, 2, "NONE")


def test_one_look_at_some_projects_leaves_the_others_alone(project):
    other = make_alert()
    alerts.reconcile(at=NOW, project_ids=[project.pk])
    other.refresh_from_db()
    assert other.closed_at is None


def test_the_figures_of_an_open_alert_follow_the_record(project):
    milestone = make_milestone(project, original_on=TODAY, current_on=TODAY)
    alerts.reconcile(at=NOW)
    milestone.name_fr = "Inauguration"
    milestone.save()
    assert alerts.reconcile(at=NOW).renewed == 1
    assert Alert.objects.get().data["name_fr"] == "Inauguration"


def test_the_number_of_queries_does_not_depend_on_the_projects(
    django_assert_num_queries, django_assert_max_num_queries
):
    def fill(count):
        for _ in range(count):
            project = make_project()
            make_credit(project, paid_eur=Decimal(400_000), committed_eur=Decimal(400_000))
            make_milestone(project, original_on=TODAY, current_on=TODAY)
            make_funding(project, deadline_on=TODAY)

    fill(1)
    with django_assert_max_num_queries(30) as few:
        alerts.reconcile(at=NOW)
    fill(5)
    with django_assert_num_queries(len(few.captured_queries)):
        alerts.reconcile(at=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_looks_at_once_open_each_alert_once():
    for _ in range(8):
        project = make_project()
        make_estimate(project, Decimal(9))
        make_milestone(project, original_on=TODAY, current_on=TODAY)
    start, wrong = threading.Barrier(4), []

    def look():
        try:
            start.wait(10)
            alerts.reconcile(at=NOW)
        except Exception as error:  # noqa: BLE001 - told below
            wrong.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []
    assert Alert.objects.filter(kind="MILESTONE_DUE").count() == 8
    assert set(Alert.objects.values_list("times_opened", flat=True)) == {1}


# ---------------------------------------------------------------- people


def test_acknowledged_it_is_quiet_until_its_cause_goes():
    alert = make_alert()
    alerts.acknowledge(alert=alert, by=make_user(), reason="L’entreprise est relancée", at=NOW)
    assert not Alert.objects.loud(date(2030, 1, 1)).exists()
    assert Alert.objects.open().exists()


def test_put_off_it_comes_back_on_its_day():
    alert, until = make_alert(), TODAY + timedelta(days=7)
    alerts.snooze(alert=alert, until=until, by=make_user(), reason="Réunion le 8", at=NOW)
    assert not Alert.objects.loud(until - timedelta(days=1)).exists()
    assert Alert.objects.loud(until).exists()


@pytest.mark.parametrize("days", [0, 184])
def test_it_is_put_off_to_a_day_within_six_months(days):
    with pytest.raises(ValidationError):
        alerts.snooze(
            alert=make_alert(), until=TODAY + timedelta(days=days), by=make_user(), reason="x",
            at=NOW,
        )  # fmt: skip


def test_it_is_not_silenced_without_a_reason():
    with pytest.raises(ValidationError):
        alerts.acknowledge(alert=make_alert(), by=make_user(), reason=" ", at=NOW)


def test_what_was_done_can_be_undone():
    alert = make_alert()
    alerts.acknowledge(alert=alert, by=make_user(), reason="Vu", at=NOW)
    alerts.unhandle(alert=alert, by=make_user(), at=NOW)
    assert list(Alert.objects.loud(TODAY)) == [alert]


def test_a_closed_alert_is_not_handled():
    with pytest.raises(ValidationError):
        alerts.acknowledge(alert=make_alert(closed_at=NOW), by=make_user(), reason="Vu", at=NOW)


def test_the_first_time_it_was_seen_stays():
    alert = make_alert()
    alerts.see(alerts=[alert], at=NOW)
    alerts.see(alerts=[alert], at=datetime(2030, 1, 1, tzinfo=ZoneInfo("UTC")))
    alert.refresh_from_db()
    assert alert.seen_at == NOW
