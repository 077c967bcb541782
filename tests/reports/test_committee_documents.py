"""The pack and the minutes of a meeting: accessible, sound, frozen, for those who read it alone."""

import io

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from page import validate_pdf_bytes
from pypdf import PdfReader

from portfolio.models import Project
from portfolio.queries.decision_grounds import grounds
from portfolio.services import meetings
from reports import catalogue
from reports.errors import SubjectGoneError
from reports.models import Document
from tests.factories.governance import (
    action,
    condition,
    decide,
    make_item,
    make_meeting,
    make_open_item,
    people,
    say,
    what,
)
from tests.factories.portfolio import NOW, make_project, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(project):
    """Decided with a vote, a condition and an action; another item is still open."""
    found = make_open_item(project)
    one, other = people(found.meeting)[:2]
    say(found, one, "FOR")
    say(found, other, "AGAINST", comment="Trop cher")
    meetings.reveal(item=found, by=None, at=NOW)
    decide(found, what(conditions=[condition("Obtenir l’accord de l’État")], actions=[action(one)]))
    make_item(found.meeting, subject="Préparation du budget")
    return found


def made(name: str, item, language: str = "fr", reader=None) -> bytes:
    return catalogue.get(name).make(
        arguments={"meeting": str(item.meeting_id)},
        reader=reader or item.meeting.committee.chair, language=language, now=NOW,
    )  # fmt: skip


def text(body: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", ["minutes", "meeting-pack"])
def test_they_pass_every_rule_of_pdf_ua(item, name, language):
    report = validate_pdf_bytes(made(name, item, language), profile="ua1")
    assert report.is_compliant, [failure.message for failure in report.failures]


def test_minutes_say_who_was_there_what_was_decided_and_the_seal(item):
    told = text(made("minutes", item))
    decision = item.decision
    for words in ("Odile Carrière", decision.text, "Obtenir l’accord", "1 pour, 1 contre", "Rien n’a été décidé"):  # fmt: skip
        assert words in told, words
    assert decision.seal in told.replace(" ", "").replace("\n", "")


def test_minutes_say_what_was_decided_then_whatever_is_renamed_since(item):
    name = item.project.name_fr
    Project.objects.filter(pk=item.project_id).update(name_fr="Tout autre nom")
    told = text(made("minutes", item))
    assert name in told
    assert "Tout autre nom" not in told


def test_the_pack_holds_the_sheet_of_each_project_once(item):
    make_item(item.meeting, item.project, question="Et après ?")
    told = text(made("meeting-pack", item))
    assert "Et après" in told
    assert told.count(item.project.summary_fr) == 1


def test_a_project_that_the_reader_may_not_read_is_named_nowhere(item):
    make_item(item.meeting, make_project(name_fr="Projet secret", visibility="DRAFT"))
    member = people(item.meeting)[1]
    for name in ("minutes", "meeting-pack"):
        told = text(made(name, item, reader=member))
        assert "Projet secret" not in told
        assert "que vous ne pouvez pas lire" in told


@pytest.mark.parametrize("name", ["minutes", "meeting-pack"])
def test_a_stranger_gets_neither(item, name):
    for reader in (AnonymousUser(), make_user()):
        with pytest.raises(SubjectGoneError):
            made(name, item, reader=reader)
        assert not catalogue.get(name).may_have(reader, {"meeting": str(item.meeting_id)})
    assert not catalogue.get(name).may_have(make_user(is_superuser=True), {"meeting": "x"})


def test_there_are_no_minutes_before_the_meeting(client):
    meeting = make_meeting()
    client.force_login(meeting.committee.chair)
    assert client.post(reverse("reports:minutes", args=[meeting.pk])).status_code == 404
    assert client.post(reverse("reports:meeting-pack", args=[meeting.pk])).status_code == 302
    document = Document.objects.get()
    html = client.get(reverse("reports:document", args=[document.pk])).content.decode()
    assert reverse("portfolio:meeting", args=[meeting.pk]) in html


def test_a_decision_keeps_which_pack_its_meeting_was_given():
    item = make_open_item()
    assert "pack" not in grounds(item, at=NOW)
    for number, meeting in enumerate((item.meeting_id, item.meeting_id + 1)):
        Document.objects.create(
            name="meeting-pack", arguments={"meeting": str(meeting)}, language="fr", state="READY",
            owner=make_user(), asked_at=NOW, finished_at=NOW, file="x.pdf", sha256=f"{number}" * 64,
        )  # fmt: skip
    assert grounds(item, at=NOW)["pack"]["sha256"] == "0" * 64
