"""Undoing puts back exactly what one change replaced; restoring, what there was before it."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from portfolio.machine_reasons import in_words
from portfolio.models import CostEstimate, Funding, Milestone, PaymentCredit, ProjectZone
from portfolio.services import budget, finance, places, projects, restore, schedule
from portfolio.services.budget import CreditFigures
from portfolio.services.history import recorded
from tests.factories.portfolio import (
    NOW,
    make_funding,
    make_milestone,
    make_phase_set,
    make_project,
    make_user,
    make_zone,
    square,
)  # fmt: skip

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


@pytest.fixture
def project():
    with recorded(by=None, reason="Saisie"):
        return make_project(name_fr="Pont", name_en="Bridge")


def change(project, **values):
    """Changes named facts; gives the name of the change."""
    with recorded(by=make_user(), reason="Point mensuel") as made:
        projects.update(project=project, changes=values, by=None, reason="x", at=LATER)
    return made


def credit(project, **figures):
    with recorded(by=make_user(), reason="Budget") as made:
        budget.set_payment_credit(
            project=project, year=2026, figures=CreditFigures(**figures), by=None, reason="x",
            at=LATER,
        )  # fmt: skip
    return made


def undo(project, made):
    return restore.undo(project=project, change=made, by=make_user(), at=LATER)


def last_reason(record):
    return record.events.latest("pgh_id").pgh_context.metadata["reason"]


def test_undoing_puts_back_what_the_change_replaced_and_nothing_else(project):
    made = change(project, name_fr="Passerelle", name_en="Footbridge")
    change(project, address="Quai sud")
    undo(project, made)
    project.refresh_from_db()
    assert (project.name_fr, project.name_en, project.address) == ("Pont", "Bridge", "Quai sud")


def test_an_undoing_says_in_the_history_what_it_undoes(project):
    undo(project, change(project, name_fr="Passerelle"))
    told = in_words(last_reason(project))
    assert told.endswith("Point mensuel")
    assert told != "Point mensuel"


def test_an_undoing_can_be_undone(project):
    undoing = undo(project, change(project, name_fr="Passerelle"))
    undo(project, undoing)
    project.refresh_from_db()
    assert project.name_fr == "Passerelle"


def test_a_change_is_not_undone_twice(project):
    made = change(project, name_fr="Passerelle")
    undo(project, made)
    with pytest.raises(ValidationError) as refused:
        undo(project, made)
    assert refused.value.code == "CHANGED_SINCE"


def test_what_was_changed_again_since_is_not_undone(project):
    made = change(project, name_fr="Passerelle")
    change(project, name_fr="Pont neuf")
    with pytest.raises(ValidationError):
        undo(project, made)
    project.refresh_from_db()
    assert project.name_fr == "Pont neuf"


def test_a_name_that_is_no_change_of_this_project_is_refused(project):
    other = make_project()
    made = change(other, name_fr="Autre")
    for name in (made, uuid4()):
        with pytest.raises(restore.NoSuchChangeError):
            undo(project, name)
    other.refresh_from_db()
    assert other.name_fr == "Autre"


def test_an_act_on_an_authorisation_is_not_undone(project):
    with recorded(by=None, reason="Vote") as made:
        budget.vote_authorisation(
            project=project, amount_eur=Decimal(10), voted_on=date(2026, 1, 1), deliberation="1",
            by=None, at=NOW,
        )  # fmt: skip
    with pytest.raises(ValidationError) as refused:
        undo(project, made)
    assert refused.value.code == "APPEND_ONLY"
    assert project.authorisations.count() == 1


def test_a_project_is_not_taken_off_by_undoing_its_creation():
    with recorded(by=None, reason="Saisie") as made:
        project = make_project()
    with pytest.raises(ValidationError) as refused:
        undo(project, made)
    assert refused.value.code == "CREATION"


def test_undoing_an_entry_takes_the_row_off_and_undoing_that_brings_it_back(project):
    made = credit(project, voted_eur=Decimal(500), paid_eur=Decimal(0), committed_eur=Decimal(0))
    line = PaymentCredit.objects.get()
    undoing = undo(project, made)
    assert not PaymentCredit.objects.exists()
    undo(project, undoing)
    assert PaymentCredit.objects.get() == line
    assert PaymentCredit.objects.get().voted_eur == Decimal(500)


def test_a_removed_row_comes_back_with_its_key(project):
    with recorded(by=None, reason="Saisie"):
        line = make_funding(project)
    with recorded(by=None, reason="Doublon") as made:
        Funding.objects.get().delete()
    undo(project, made)
    assert Funding.objects.get().pk == line.pk


def test_what_other_records_rest_on_is_not_taken_off(project):
    with recorded(by=None, reason="Calendrier") as made:
        milestone = make_milestone(project)
    schedule.postpone(milestone=milestone, to=date(2028, 1, 1), by=None, reason="Sol", at=LATER)
    with pytest.raises(ValidationError):
        undo(project, made)
    assert Milestone.objects.exists()


def test_an_older_estimate_is_not_taken_off_below_a_later_one(project):
    with recorded(by=None, reason="Estimation") as made:
        finance.estimate(project=project, amount_eur=Decimal(10), valued_on=date(2026, 1, 1),
                         reason="Fondations", by=None, at=LATER)  # fmt: skip
    finance.estimate(project=project, amount_eur=Decimal(20), valued_on=date(2026, 2, 1),
                     reason="Sol", by=None, at=LATER)  # fmt: skip
    with pytest.raises(ValidationError):
        undo(project, made)
    assert CostEstimate.objects.filter(project=project).count() == 3


def test_a_milestone_put_back_keeps_the_reason_of_each_of_its_moves(project):
    milestone = make_milestone(project)
    with recorded(by=None, reason="Pollution") as made:
        schedule.postpone(
            milestone=milestone, to=date(2028, 1, 1), by=None, reason="Pollution", at=LATER
        )
    undo(project, made)
    milestone.refresh_from_db()
    assert milestone.current_on == milestone.original_on
    moves = milestone.revisions.order_by("pk").values_list("before_on", "after_on")
    assert list(moves) == [
        (milestone.original_on, date(2028, 1, 1)), (date(2028, 1, 1), milestone.original_on),
    ]  # fmt: skip


def test_a_place_put_back_finds_its_zones_again(project):
    here, there = make_zone(), make_zone(geometry=square(-0.3, 45.2))
    places.relocate(project=project, by=None, reason="Zones", at=NOW)
    made = change(project, geometry=square(-0.3, 45.2))
    assert ProjectZone.objects.get(project=project).zone == there
    undo(project, made)
    assert ProjectZone.objects.get(project=project).zone == here


def test_what_a_later_figure_does_not_allow_is_refused_whole(project):
    credit(project, voted_eur=Decimal(500), committed_eur=Decimal(900), carried_over_eur=Decimal(0))
    made = credit(project, voted_eur=Decimal(800), committed_eur=Decimal(900),
                  carried_over_eur=Decimal(0))  # fmt: skip
    credit(project, voted_eur=Decimal(800), committed_eur=Decimal(900),
           carried_over_eur=Decimal(0), paid_eur=Decimal(700))  # fmt: skip
    with pytest.raises(ValidationError) as refused:
        undo(project, made)
    assert refused.value.code == "NOT_VALID"
    assert PaymentCredit.objects.get().voted_eur == Decimal(800)


def test_a_phase_put_back_is_one_of_the_projects_own(project):
    made = change(project, phase=project.phase_set.phases.get(rank=3))
    undo(project, made)
    project.refresh_from_db()
    assert project.phase == make_phase_set().phases.get(rank=2)


def test_restoring_puts_back_what_there_was_before_whatever_came_since(project):
    made = change(project, name_fr="Passerelle")
    change(project, name_fr="Pont neuf", address="Quai sud")
    restore.restore_before(project=project, change=made, by=make_user(), reason="Erreur", at=LATER)
    project.refresh_from_db()
    assert (project.name_fr, project.address) == ("Pont", "")
    assert last_reason(project) == "Erreur"


def test_restoring_says_why(project):
    made = change(project, name_fr="Passerelle")
    with pytest.raises(ValidationError):
        restore.restore_before(project=project, change=made, by=None, reason=" ", at=LATER)
