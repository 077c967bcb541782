from datetime import timedelta

import pytest
from django.db import transaction

from portfolio.services import history
from portfolio.services.history import recorded
from tests.factories.portfolio import make_milestone, make_project, make_user

pytestmark = pytest.mark.django_db


def last_context(record):
    return record.events.latest("pgh_id").pgh_context


def test_a_change_keeps_its_author_and_reason():
    author = make_user()
    with recorded(by=author, reason="Vote du conseil"):
        project = make_project()
    assert last_context(project).metadata == {"user": author.pk, "reason": "Vote du conseil"}


def test_a_machine_has_no_author():
    with recorded(by=None, reason="Import"):
        project = make_project()
    assert last_context(project).metadata == {"user": None, "reason": "Import"}


def test_a_verb_within_a_verb_is_one_change():
    author = make_user()
    with recorded(by=author, reason="Import"):
        project = make_project()
        with recorded(by=None, reason="Jalon"):
            milestone = make_milestone(project)
    assert last_context(milestone).metadata == {"user": author.pk, "reason": "Import"}
    assert last_context(milestone) == last_context(project)


def test_two_changes_of_one_transaction_keep_their_own_reasons():
    with transaction.atomic():
        with recorded(by=None, reason="Un"):
            first = make_project()
        with recorded(by=None, reason="Deux"):
            second = make_project()
    assert last_context(first).metadata["reason"] == "Un"
    assert last_context(second).metadata["reason"] == "Deux"


def test_a_later_write_of_the_transaction_is_not_put_down_to_the_author():
    with recorded(by=make_user(), reason="Vote"):
        project = make_project()
    project.name_fr = "Sans auteur"
    project.save()
    assert last_context(project) is None


def test_a_bulk_update_and_a_deletion_are_recorded_too():
    milestone = make_milestone(make_project())
    events = type(milestone).pgh_event_model.objects.filter(pgh_obj_id=milestone.pk)
    with recorded(by=None, reason="Correction"):
        type(milestone).objects.filter(pk=milestone.pk).update(is_public=False)
        milestone.delete()
    labels = list(events.order_by("pgh_id").values_list("pgh_label", flat=True))
    assert labels == ["insert", "update", "delete"]


def test_an_empty_reason_is_refused():
    with pytest.raises(ValueError, match="reason"), recorded(by=None, reason=" "):
        pass


def test_an_older_act_entered_late_does_not_move_the_last_change_back():
    project = make_project()
    before = project.updated_at

    history.touch(project, at=before - timedelta(days=30))
    project.refresh_from_db()
    assert project.updated_at == before

    history.touch(project, at=before + timedelta(days=1))
    project.refresh_from_db()
    assert project.updated_at == before + timedelta(days=1)
