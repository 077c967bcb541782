"""A verdict that changed is an alert of its project, until it is dealt with or two months old; the
public page and the sheet tell the verdict that stands."""

from datetime import UTC, datetime, timedelta

import pytest

from indicators.services import evaluations
from indicators.tasks import evaluate_changed, evaluate_one
from portfolio.models import Alert
from portfolio.queries.alert_words import words
from portfolio.queries.digest import digest, topics
from portfolio.services import notifications
from portfolio.services.alerts import reconcile
from reports.builders.project_sheet import build
from tests.factories.evaluations import AFTER, make_plan, make_result
from tests.factories.portfolio import make_project, make_user

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
SHOWN = {
    "verdict": "SHOWN", "own_verdict": "SHOWN", "grade": "A", "reasons": [], "family_size": 1,
    "sentence_fr": "Le projet a réduit le bruit.", "sentence_en": "The project reduced noise.",
    "effect": {"point": -2.0, "low": -3.0, "high": -1.0, "level": 0.95},
}  # fmt: skip
pytestmark = pytest.mark.django_db


def verdict_alerts(at=NOW):
    reconcile(at=at)
    return list(Alert.objects.filter(kind="VERDICT_CHANGED", closed_at=None))


def test_a_first_verdict_alerts_nobody_and_a_changed_one_does():
    plan = make_plan(make_project(), locked=True)
    make_result(plan, computed_at=NOW - timedelta(40))
    make_result(plan, computed_at=NOW - timedelta(30))
    assert verdict_alerts() == []
    make_result(plan, computed_at=NOW - timedelta(5), **SHOWN)
    make_result(plan, computed_at=NOW - timedelta(1), **SHOWN)
    (alert,) = verdict_alerts()
    told = words(alert, today=NOW.date()).sentence
    assert "trop tôt pour le dire" in told
    assert "effet montré" in told
    assert "27 mai 2026" in told


def test_the_alert_ends_after_two_months_or_with_a_withdrawal():
    for project in (make_project(), make_project()):
        plan = make_plan(project, locked=True)
        make_result(plan, computed_at=NOW - timedelta(40))
        make_result(plan, computed_at=NOW - timedelta(5), **SHOWN)
    assert len(verdict_alerts()) == 2
    evaluations.withdraw(evaluation=plan, by=None, reason="Erreur", at=NOW)
    assert len(verdict_alerts()) == 1
    assert verdict_alerts(at=NOW + timedelta(60)) == []


def test_changed_verdicts_are_a_choice_of_their_own_in_the_mails():
    manager = make_user()
    plan = make_plan(make_project(manager=manager), locked=True)
    make_result(plan, computed_at=NOW - timedelta(40))
    make_result(plan, computed_at=NOW - timedelta(5), **SHOWN)
    reconcile(at=NOW)

    def told(**choices: str) -> set[str]:
        choice = notifications.choose(user=manager, choices=choices)
        chosen = topics(choice, is_weekly=True)
        return {one.alert.kind for one in digest(manager, chosen=chosen, today=NOW.date()).alerts}

    assert "VERDICT_CHANGED" in told(effects="OFF", verdicts="WEEKLY")
    assert "VERDICT_CHANGED" not in told(effects="WEEKLY", verdicts="OFF")


def test_the_night_computes_every_standing_plan(settings):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    standing, withdrawn, draft = (make_plan(make_project(), locked=n < 2) for n in range(3))
    evaluations.withdraw(evaluation=withdrawn, by=None, reason="Erreur", at=NOW)
    for plan in (standing, withdrawn, draft):
        evaluate_one(plan.pk)
    assert [plan.results.count() for plan in (standing, withdrawn, draft)] == [1, 0, 0]
    assert evaluate_changed.name == "indicators.tasks.evaluate_changed"


def test_the_public_page_tells_sentence_grade_and_the_mark(client):
    project = make_project()
    sure, late = make_plan(project, locked=True), make_plan(project)
    evaluations.lock(evaluation=late, by=None, at=AFTER)
    make_result(sure, **SHOWN)
    make_result(late)
    text = client.get(f"/projets/{project.code}/").content.decode()
    assert "Ce que le projet a changé" in text
    assert "Le projet a réduit le bruit." in text
    assert "Note A" in text
    assert "Enregistrée à l’avance, avec un groupe de comparaison" in text
    assert "exploratoire" in text
    assert "/preuves/" not in text
    evaluations.withdraw(evaluation=sure, by=None, reason="Erreur", at=NOW)
    assert "Le projet a réduit" not in client.get(f"/projets/{project.code}/").content.decode()


def test_a_project_without_evaluation_says_nothing_of_it(client):
    project = make_project()
    make_plan(project)
    assert (
        "Ce que le projet a changé" not in client.get(f"/projets/{project.code}/").content.decode()
    )


def test_the_sheet_has_a_line_for_each(db):
    project = make_project()
    make_result(make_plan(project, locked=True), **SHOWN)
    sheet = build({"project": project.code}, make_user(is_superuser=True), NOW)
    assert [one.result.sentence for one in sheet.evaluations] == ["Le projet a réduit le bruit."]
