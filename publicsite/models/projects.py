"""The projects on the public site: facts from the register, stories by the editors."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.fields import StreamField
from wagtail.models import Page

from publicsite.blocks import StoryBlock


class ProjectsPage(RoutablePageMixin, Page):
    """The list of public projects; each project has its address below, whatever the editors do."""

    content_panels = [*Page.content_panels]
    max_count_per_parent = 1
    parent_page_types = ["publicsite.HomePage"]
    subpage_types = ["publicsite.ProjectStoryPage"]

    class Meta:
        verbose_name = _("projects page")
        verbose_name_plural = _("projects pages")


class ProjectStoryPage(Page):
    """What editors add to the facts of one project; shown on the project's own page."""

    project = models.ForeignKey(
        "portfolio.Project", models.PROTECT, related_name="stories", verbose_name=_("project")
    )
    body = StreamField(StoryBlock(), verbose_name=_("story"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("project"), FieldPanel("body")]
    parent_page_types = ["publicsite.ProjectsPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("project story")
        verbose_name_plural = _("project stories")
