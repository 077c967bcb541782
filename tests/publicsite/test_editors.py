"""What editors do in the CMS."""

import pytest
from wagtail.models import Page

from publicsite.models import ProjectsPage, ProjectStoryPage
from tests.factories.portfolio import make_project, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = make_user(is_superuser=True, is_staff=True)
    client.force_login(user)
    return client


@pytest.mark.parametrize("slug", ["accueil", "projets", "accessibilite", "legal-notice"])
def test_editors_open_every_page_in_the_cms(editor, slug):
    page = Page.objects.get(slug=slug)
    assert editor.get(f"/cms/pages/{page.pk}/edit/").status_code == 200


def test_the_preview_of_a_story_is_the_page_of_its_project(editor, rf):
    project = make_project(name_fr="Passerelle", visibility="INTERNAL")
    body = [{"type": "heading", "value": "Pourquoi une passerelle"}]
    story = ProjectsPage.objects.get(slug="projets").add_child(
        instance=ProjectStoryPage(title="Histoire", project=project, body=body, live=False)
    )
    answer = editor.get(f"/cms/pages/{story.pk}/view_draft/")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "<h1>Passerelle</h1>" in page
    assert "Pourquoi une passerelle" in page


def test_a_preview_may_be_framed_by_the_editors_page_and_the_page_itself_by_nobody(editor):
    project = make_project()
    story = ProjectsPage.objects.get(slug="projets").add_child(
        instance=ProjectStoryPage(title="Histoire", project=project)
    )
    preview = editor.get(f"/cms/pages/{story.pk}/view_draft/")
    public = editor.get(f"/projets/{project.code}/")
    assert "frame-ancestors 'self'" in preview.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in public.headers["Content-Security-Policy"]
