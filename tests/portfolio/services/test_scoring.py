"""Scores: versions, what is not known, what is read in the register, two people at once."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, transaction

from portfolio.models import Score
from portfolio.services import scoring
from portfolio.services.scoring import Said
from tests.factories.portfolio import (
    NOW,
    make_estimate,
    make_funding,
    make_project,
    make_risk,
    make_user,
    make_zone,
)
from tests.factories.prioritisation import leaf, make_exercise, make_score

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return make_project(cost=Decimal(5_000_000))


@pytest.fixture
def exercise(project):
    return make_exercise(project, make_project())


def test_a_correction_is_a_new_version_and_the_old_one_stays(exercise, project):
    make_score(exercise, project, "Accès", 1)
    make_score(exercise, project, "Accès", 2, by=make_user())
    assert [one.central for one in Score.objects.order_by("version")] == [1, 2]


def test_the_same_score_once_more_adds_no_version(exercise, project):
    first = make_score(exercise, project, "Accès", 1)
    assert make_score(exercise, project, "Accès", 1) == first
    assert Score.objects.count() == 1


def test_no_score_is_changed_or_erased_even_by_hand(exercise, project):
    kept = make_score(exercise, project, "Accès", 1)
    for change in (lambda: Score.objects.update(central=2, high=2), kept.delete):
        with pytest.raises(Error), transaction.atomic():
            change()


def test_not_known_is_said_with_its_reason_and_is_not_zero(exercise, project):
    with pytest.raises(ValidationError) as told:
        make_score(exercise, project, "CO2 évité", None, justification="")
    assert "justification" in told.value.message_dict
    kept = make_score(exercise, project, "CO2 évité", None, justification="Étude attendue")
    assert (kept.low, kept.central, kept.high) == (None, None, None)


@pytest.mark.parametrize(
    ("name", "said", "field"),
    [
        ("CO2 évité", Said(5, low=6), "low"),
        ("CO2 évité", Said(5, high=4), "high"),
        ("CO2 évité", Said(None, low=4, justification="?"), "central"),
        ("Fraîcheur", Said(50), "justification"),
        ("Fraîcheur", Said(101, justification="Très frais"), "central"),
        ("Accès", Said(3), "central"),
        ("Accès", Said(1.5), "central"),
        ("Coût", Said(1_000_000), "justification"),
    ],
)
def test_a_score_off_its_scale_is_refused_by_field(exercise, project, name, said, field):
    with pytest.raises(ValidationError) as told:
        scoring.score(candidate=exercise.candidates.get(project=project),
                      criterion=leaf(exercise, name), said=said, by=None, at=NOW)  # fmt: skip
    assert set(told.value.message_dict) == {field}
    assert not Score.objects.exists()


def test_a_group_and_a_criterion_of_another_exercise_are_not_scored(exercise, project):
    other = make_exercise()
    candidate = exercise.candidates.get(project=project)
    for criterion in (leaf(exercise, "Climat"), leaf(other, "Accès")):
        with pytest.raises(ValidationError):
            scoring.score(candidate=candidate, criterion=criterion, said=Said(1), by=None, at=NOW)


def test_what_somebody_else_scored_meanwhile_is_told_and_nothing_is_lost(exercise, project):
    candidate, access = exercise.candidates.get(project=project), leaf(exercise, "Accès")
    make_score(exercise, project, "Accès", 2)
    with pytest.raises(ValidationError):
        scoring.score(candidate=candidate, criterion=access, said=Said(0), by=None, at=NOW, seen=0)
    assert Score.objects.get().central == 2
    scoring.score(candidate=candidate, criterion=access, said=Said(0), by=None, at=NOW, seen=1)
    assert Score.objects.count() == 2


# ---------------------------------------------------------------- the register


def measured(exercise, project, fact: str):
    """What the register says of one fact, as a score."""
    from portfolio.queries.candidate_facts import facts_of

    told = facts_of([project], fact, today=NOW.date())[project.pk]
    return scoring.as_said(told, source="REGISTER")


def test_the_register_is_read_with_what_it_was_read_from(exercise, project):
    assert scoring.measure_from_register(exercise=exercise, by=None, at=NOW) == 2
    kept = Score.objects.get(candidate__project=project)
    assert (kept.central, kept.source) == (5_000_000, "REGISTER")
    assert kept.provenance["version"] == 1


def test_reading_again_adds_nothing_until_the_register_changes(exercise, project):
    scoring.measure_from_register(exercise=exercise, by=None, at=NOW)
    later = NOW.replace(day=2)
    assert scoring.measure_from_register(exercise=exercise, by=None, at=later) == 0
    make_estimate(project, Decimal(6_000_000), version=2, reason="Sols pollués")
    assert scoring.measure_from_register(exercise=exercise, by=None, at=later) == 1
    assert Score.objects.filter(candidate__project=project).count() == 2


def test_what_the_register_does_not_know_is_unknown_with_why():
    bare = make_project(cost=None)
    exercise = make_exercise(bare, make_project())
    scoring.measure_from_register(exercise=exercise, by=None, at=NOW)
    kept = Score.objects.get(candidate__project=bare)
    assert kept.central is None
    assert kept.provenance["reason"] == "NO_ESTIMATE"
    assert kept.justification


@pytest.mark.parametrize(
    ("fact", "reason"),
    [("COST_PER_INHABITANT", "NO_POPULATION"), ("POPULATION", "NO_POPULATION"),
     ("RISK_EXPOSURE", "NO_RISK"), ("OWN_SHARE", "NO_FUNDING"), ("MATURITY", "NO_PHASE")],
)  # fmt: skip
def test_each_fact_that_is_not_there_says_which(exercise, fact, reason):
    told = measured(exercise, make_project(phase=None), fact)
    assert told.central is None
    assert told.provenance == {"reason": reason}


def test_facts_of_the_register_are_those_of_its_pages(exercise, project):
    commune = make_zone(kind="COMMUNE", population=20_000)
    metropolis = make_zone(kind="METROPOLIS", population=400_000)
    for zone in (commune, metropolis):
        project.project_zones.create(zone=zone, origin="MANUAL")
    make_risk(project, 2, 3)
    make_risk(project, 4, 4, status="CLOSED", closed_on=NOW.date())
    make_funding(project, "1000000", notified_eur=Decimal(1_000_000),
                 notified_on=NOW.date())  # fmt: skip
    phases = project.phase_set.phases
    project.phase = phases.get(rank=2)
    project.save()
    assert measured(exercise, project, "POPULATION").central == 20_000
    assert measured(exercise, project, "COST_PER_INHABITANT").central == 250
    assert measured(exercise, project, "RISK_EXPOSURE").central == 6
    assert measured(exercise, project, "MATURITY").central == round(200 / phases.count(), 1)
    # 5 M€, less the grant of 1 M€ and the VAT compensation of 16.404 %.
    assert measured(exercise, project, "OWN_SHARE").central == pytest.approx(63.6)
