"""Alerts when the chance of reaching a target crosses a threshold."""

from datetime import timedelta

import pytest

from indicators.services import targets
from portfolio.models import Alert
from portfolio.services import alerts
from tests.factories.forecasts import make_forecast
from tests.factories.indicators import make_target
from tests.factories.portfolio import NOW, make_project

pytestmark = pytest.mark.django_db
KINDS = ["FORECAST_LOW", "FORECAST_HIGH"]


def look(*chances: float | None, days_ago: int = 1) -> list[Alert]:
    """A target whose chances were these, a week apart, the last `days_ago`."""
    target = make_target(project=make_project())
    for number, chance in enumerate(reversed(chances)):
        make_forecast(target, chance, at=NOW - timedelta(days=days_ago + 7 * number))
    alerts.reconcile(at=NOW, project_ids=[target.project_id])
    return list(Alert.objects.open().filter(kind__in=KINDS))


@pytest.mark.parametrize(
    ("chances", "kinds"),
    [
        ((0.6, 0.2), ["FORECAST_LOW"]),
        ((0.6, 0.2, 0.1), ["FORECAST_LOW"]),
        ((0.5, 0.8), ["FORECAST_HIGH"]),
        ((0.5, 0.8, 0.9), ["FORECAST_HIGH"]),
        ((0.2,), []),
        ((0.9,), []),
        ((0.6, 0.4), []),
        ((0.6, 0.2, 0.4), []),
        ((0.6, None, 0.2), []),
        ((0.6, None), []),
        ((), []),
    ],
)
def test_only_a_chance_that_crossed_a_threshold_is_told(chances, kinds):
    assert [alert.kind for alert in look(*chances)] == kinds


def test_what_it_was_before_is_told_with_its_day():
    (alert,) = look(0.62, 0.2, 0.1)
    assert (alert.data["before"], alert.data["on"]) == (6, "2026-05-17")


def test_good_news_is_no_news_after_a_month():
    assert look(0.5, 0.8, days_ago=31) == []


def test_the_alert_closes_once_the_chance_is_back():
    (alert,) = look(0.6, 0.2)
    make_forecast(alert.project.targets.get(), 0.5, at=NOW)
    alerts.reconcile(at=NOW + timedelta(days=1), project_ids=[alert.project_id])
    assert not Alert.objects.open().filter(kind__in=KINDS).exists()


def test_a_target_that_was_taken_off_alerts_nobody_any_more():
    (alert,) = look(0.6, 0.2)
    target = alert.project.targets.get()
    targets.withdraw(target=target, by=None, reason="Mesure abandonnée", at=NOW)
    alerts.reconcile(at=NOW + timedelta(days=1), project_ids=[alert.project_id])
    assert not Alert.objects.open().filter(kind__in=KINDS).exists()


def test_a_target_of_the_territory_alerts_nobody():
    target = make_target()
    for chance, days in ((0.6, 8), (0.2, 1)):
        make_forecast(target, chance, at=NOW - timedelta(days=days))
    alerts.reconcile(at=NOW)
    assert not Alert.objects.filter(kind__in=KINDS).exists()
