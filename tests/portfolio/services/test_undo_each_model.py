"""Each model with a history, one by one: an entry is undone, brought back, read as of a day."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from portfolio.models import Alert, ProjectDocument, StatusOverride
from portfolio.queries import as_of, changes, events, restoring
from portfolio.services import documents, phases, restore
from portfolio.services.documents import DocumentFacts, GivenFile
from portfolio.services.history import recorded
from portfolio.services.phases import Span
from tests.factories import finance, governance, portfolio, reviews
from tests.factories.indicators import make_link, make_target
from tests.factories.portfolio import NOW, make_project, make_user
from tests.uploads import pdf

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)
HANDLED = {"handling": "ACKNOWLEDGED", "handled_reason": "Vu", "handled_at": NOW}


def make_document(project) -> ProjectDocument:
    return documents.add(
        project=project, facts=DocumentFacts(title_fr="Étude", kind="STUDY"),
        file=GivenFile("etude.pdf", pdf()), by=None, reason="Versé", at=NOW,
    )  # fmt: skip


def make_override(project) -> StatusOverride:
    return StatusOverride.objects.create(
        project=project, axis="COST", status="AT_RISK", reason="Marché relancé",
        expires_on=timezone.localdate() + timedelta(days=30), set_at=NOW,
    )  # fmt: skip


def make_handled(project) -> Alert:
    alert = reviews.make_alert(project)
    Alert.objects.filter(pk=alert.pk).update(**HANDLED)
    return alert


MAKERS = {
    "AgendaItem": lambda project: governance.make_item(project=project),
    "Alert": make_handled,
    "Authorisation": portfolio.make_authorisation,
    "CausalLink": make_link,
    "CostEstimate": lambda project: portfolio.make_estimate(project, 10),
    "Decision": governance.make_decision,
    "Dependency": lambda project: portfolio.make_dependency(project, make_project()),
    "ExcludedZone": lambda project: project.excluded_zones.create(zone=portfolio.make_zone()),
    "Funding": portfolio.make_funding,
    "GreenMark": finance.make_mark,
    "LeadAuthority": finance.make_lead,
    "Milestone": portfolio.make_milestone,
    "PaymentCredit": portfolio.make_credit,
    "PhasePeriod": portfolio.make_period,
    "Procedure": portfolio.make_procedure,
    "Project": None,
    "ProjectDocument": make_document,
    "ProjectZone": lambda project: project.project_zones.create(
        zone=portfolio.make_zone(), origin="MANUAL"
    ),
    "Review": lambda project: reviews.make_review(project, state="PUBLISHED"),
    "Risk": portfolio.make_risk,
    "RoleAssignment": lambda project: portfolio.make_role(make_user(), "CONTRIBUTOR", project),
    "RunningCost": finance.make_running_cost,
    "ShareDerogation": finance.make_derogation,
    "Stakeholder": portfolio.make_stakeholder,
    "StatusOverride": make_override,
    "Target": lambda project: make_target(project=project, points={}),
}
OWN_ACTS = {"AgendaItem", "Alert", "CausalLink", "Review", "RoleAssignment", "Target"}
ENDED = ("withdrawn_at", "ended_at")
BELOW = [one for one in events.tracked() if one.model.__name__ != "Project"]
FOR_GOOD = [one for one in BELOW if restoring.is_append_only(one.model)
            or one.model.__name__ in OWN_ACTS]  # fmt: skip
UNDONE = [one for one in BELOW if one not in FOR_GOOD]


def name(one) -> str:
    return one.model.__name__


def entered(one, project):
    with recorded(by=None, reason="Saisie") as made:
        record = MAKERS[name(one)](project)
    return record, made


def undo(project, made):
    return restore.undo(project=project, change=made, by=None, at=LATER)


def put_back(project, made):
    return restore.restore_before(project=project, change=made, by=None, reason="x", at=LATER)


def stored(record) -> dict[str, object]:
    row = type(record)._base_manager.get(pk=record.pk)
    left_out = ("recorded_at", *ENDED)
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in left_out
    }


def is_off(record) -> bool:
    row = type(record)._base_manager.filter(pk=record.pk).first()
    return row is None or any(getattr(row, ended, None) is not None for ended in ENDED)


def test_every_model_with_a_history_is_tried_here():
    assert {name(one) for one in events.tracked()} == set(MAKERS)


def test_every_model_with_a_history_says_who_may_put_it_back():
    named = {model.__name__ for model in restoring.PARTS}
    assert set(MAKERS) == named | OWN_ACTS | {"Decision"}  # whose rows are only added
    assert not named & OWN_ACTS


@pytest.mark.parametrize("one", UNDONE, ids=name)
def test_an_entry_that_is_undone_is_off_and_can_come_back_as_it_was(one):
    project = make_project()
    record, made = entered(one, project)
    before = stored(record)
    undoing = undo(project, made)
    assert is_off(record)
    undo(project, undoing)
    assert not is_off(record)
    assert stored(record) == before


@pytest.mark.parametrize("one", UNDONE, ids=name)
def test_what_can_be_withdrawn_is_never_removed(one):
    project = make_project()
    record, made = entered(one, project)
    undo(project, made)
    kept = type(record)._base_manager.filter(pk=record.pk).exists()
    assert kept == any(hasattr(record, ended) for ended in ENDED)


@pytest.mark.parametrize("one", FOR_GOOD, ids=name)
@pytest.mark.parametrize("verb", [undo, put_back])
def test_what_has_acts_of_its_own_is_refused_in_words_and_stays(one, verb):
    project = make_project()
    record, made = entered(one, project)
    before = stored(record)
    with pytest.raises(ValidationError) as refused:
        verb(project, made)
    assert refused.value.code in {"APPEND_ONLY", "OWN_ACTS"}
    assert " ".join(refused.value.messages)
    assert stored(record) == before


def shown(found) -> list[str]:
    """Names of the models whose records the page of a day shows."""
    own = {"Milestone": found.milestones, "CostEstimate": found.costs, "Funding": found.fundings,
           "Authorisation": found.acts, "PaymentCredit": found.credits, "ProjectZone": found.zones}  # fmt: skip
    others = [record.model.rpartition(".")[2] for record in found.others]
    return [model for model, records in own.items() for _record in records] + others


@pytest.mark.parametrize("one", BELOW, ids=name)
def test_the_record_of_a_day_shows_what_is_there_and_not_what_is_off(one):
    project = make_project(cost=None, geometry=None)
    _record, made = entered(one, project)
    expected = [] if one.model in as_of.LEFT_OUT else [name(one)]
    assert shown(as_of.record(project, timezone.now() + timedelta(days=1))) == expected
    if one in UNDONE:
        undo(project, made)
        assert shown(as_of.record(project, timezone.now() + timedelta(days=1))) == []


def test_a_draft_of_a_review_is_told_neither_by_the_history_nor_by_a_past_day():
    project = make_project()
    with recorded(by=None, reason="Revue"):
        draft = reviews.make_review(project, sentence="Entre nous")
    told = [record for change in changes.of_project(project) for record in change.records]
    assert "portfolio.Review" not in {record.model for record in told}
    assert shown(as_of.record(project, timezone.now() + timedelta(days=1))) == ["CostEstimate"]
    draft.state, draft.submitted_at = "SUBMITTED", NOW
    draft.save()
    told = [record for change in changes.of_project(project) for record in change.records]
    assert "portfolio.Review" in {record.model for record in told}


def test_a_word_that_has_expired_is_not_of_that_day():
    project = make_project(cost=None)
    word = make_override(project)
    at = timezone.now() + timedelta(days=31)
    assert word.expires_on < timezone.localdate(at)
    assert shown(as_of.record(project, at)) == []


def test_a_version_of_a_document_is_not_undone_and_its_file_stays():
    project = make_project()
    first, made = entered(next(one for one in BELOW if one.model is ProjectDocument), project)
    with recorded(by=None, reason="Nouvelle version") as newer:
        second = documents.replace(
            document=first, facts=DocumentFacts(title_fr="Étude", kind="STUDY"),
            file=GivenFile("etude.pdf", pdf("b")), by=None, reason="Relue", at=LATER,
        )  # fmt: skip
    for change in (made, newer):
        with pytest.raises(ValidationError):
            undo(project, change)
    assert not is_off(first)
    assert not is_off(second)
    assert documents.path_of(first).exists()
    assert documents.path_of(second).exists()


def test_a_document_that_is_undone_keeps_its_file():
    project = make_project()
    record, made = entered(next(one for one in BELOW if one.model is ProjectDocument), project)
    undo(project, made)
    assert documents.path_of(record).read_bytes() == pdf()


def test_a_dependency_does_not_come_back_into_a_circle():
    project, other = make_project(), make_project()
    with recorded(by=None, reason="Saisie") as made:
        link = portfolio.make_dependency(project, other)
    undoing = undo(project, made)
    portfolio.make_dependency(other, project)
    with pytest.raises(ValidationError):
        undo(project, undoing)
    assert is_off(link)


def test_phase_dates_put_back_keep_the_reason_of_each_of_their_moves():
    project = make_project()
    period = portfolio.make_period(project)
    to = Span(date(2027, 4, 1), date(2027, 7, 1))
    with recorded(by=None, reason="Crue") as made:
        phases.move_phase(period=period, to=to, by=None, reason="Crue", at=LATER)
    undo(project, made)
    moves = period.revisions.order_by("pk").values_list("after_starts_on", flat=True)
    assert list(moves) == [date(2027, 4, 1), date(2027, 3, 1)]


def test_phase_dates_of_another_set_do_not_come_back():
    project = make_project()
    period = portfolio.make_period(project)
    with recorded(by=None, reason="Erreur") as made:
        type(period).objects.filter(pk=period.pk).update(withdrawn_at=NOW)
    building = portfolio.make_phase_set("batiment")
    type(project).objects.filter(pk=project.pk).update(phase_set=building, phase=None)
    with pytest.raises(ValidationError):
        undo(project, made)
    assert is_off(period)
