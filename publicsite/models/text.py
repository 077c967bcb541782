"""A page of text: legal notice, accessibility statement, how we work."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from publicsite.blocks import StoryBlock
from publicsite.models.page import PublicPage


class TextPage(PublicPage):
    """Free text by the editors."""

    body = StreamField(StoryBlock(), verbose_name=_("text"), blank=True)

    content_panels = [*PublicPage.content_panels, FieldPanel("body")]
    parent_page_types = ["publicsite.HomePage"]
    subpage_types: list[str] = []
    template = "publicsite/pages/text.html"

    class Meta:
        verbose_name = _("text page")
        verbose_name_plural = _("text pages")
