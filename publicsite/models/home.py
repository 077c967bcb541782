"""The home page."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page


class HomePage(Page):
    """The entrance: what this site is, and the ways into it."""

    introduction = RichTextField(_("introduction"), features=["bold", "link"], blank=True)
    lead = models.CharField(_("sentence under the title"), max_length=250, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("introduction")]
    max_count_per_parent = 1
    parent_page_types = ["wagtailcore.Page"]
    template = "publicsite/pages/home.html"

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")
