"""Phase dates of a project, and the sets of phases."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from portfolio.models import Phase, PhaseSet
from portfolio.services import phase_sets, phases
from portfolio.services.phases import PlannedPhase, Span
from tests.factories.portfolio import NOW, make_period, make_phase_set, make_project, make_user

pytestmark = pytest.mark.django_db
WHY = {"by": None, "reason": "Point mensuel", "at": NOW}
FIRST = Span(date(2027, 3, 1), date(2027, 5, 31))
THEN = Span(date(2027, 4, 1), date(2027, 9, 30))


def refused(call, **given):
    with pytest.raises(ValidationError) as refusal:
        call(**given)
    return set(refusal.value.message_dict)


def test_a_planned_phase_starts_with_its_original_dates():
    project = make_project()
    phase = project.phase_set.phases.get(rank=1)
    (period,) = phases.plan_phases(project=project, planned=[PlannedPhase(phase, FIRST)], **WHY)
    assert (period.original_ends_on, period.current_ends_on) == (FIRST.ends_on, FIRST.ends_on)
    again = {"project": project, "planned": [PlannedPhase(phase, THEN)], **WHY}
    assert refused(phases.plan_phases, **again) == {"phase"}


def test_a_phase_of_another_set_is_not_planned():
    foreign = make_phase_set("autre").phases.get(rank=1)
    planned = [PlannedPhase(foreign, FIRST)]
    assert refused(phases.plan_phases, project=make_project(), planned=planned, **WHY) == {"phase"}


def test_moving_a_phase_keeps_its_original_dates_and_says_why():
    author, period = make_user(), make_period(make_project())
    phases.move_phase(period=period, to=THEN, by=author, reason=" Fouilles ", at=NOW)
    period.refresh_from_db()
    assert (period.original_starts_on, period.current_starts_on) == (
        FIRST.starts_on, THEN.starts_on)  # fmt: skip
    revision = period.revisions.get()
    assert (revision.before_ends_on, revision.after_ends_on) == (FIRST.ends_on, THEN.ends_on)
    assert (revision.reason, revision.author) == ("Fouilles", author)


@pytest.mark.parametrize(
    ("to", "reason", "field"),
    [(FIRST, "Rien", "ends_on"), (THEN, " ", "reason"),
     (Span(date(2027, 5, 1), date(2027, 4, 1)), "Envers", "ends_on")],
)  # fmt: skip
def test_a_move_needs_other_dates_in_order_and_a_reason(to, reason, field):
    period = make_period(make_project())
    given = {"period": period, "to": to, "by": None, "reason": reason, "at": NOW}
    assert refused(phases.move_phase, **given) == {field}
    assert not period.revisions.exists()


def test_the_facts_of_a_phase_are_entered_one_after_the_other():
    period = make_period(make_project())
    began, ended = date(2026, 2, 1), date(2026, 5, 20)
    facts = {"period": period, **WHY}
    assert refused(phases.record_phase, started_on=None, ended_on=ended, **facts) == {
        "actual_starts_on"
    }
    assert refused(phases.record_phase, started_on=ended, ended_on=began, **facts) == {
        "actual_ends_on"
    }
    future = date(2026, 7, 1)
    assert refused(phases.record_phase, started_on=future, ended_on=None, **facts) == {
        "actual_starts_on"
    }
    phases.record_phase(started_on=began, ended_on=ended, **facts)
    assert refused(phases.move_phase, period=period, to=THEN, **WHY) == {"ends_on"}


def test_withdrawn_phase_dates_come_back():
    project = make_project()
    period = make_period(project)
    phases.withdraw_phase(period=period, **WHY)
    assert not project.periods.current().exists()
    assert refused(phases.move_phase, period=period, to=THEN, **WHY) == {"reason"}
    phases.bring_phase_back(period=period, **WHY)
    assert project.periods.current().get() == period


def test_another_phase_set_withdraws_the_dates_that_it_has_no_phase_for():
    project = make_project()
    period = make_period(project)
    before, other = project.phase_set, PhaseSet.objects.get(code="mop-infrastructure")
    phase = other.phases.get(code="avp")
    stored = phases.change_phase_set(project=project, phase_set=other, phase=phase, **WHY)
    assert (stored.phase_set, stored.phase) == (other, phase)
    period.refresh_from_db()
    assert period.withdrawn_at == NOW
    assert refused(phases.bring_phase_back, period=period, **WHY) == {"reason"}
    phases.change_phase_set(project=stored, phase_set=before, phase=None, **WHY)
    period.refresh_from_db()
    assert period.withdrawn_at is None


def test_a_phase_is_of_the_set_that_is_given():
    project, other = make_project(), PhaseSet.objects.get(code="mop-batiment")
    given = {"project": project, "phase_set": other, "phase": project.phase}
    assert refused(phases.change_phase_set, **given, **WHY) == {"phase"}


# ---------------------------------------------------------------- sets


@pytest.mark.parametrize(
    ("code", "design"),
    [("mop-batiment", ["esq", "avp", "pro"]), ("mop-rehabilitation", ["dia", "avp", "pro"]),
     ("mop-infrastructure", ["ep", "avp", "pro"])],
)  # fmt: skip
def test_the_sets_of_the_law_have_their_own_elements_and_a_source(code, design):
    found = PhaseSet.objects.get(code=code)
    assert "CCP" in found.source
    codes = list(found.phases.order_by("rank").values_list("code", flat=True))
    assert codes == ["faisabilite", "programme", *design, "act", "exe-visa", "det", "aor", "gpa",
                     "mise-en-service", "bilan"]  # fmt: skip
    assert found.phases.get(is_works=True).short == "DET"
    assert not found.phases.filter(name_en="").exists()


def test_a_phase_is_added_where_it_belongs():
    found, by = make_phase_set(), make_user()
    words = phase_sets.PhaseWords("Concertation")
    given = {"phase_set": found, "words": words, "by": by, "reason": "Loi"}
    phase_sets.add_phase(code="concertation", rank=2, **given)
    ordered = list(found.phases.order_by("rank").values_list("code", "rank"))
    assert ordered == [("etudes", 1), ("concertation", 2), ("travaux", 3), ("service", 4)]
    assert refused(phase_sets.add_phase, code="concertation", rank=None, **given) == {"code"}
    assert refused(phase_sets.add_phase, code="autre", rank=9, **given) == {"rank"}
    phase_sets.add_phase(code="fin", rank=None, **given)
    assert Phase.objects.get(phase_set=found, code="fin").rank == 5


def test_a_set_in_use_is_not_withdrawn():
    project, by = make_project(), make_user()
    given = {"phase_set": project.phase_set, "by": by, "reason": "Ménage"}
    assert refused(phase_sets.withdraw_set, at=NOW, **given) == {"reason"}
    free = make_phase_set("libre")
    phase_sets.withdraw_set(phase_set=free, by=by, reason="Ménage", at=NOW)
    assert free not in PhaseSet.objects.current()
    change = {"project": project, "phase_set": PhaseSet.objects.get(code="libre"), "phase": None}
    assert refused(phases.change_phase_set, **change, **WHY) == {"phase_set"}
    phase_sets.bring_set_back(phase_set=free, by=by, reason="Finalement")
    assert free in PhaseSet.objects.current()
