"""A sheet that is made is a use of the figures on it."""

from datetime import date

from indicators.models import Usage
from reports.services import documents
from tests.factories.indicators import make_feed, make_observations, make_target
from tests.factories.portfolio import NOW, make_project, make_user, make_zone


def test_a_sheet_that_is_ready_is_a_use_of_its_figures(db):
    project, feed, zone, agent = make_project(), make_feed(), make_zone(), make_user()
    make_observations(feed, zone, {date(2026, 1, 1): 12.0})
    make_target(project=project, indicator=feed.indicator, zone=zone)
    document = documents.ask(
        name="project-sheet", arguments={"project": project.code}, language="fr", by=agent, at=NOW
    )
    documents.produce(document_id=document.pk, now=NOW)
    documents.produce(document_id=document.pk, now=NOW)
    usage = Usage.objects.get()
    assert (usage.indicator, usage.author, usage.as_of) == (feed.indicator, agent, NOW)
    assert (usage.address, usage.is_automatic) == (f"/pilotage/documents/{document.pk}/", True)
    assert project.name_fr in usage.label


def test_a_sheet_that_could_not_be_made_uses_nothing(db):
    project = make_project()
    document = documents.ask(
        name="project-sheet", arguments={"project": project.code}, language="fr",
        by=make_user(), at=NOW,
    )  # fmt: skip
    project.visibility = "DRAFT"
    project.save()
    documents.produce(document_id=document.pk, now=NOW)
    assert not Usage.objects.exists()
