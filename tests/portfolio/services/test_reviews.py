"""A review is written, handed in, sent back or validated by somebody else, published."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from pghistory.models import Events

from portfolio.models import Review
from portfolio.services import reviews
from portfolio.services.reviews import Content
from tests.factories.portfolio import NOW, make_organisation, make_project, make_role, make_user
from tests.factories.reviews import make_review

pytestmark = pytest.mark.django_db
MAY, APRIL = date(2026, 5, 1), date(2026, 4, 1)
SAID = Content(cost="SUNNY", schedule="STORMY", sentence="Le quai est coulé.", progress=40)


@pytest.fixture
def manager():
    return make_user(organisation=make_organisation())


@pytest.fixture
def project(manager):
    return make_project(manager=manager, lead=manager.organisation)


def submit(project, by, month=MAY, content=SAID):
    return reviews.submit(project=project, month=month, content=content, by=by, at=NOW)


def test_a_draft_is_kept_and_written_on(project, manager):
    for sentence in ("Le quai", "Le quai est coulé."):
        reviews.save_draft(
            project=project, month=MAY, content=Content(sentence=sentence), by=manager, at=NOW
        )
    assert [r.sentence for r in Review.objects.all()] == ["Le quai est coulé."]


def test_unknown_progress_is_not_zero(project, manager):
    kept = reviews.save_draft(project=project, month=MAY, content=Content(), by=manager, at=NOW)
    assert kept.progress is None
    assert kept.cost == "NOT_SET"


def test_a_review_says_something_when_it_is_submitted(project, manager):
    with pytest.raises(ValidationError) as refused:
        submit(project, manager, content=Content(sentence="  "))
    assert "sentence" in refused.value.message_dict
    assert not Review.objects.exists()


@pytest.mark.parametrize("progress", [101, 300])
def test_progress_is_a_percentage(project, manager, progress):
    with pytest.raises(ValidationError) as refused:
        submit(project, manager, content=Content(sentence="Oui.", progress=progress))
    assert "progress" in refused.value.message_dict


def test_a_month_to_come_is_not_reviewed(project, manager):
    with pytest.raises(ValidationError):
        submit(project, manager, month=date(2026, 7, 1))


def test_submitting_dates_the_record_and_says_who(project, manager):
    done = reviews.submit(
        project=project, month=MAY, content=SAID, by=manager, at=NOW + timedelta(hours=1)
    )
    project.refresh_from_db()
    assert (done.state, done.submitted_by) == ("SUBMITTED", manager)
    assert project.updated_at == NOW + timedelta(hours=1)


def test_a_submitted_review_is_not_written_over(project, manager):
    submit(project, manager)
    for verb in (reviews.save_draft, reviews.submit):
        with pytest.raises(ValidationError):
            verb(project=project, month=MAY, content=Content(sentence="x"), by=manager, at=NOW)
    assert Review.objects.get().sentence == SAID.sentence


def test_nothing_changed_hands_in_the_last_review_and_can_be_taken_back(project, manager):
    submit(project, manager, month=APRIL)
    done = reviews.nothing_changed(project=project, month=MAY, by=manager, at=NOW)
    assert (done.state, done.is_unchanged, done.schedule, done.progress) == (
        "SUBMITTED", True, "STORMY", 40,
    )  # fmt: skip
    back = reviews.take_back(review=done, by=manager, at=NOW)
    assert (back.state, back.sentence, back.submitted_at) == ("DRAFT", SAID.sentence, None)


def test_nothing_changed_needs_an_earlier_review(project, manager):
    make_review(project, APRIL)  # a draft says nothing
    with pytest.raises(ValidationError):
        reviews.nothing_changed(project=project, month=MAY, by=manager, at=NOW)


def test_who_submitted_does_not_validate(project, manager):
    review = submit(project, manager)
    with pytest.raises(ValidationError):
        reviews.validate(review=review, by=manager, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(
            state="VALIDATED", validated_at=NOW, validated_by=manager
        )


def test_sent_back_with_a_reason_it_is_a_draft_again(project, manager):
    review, director = submit(project, manager), make_user()
    with pytest.raises(ValidationError):
        reviews.send_back(review=review, by=director, reason=" ", at=NOW)
    back = reviews.send_back(review=review, by=director, reason="Dites la date.", at=NOW)
    assert (back.state, back.returned_reason, back.sentence) == (
        "DRAFT", "Dites la date.", SAID.sentence,
    )  # fmt: skip


def test_validated_then_published_each_by_somebody_at_some_time(project, manager):
    director = make_user()
    review = reviews.validate(review=submit(project, manager), by=director, at=NOW)
    with pytest.raises(ValidationError):
        reviews.take_back(review=review, by=manager, at=NOW)
    done = reviews.publish(review=review, by=director, at=NOW)
    assert (done.state, done.validated_by, done.published_by) == ("PUBLISHED", director, director)


def test_what_is_not_validated_or_not_public_is_not_published(project, manager):
    review = submit(project, manager)
    with pytest.raises(ValidationError):
        reviews.publish(review=review, by=make_user(), at=NOW)
    review = reviews.validate(review=review, by=make_user(), at=NOW)
    project.visibility = "INTERNAL"
    project.save()
    with pytest.raises(ValidationError):
        reviews.publish(review=review, by=make_user(), at=NOW)


def test_the_history_keeps_the_steps_and_not_every_word_of_a_draft(project, manager):
    for sentence in ("Le", "Le quai", "Le quai est"):
        reviews.save_draft(
            project=project, month=MAY, content=Content(sentence=sentence), by=manager, at=NOW
        )
    submit(project, manager)
    events = Events.objects.references(project).filter(pgh_obj_model="portfolio.Review")
    states = [event.pgh_data["state"] for event in events.order_by("pgh_id")]
    assert states == ["DRAFT", "SUBMITTED"]


def test_a_draft_that_a_colleague_writes_over_stays_in_the_history(project, manager):
    for by, sentence in ((manager, "Mes mots."), (make_user(), "Les siens.")):
        reviews.save_draft(
            project=project, month=MAY, content=Content(sentence=sentence), by=by, at=NOW
        )
    events = Events.objects.references(project).filter(pgh_obj_model="portfolio.Review")
    said = [event.pgh_data["sentence"] for event in events.order_by("pgh_id")]
    assert said == ["Mes mots.", "Les siens."]


def test_those_who_may_validate_are_other_people_and_directors(project, manager):
    review = submit(project, manager)
    administrator = make_user(is_superuser=True)
    colleague = make_user(organisation=project.lead)
    assert list(Review.objects.waiting_for(administrator)) == [review]
    assert not Review.objects.waiting_for(manager).exists()
    assert not Review.objects.waiting_for(colleague).exists()


def test_a_director_validates_for_the_department_and_those_below(project, manager):
    review = submit(project, manager)
    above = make_organisation()
    project.lead.parent = above
    project.lead.save()
    seen = {}
    for name, department in (("own", project.lead), ("above", above), ("other", None)):
        director = make_user()
        make_role(director, "VALIDATOR", department or make_organisation())
        seen[name] = list(Review.objects.waiting_for(director))
    assert seen == {"own": [review], "above": [review], "other": []}
