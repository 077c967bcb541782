"""The home page."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField

from portfolio import moments
from publicsite.models.page import PublicPage
from publicsite.queries import asked
from publicsite.queries.figures import key_figures, recently_updated, territory_effects


class HomePage(PublicPage):
    """The entrance: what this site is, and the ways into it."""

    introduction = RichTextField(_("introduction"), features=["bold", "link"], blank=True)
    lead = models.CharField(_("sentence under the title"), max_length=250, blank=True)

    content_panels = [*PublicPage.content_panels, FieldPanel("lead"), FieldPanel("introduction")]
    max_count_per_parent = 1
    parent_page_types = ["wagtailcore.Page"]
    template = "publicsite/pages/home.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        then, today = asked(request), timezone.localdate()
        return {
            **super().get_context(request, *args, **kwargs),
            "figures": key_figures(),
            "recent": recently_updated(),
            "territory_effects": territory_effects(today=then.day(today), as_of=then.at),
            "asked": then,
            "back": moments.without(request.GET, request.path),
        }

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")
