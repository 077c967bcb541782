"""The menu of the public site, and addresses of projects."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.context import RequestContext
from django.utils.translation import get_language
from wagtail.models import Locale, Page

from portfolio.templatetags import maps
from publicsite.models import ProjectsPage, TextPage

register = template.Library()
register.simple_tag(maps.tiles)
register.simple_tag(maps.envelope)


@dataclass(frozen=True)
class MenuEntry:
    title: str
    address: str


@dataclass(frozen=True)
class Menu:
    """Addresses in the active language; `projects` is empty where the page is not published."""

    home: str
    projects: str
    texts: tuple[MenuEntry, ...]


@register.simple_tag(takes_context=True)
def public_menu(context: RequestContext) -> Menu:
    """Read once a page, in three queries; it also serves the page of a wrong address."""
    request: HttpRequest | None = context.get("request")
    code = get_language() or settings.LANGUAGE_CODE
    locale = Locale.objects.filter(language_code=code).first()
    projects = ProjectsPage.objects.live().filter(locale=locale).first()
    texts = TextPage.objects.live().filter(locale=locale).order_by("path")
    return Menu(
        home="/" if code == settings.LANGUAGE_CODE else f"/{code}/",
        projects=_address(projects, request),
        texts=tuple(MenuEntry(page.title, _address(page, request)) for page in texts),
    )


def _address(page: Page | None, request: HttpRequest | None) -> str:
    return (page.get_url(request) or "") if page is not None else ""


@register.simple_tag(takes_context=True)
def absolute(context: RequestContext, path: str) -> str:
    """The whole address of a path of this site, as search engines want it."""
    request: Any = context["request"]
    return str(request.build_absolute_uri(path))
