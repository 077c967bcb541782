from dataclasses import replace
from datetime import date, timedelta

import pghistory.models
import pytest
from django.core.exceptions import ValidationError

from indicators.models import Target, TargetPoint
from indicators.results import Point
from indicators.services import targets
from indicators.services.targets import Terms
from tests.factories.indicators import make_indicator
from tests.factories.portfolio import NOW, make_project, make_user, make_zone

pytestmark = pytest.mark.django_db
IN_2028, IN_2030 = date(2028, 12, 31), date(2030, 12, 31)
TERMS = Terms(
    points=(Point(IN_2028, 120.0), Point(IN_2030, 150.0)),
    baseline_value=100.0,
    baseline_on=date(2024, 12, 31),
    note="Plan vélo",
)
LATER = NOW + timedelta(days=1)


def set_target(terms: Terms = TERMS, direction: str = "UP", **given) -> Target:
    given = {"by": None, "reason": "Délibération", "at": NOW} | given
    given.setdefault("indicator", None)
    given["indicator"] = given["indicator"] or make_indicator(direction=direction)
    given.setdefault("zone", None)
    given["zone"] = given["zone"] or make_zone()
    return targets.set_target(terms=terms, **given)


def points(target: Target) -> list[tuple]:
    return list(target.points.order_by("due_on").values_list("due_on", "value", "low", "high"))


def history(target: Target) -> list[tuple]:
    """What happened to the target and its points: label, author, reason."""
    events = pghistory.models.Events.objects.tracks(target)
    return [(e.pgh_label, e.pgh_context["user"], e.pgh_context["reason"]) for e in events]


def test_a_target_is_stored_with_its_points_author_and_reason():
    author = make_user()
    target = set_target(by=author, project=make_project())
    assert (target.baseline_value, target.path, target.note) == (100.0, "LINEAR", "Plan vélo")
    assert points(target) == [(IN_2028, 120.0, None, None), (IN_2030, 150.0, None, None)]
    assert history(target) == [("insert", author.pk, "Délibération")]


def test_a_band_is_stored_by_its_bounds():
    terms = replace(TERMS, points=(Point(IN_2030, (88.0, 94.0)),))
    assert points(set_target(terms, "RANGE")) == [(IN_2030, None, 88.0, 94.0)]


def test_a_start_or_a_goal_still_to_be_stated_is_no_error():
    target = set_target(Terms())
    assert (target.baseline_value, points(target)) == (None, [])


def test_the_project_is_dated_by_it():
    project = make_project()
    target = set_target(project=project, at=LATER)
    project.refresh_from_db()
    assert project.updated_at == LATER
    much_later = LATER + timedelta(days=30)
    targets.revise(target=target, terms=TERMS, by=None, reason="Rien", at=much_later)
    project.refresh_from_db()
    assert project.updated_at == LATER  # nothing changed


def test_one_target_for_a_project_an_indicator_and_a_zone():
    target = set_target()
    with pytest.raises(ValidationError) as caught:
        set_target(indicator=target.indicator, zone=target.zone)
    assert set(caught.value.message_dict) == {"indicator"}
    assert set_target(indicator=target.indicator, zone=target.zone, project=make_project())


def test_a_revision_keeps_what_was_promised_in_the_history():
    target, author = set_target(), make_user()
    terms = replace(TERMS, points=(Point(IN_2030, 140.0), Point(date(2032, 1, 1), 150.0)))
    targets.revise(target=target, terms=terms, by=author, reason="Chantier décalé", at=LATER)
    assert [(due_on, value) for due_on, value, *_ in points(target)] == [
        (IN_2030, 140.0), (date(2032, 1, 1), 150.0),
    ]  # fmt: skip
    events = TargetPoint.pgh_event_model.objects.order_by("pgh_id").values_list(
        "pgh_label", "due_on", "value"
    )
    assert list(events)[2:] == [
        ("delete", IN_2028, 120.0), ("update", IN_2030, 140.0), ("insert", date(2032, 1, 1), 150.0),
    ]  # fmt: skip


def test_a_revised_baseline_has_its_author_and_reason():
    target, author = set_target(), make_user()
    terms = replace(TERMS, baseline_value=90.0)
    targets.revise(target=target, terms=terms, by=author, reason="Recalage", at=LATER)
    target.refresh_from_db()
    assert target.baseline_value == 90.0
    assert history(target)[-1] == ("update", author.pk, "Recalage")


@pytest.mark.parametrize(
    ("changes", "direction", "field"),
    [
        ({"baseline_on": None}, "UP", "baseline_on"),
        ({"baseline_value": None}, "UP", "baseline_value"),
        ({"baseline_value": float("nan")}, "UP", "baseline_value"),
        ({"path": "CURVE"}, "UP", "path"),
        ({"points": (Point(IN_2030, 150.0), Point(IN_2028, 120.0))}, "UP", "points"),
        ({"points": (Point(IN_2030, 150.0), Point(IN_2030, 160.0))}, "UP", "points"),
        ({"points": (Point(date(2024, 12, 31), 150.0),)}, "UP", "points"),
        ({"points": (Point(IN_2030, float("inf")),)}, "UP", "points"),
        ({"points": (Point(IN_2030, 100.0),)}, "UP", "points"),
        ({"points": (Point(IN_2030, 90.0),)}, "UP", "points"),
        ({"points": (Point(IN_2030, 110.0),)}, "DOWN", "points"),
        ({"points": (Point(IN_2030, (110.0, 120.0)),)}, "UP", "points"),
        ({"points": (Point(IN_2030, 110.0),)}, "RANGE", "points"),
        ({"points": (Point(IN_2030, (120.0, 110.0)),)}, "RANGE", "points"),
        ({"points": (Point(IN_2030, (110.0, 110.0)),)}, "RANGE", "points"),
    ],
)
def test_terms_that_contradict_themselves_are_refused(changes, direction, field):
    with pytest.raises(ValidationError) as caught:
        set_target(replace(TERMS, **changes), direction)
    assert set(caught.value.message_dict) == {field}
    assert not Target.objects.exists()


def test_a_path_may_first_get_worse():
    terms = replace(TERMS, points=(Point(IN_2028, 80.0), Point(IN_2030, 150.0)))
    assert set_target(terms)


def test_a_target_and_its_revision_need_a_reason():
    with pytest.raises(ValidationError) as caught:
        set_target(reason=" ")
    assert set(caught.value.message_dict) == {"reason"}
    target = set_target()
    with pytest.raises(ValidationError):
        targets.revise(target=target, terms=Terms(), by=None, reason="", at=LATER)
    assert len(points(target)) == 2
