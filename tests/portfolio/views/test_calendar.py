"""The calendar of a project on its page, and that of all projects."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from icalendar import Calendar

from portfolio.models import Milestone, PhasePeriod, PhaseSet
from tests.factories.portfolio import (
    make_dependency,
    make_milestone,
    make_period,
    make_procedure,
    make_project,
)

FIRST, THEN = date(2027, 3, 1), date(2027, 11, 1)


@pytest.fixture
def mine(agent):
    return make_project(manager=agent)


def page(client, project) -> str:
    """In English, whether the French texts are compiled or not."""
    with translation.override("en"):
        address = reverse("portfolio:project", args=[project.code])
    return client.get(address).content.decode()


def sent(project, **given):
    project.refresh_from_db()
    return {"reason": "Point mensuel", "seen_at": project.updated_at.isoformat()} | given


def post(client, name, project, *arguments, **given):
    address = reverse(f"portfolio:{name}", args=[project.code, *arguments])
    return client.post(address, sent(project, **given))


# ---------------------------------------------------------------- milestones


def test_a_milestone_is_planned_moved_reached_corrected_and_withdrawn_on_screen(client, mine):
    added = post(client, "milestone-add", mine, name_fr="Ouverture du parc", on="2027-03-01",
                 is_public="on", is_commissioning="on")  # fmt: skip
    assert added.status_code == 302
    milestone = Milestone.objects.get()
    assert (milestone.code, milestone.original_on, milestone.is_commissioning) == (
        "ouverture-du-parc", FIRST, True)  # fmt: skip
    assert post(client, "milestone-move", mine, milestone.pk, current_on="2027-11-01").url
    assert "8 months later than announced (March 2027)" in page(client, mine)
    assert "Point mensuel" in page(client, mine)
    today = timezone.localdate().isoformat()
    assert post(client, "milestone-complete", mine, milestone.pk, actual_on=today).url
    milestone.refresh_from_db()
    assert (milestone.current_on, milestone.actual_on) == (THEN, timezone.localdate())
    assert post(client, "milestone-complete", mine, milestone.pk, actual_on="").url
    assert post(client, "milestone-correct", mine, milestone.pk, name_fr="Ouverture").url
    milestone.refresh_from_db()
    assert (milestone.actual_on, milestone.name_fr, milestone.is_public) == (
        None, "Ouverture", False)  # fmt: skip
    assert post(client, "milestone-withdraw", mine, milestone.pk).url
    assert not mine.milestones.current().exists()
    assert post(client, "milestone-withdraw", mine, milestone.pk).url
    assert mine.milestones.current().exists()


@pytest.mark.parametrize(
    ("name", "given", "field"),
    [("milestone-move", {"current_on": "2027-11-01", "reason": " "}, "reason"),
     ("milestone-complete", {"actual_on": "2099-01-01"}, "actual_on"),
     ("milestone-complete", {"actual_on": ""}, "actual_on")],
)  # fmt: skip
def test_what_is_wrong_is_said_by_its_field(client, mine, name, given, field):
    milestone = make_milestone(mine)
    response = post(client, name, mine, milestone.pk, **given)
    assert response.status_code == 422
    assert field in response.context["form"].errors


@pytest.mark.parametrize("on", ["9999-12-31", "0001-01-01"])
def test_a_day_that_no_calendar_can_draw_is_refused(client, mine, on):
    phase = mine.phase_set.phases.get(rank=2)
    added = post(client, "milestone-add", mine, name_fr="Ouverture", on=on)
    dated = post(client, "phase-edit", mine, phase.pk, starts_on=on, ends_on=on)
    assert (added.status_code, dated.status_code) == (422, 422)
    assert "on" in added.context["form"].errors
    assert {"starts_on", "ends_on"} <= dated.context["form"].errors.keys()


def test_a_second_commissioning_does_not_come_back(client, mine):
    """Its form shows no such field: the refusal stands at its head."""
    first = make_milestone(mine, is_commissioning=True, withdrawn_at=mine.created_at)
    make_milestone(mine, is_commissioning=True)
    response = post(client, "milestone-withdraw", mine, first.pk)
    assert response.status_code == 422
    assert response.context["form"].non_field_errors()
    first.refresh_from_db()
    assert first.withdrawn_at


def test_two_milestones_of_one_name_get_two_codes(client, mine):
    for _ in range(2):
        post(client, "milestone-add", mine, name_fr="Réunion publique", on="2027-03-01")
    codes = set(mine.milestones.values_list("code", flat=True))
    assert codes == {"reunion-publique", "reunion-publique-2"}


# ---------------------------------------------------------------- phases


def test_the_phases_of_a_project_get_their_dates_at_once(client, mine):
    one, two = mine.phase_set.phases.order_by("rank")[:2]
    half = post(client, "phases-plan", mine, **{f"starts_{one.pk}": "2027-01-04"})
    assert half.status_code == 422
    assert f"ends_{one.pk}" in half.context["form"].errors
    assert post(client, "phases-plan", mine).status_code == 422
    given = {f"starts_{one.pk}": "2027-01-04", f"ends_{one.pk}": "2027-06-30",
             f"starts_{two.pk}": "2027-06-01", f"ends_{two.pk}": "2028-06-30"}  # fmt: skip
    assert post(client, "phases-plan", mine, **given).status_code == 302
    text = page(client, mine)
    assert PhasePeriod.objects.count() == 2
    assert "share 30 days" in text  # they overlap, which is said
    assert '<svg class="gantt"' in text


def test_a_phase_is_moved_and_its_facts_entered_in_one_form(client, mine):
    period = make_period(mine)
    given = {"starts_on": "2026-01-05", "ends_on": "2027-09-30",
             "actual_starts_on": "2026-01-05", "actual_ends_on": ""}  # fmt: skip
    assert post(client, "phase-edit", mine, period.phase_id, **given).status_code == 302
    period.refresh_from_db()
    assert (period.original_ends_on, period.current_ends_on) == (
        date(2027, 5, 31), date(2027, 9, 30))  # fmt: skip
    assert period.actual_starts_on == date(2026, 1, 5)
    wrong = post(client, "phase-edit", mine, period.phase_id, **given | {"ends_on": "2025-01-01"})
    assert wrong.status_code == 422
    assert "ends_on" in wrong.context["form"].errors


def test_withdrawn_dates_are_brought_back_rather_than_entered_again(client, mine):
    period = make_period(mine, withdrawn_at=mine.created_at)
    given = {"starts_on": "2026-01-05", "ends_on": "2027-09-30"}
    response = post(client, "phase-edit", mine, period.phase_id, **given)
    assert response.status_code == 422
    with translation.override("en"):
        response = post(client, "phase-edit", mine, period.phase_id, **given)
        assert "withdrawn: bring them back" in str(response.context["form"].non_field_errors())


def test_another_phase_set_is_chosen_with_a_phase_of_it(client, mine):
    other = PhaseSet.objects.get(code="mop-infrastructure")
    phase = other.phases.get(code="pro")
    assert post(client, "phase-choose", mine, phase=f"{other.pk}:{phase.pk}").status_code == 302
    mine.refresh_from_db()
    assert (mine.phase_set, mine.phase) == (other, phase)


# ---------------------------------------------------------------- procedures and dependencies


def test_a_procedure_is_entered_on_screen_with_its_source(client, mine):
    procedure = make_procedure(mine)
    kind = procedure.kind_id
    given = {"kind": kind, "state": "UNDER_WAY", "actual_starts_on": "2026-01-05"}
    assert post(client, "procedure-add", mine, **given).status_code == 302
    assert mine.procedures.count() == 2
    assert "L103-2" in page(client, mine)
    wrong = post(client, "procedure-edit", mine, procedure.pk, kind=kind, state="UNDER_WAY")
    assert "actual_starts_on" in wrong.context["form"].errors
    assert post(client, "procedure-withdraw", mine, procedure.pk).status_code == 302
    assert mine.procedures.current().count() == 1


def test_a_dependency_is_entered_by_code_or_by_words(client, mine):
    one = make_project(name_fr="Passerelle du parc", code="PASS-1")
    make_project(name_fr="Parc du centre", code="PARC-1")
    hidden = make_project(name_fr="Passerelle secrète", code="SECRET", visibility="DRAFT")
    wrong = post(client, "dependency-add", mine, kind="PREREQUISITE", other="parc")
    assert "PARC-1" in str(wrong.context["form"].errors["other"])
    unseen = post(client, "dependency-add", mine, kind="PREREQUISITE", other=hidden.code)
    assert unseen.status_code == 422
    assert post(client, "dependency-add", mine, kind="PREREQUISITE", other="passerelle").url
    assert mine.dependencies.get().other == one
    assert mine.name_en in page(client, one)


def test_a_dependency_entered_again_meanwhile_does_not_come_back(client, mine):
    other = make_project()
    first = make_dependency(mine, other, withdrawn_at=mine.created_at)
    make_dependency(mine, other)
    response = post(client, "dependency-withdraw", mine, first.pk)
    assert response.status_code == 422
    assert response.context["form"].non_field_errors()


def test_a_dependency_on_a_hidden_project_shows_without_its_name(client, mine):
    hidden = make_project(name_fr="Secret", name_en="Secret", code="CACHE", visibility="DRAFT")
    make_dependency(mine, hidden, note="Le secret est ici")
    text = page(client, mine)
    assert "A project you may not see" in text
    assert "Secret" not in text
    assert "CACHE" not in text
    assert "Le secret" not in text


def test_a_prerequisite_that_serves_too_late_is_a_warning(client, mine):
    other = make_project()
    make_milestone(other, is_commissioning=True, current_on=date(2028, 1, 11))
    mine.starts_on = date(2028, 1, 1)
    mine.save()
    make_dependency(mine, other)
    assert "10 days after it is needed" in page(client, mine)
    assert "10 days after it is needed" in page(client, other)


# ---------------------------------------------------------------- all projects


def test_the_calendar_sorts_projects_and_says_how_late_they_are(client, agent):
    make_project(name_fr="Sans date", starts_on=date(2026, 1, 1), ends_on=date(2027, 1, 1))
    late, soon = make_project(name_fr="Tard"), make_project(name_fr="Tôt")
    make_milestone(late, is_commissioning=True, original_on=FIRST, current_on=THEN)
    make_milestone(soon, is_commissioning=True, original_on=FIRST, current_on=FIRST)
    make_period(late)
    response = client.get(reverse("portfolio:calendar"))
    names = [row.project.name_fr for row in response.context["rows"]]
    assert names == ["Tôt", "Tard", "Sans date"]
    assert [row.late.months if row.late else None for row in response.context["rows"]] == [
        0, 8, None]  # fmt: skip
    response = client.get(reverse("portfolio:calendar"), {"tri": "retard", "q": "t"})
    assert response.context["rows"][0].project.name_fr == "Tard"
    with translation.override("en"):
        assert "8 months late" in client.get(reverse("portfolio:calendar")).content.decode()


def test_the_calendar_asks_as_many_questions_for_many_projects(
    client, agent, django_assert_num_queries
):
    def fill(count):
        for _ in range(count):
            project = make_project()
            make_period(project)
            make_milestone(project, is_commissioning=True)

    fill(2)
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("portfolio:calendar"))
    fill(8)
    with django_assert_num_queries(len(few)):
        client.get(reverse("portfolio:calendar"))


def test_milestones_go_to_an_agenda(client, agent):
    project = make_project(name_fr="Pont")
    milestone = make_milestone(project, current_on=THEN)
    make_milestone(project, name_fr="Retiré", withdrawn_at=timezone.now())
    with translation.override("fr"):
        response = client.get(reverse("portfolio:project-ics", args=[project.code]))
    assert response["Content-Type"].startswith("text/calendar")
    (event,) = Calendar.from_ical(response.content).walk("VEVENT")
    assert event["uid"] == f"milestone-{milestone.pk}@gouvernail"
    assert event.decoded("dtstart") == THEN
    assert str(event["summary"]) == "Ouverture – Pont"
    every = client.get(reverse("portfolio:calendar-ics")).content
    assert len(Calendar.from_ical(every).walk("VEVENT")) == 1
