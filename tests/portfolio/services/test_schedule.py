from datetime import date

import pytest
from django.core.exceptions import ValidationError

from portfolio.services import schedule
from tests.factories.portfolio import NOW, make_milestone, make_project, make_user

pytestmark = pytest.mark.django_db
FIRST, THEN = date(2027, 3, 1), date(2027, 9, 1)


def plan(project, **given):
    given = {"code": "ouverture", "name_fr": "Ouverture", "on": FIRST} | given
    return schedule.plan_milestone(project=project, by=None, reason="Plan", at=NOW, **given)


def test_a_milestone_starts_with_its_original_date():
    milestone = plan(make_project())
    assert (milestone.original_on, milestone.current_on) == (FIRST, FIRST)
    assert milestone.actual_on is None


def test_a_milestone_code_is_used_once_in_a_project():
    project = make_project()
    plan(project)
    with pytest.raises(ValidationError) as refusal:
        plan(project)
    assert list(refusal.value.message_dict) == ["code"]
    plan(make_project())


def test_postponing_keeps_the_original_date_and_says_why():
    author = make_user()
    milestone = make_milestone(make_project())
    schedule.postpone(milestone=milestone, to=THEN, by=author, reason="Fouilles", at=NOW)
    milestone.refresh_from_db()
    assert (milestone.original_on, milestone.current_on) == (FIRST, THEN)
    revision = milestone.revisions.get()
    assert (revision.before_on, revision.after_on) == (FIRST, THEN)
    assert (revision.reason, revision.author) == ("Fouilles", author)


def test_a_machine_may_postpone():
    milestone = make_milestone(make_project())
    revision = schedule.postpone(milestone=milestone, to=THEN, by=None, reason="Import", at=NOW)
    assert revision.author is None


@pytest.mark.parametrize(
    ("to", "reason", "field"), [(THEN, " ", "reason"), (FIRST, "Rien", "current_on")]
)
def test_a_postponement_needs_a_reason_and_another_date(to, reason, field):
    milestone = make_milestone(make_project())
    with pytest.raises(ValidationError) as refusal:
        schedule.postpone(milestone=milestone, to=to, by=None, reason=reason, at=NOW)
    assert list(refusal.value.message_dict) == [field]
    assert not milestone.revisions.exists()


def test_a_completed_milestone_is_not_postponed():
    milestone = make_milestone(make_project(), actual_on=date(2026, 5, 1))
    with pytest.raises(ValidationError):
        schedule.postpone(milestone=milestone, to=THEN, by=None, reason="Trop tard", at=NOW)


def test_completing_enters_the_actual_date_only():
    milestone = make_milestone(make_project())
    schedule.complete(
        milestone=milestone, on=date(2026, 5, 20), by=None, reason="Réception", at=NOW
    )
    milestone.refresh_from_db()
    assert milestone.actual_on == date(2026, 5, 20)
    assert milestone.current_on == FIRST


def test_a_date_to_come_is_not_a_completion():
    with pytest.raises(ValidationError) as refusal:
        schedule.complete(
            milestone=make_milestone(make_project()), on=THEN, by=None, reason="Tôt", at=NOW
        )
    assert list(refusal.value.message_dict) == ["actual_on"]


def test_several_milestones_are_planned_together_or_not_at_all():
    project = make_project()
    one, two = (schedule.PlannedMilestone(code, code, THEN) for code in ("un", "deux"))
    why = {"project": project, "by": None, "reason": "Plan", "at": NOW}
    assert [m.code for m in schedule.plan_milestones(planned=[one, two], **why)] == ["un", "deux"]
    for wrong in ([schedule.PlannedMilestone("trois", "Trois", THEN), one], [one, one]):
        with pytest.raises(ValidationError):
            schedule.plan_milestones(planned=wrong, **why)
    assert project.milestones.count() == 2


# ---------------------------------------------------------------- corrections

WHY = {"by": None, "reason": "Point mensuel", "at": NOW}


def refused(call, **given):
    with pytest.raises(ValidationError) as refusal:
        call(**(WHY | given))
    return refusal.value.message_dict


def test_a_milestone_that_comes_earlier_is_a_revision_too():
    milestone = make_milestone(make_project())
    schedule.postpone(milestone=milestone, to=date(2027, 1, 4), **WHY)
    assert milestone.revisions.get().after_on == date(2027, 1, 4)


def test_a_completion_entered_by_mistake_is_taken_back():
    milestone = make_milestone(make_project(), actual_on=date(2026, 5, 1))
    schedule.reopen(milestone=milestone, **WHY)
    milestone.refresh_from_db()
    assert milestone.actual_on is None
    assert list(refused(schedule.reopen, milestone=milestone)) == ["actual_on"]


def test_what_a_milestone_is_can_be_corrected():
    milestone = make_milestone(make_project())
    words = schedule.MilestoneWords("Mise en service", "In service", False, True)
    schedule.correct(milestone=milestone, words=words, **WHY)
    milestone.refresh_from_db()
    assert (milestone.name_fr, milestone.is_public, milestone.is_commissioning) == (
        "Mise en service", False, True)  # fmt: skip


def test_a_project_has_one_commissioning():
    project = make_project()
    make_milestone(project, is_commissioning=True, name_fr="Ouverture du pont")
    other = make_milestone(project)
    words = schedule.MilestoneWords("Autre", is_commissioning=True)
    message = refused(schedule.correct, milestone=other, words=words)["is_commissioning"]
    assert "Ouverture du pont" in message[0] or "Opening" in message[0]
    planned = [schedule.PlannedMilestone("x", "X", FIRST, is_commissioning=True)]
    assert "is_commissioning" in refused(schedule.plan_milestones, project=project, planned=planned)


def test_a_withdrawn_milestone_is_left_alone_until_it_is_brought_back():
    project = make_project()
    milestone = make_milestone(project, is_commissioning=True)
    schedule.withdraw(milestone=milestone, **WHY)
    assert not project.milestones.current().exists()
    assert "reason" in refused(schedule.postpone, milestone=milestone, to=THEN)
    other = make_milestone(project, is_commissioning=True)
    assert "is_commissioning" in refused(schedule.bring_back, milestone=milestone)
    schedule.withdraw(milestone=other, **WHY)
    schedule.bring_back(milestone=milestone, **WHY)
    assert project.milestones.current().get() == milestone
    assert "reason" in refused(schedule.bring_back, milestone=milestone)
