"""The same page in another language."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.template.context import RequestContext
from django.urls import translate_url
from django.utils.translation import get_language, get_language_info

register = template.Library()


@dataclass(frozen=True)
class OtherLanguage:
    code: str
    name: str
    address: str


@register.simple_tag(takes_context=True)
def other_languages(context: RequestContext) -> list[OtherLanguage]:
    """The other languages, each with this page's address in it.

    A page whose slug is translated says its addresses itself (`alternates`); without one, and
    where the address does not exist in the other language, the language's home page.
    """
    codes = [code for code, _name in settings.LANGUAGES if code != (get_language() or "fr")]
    return [
        OtherLanguage(code, get_language_info(code)["name_local"].capitalize(), address)
        for code in codes
        if (address := _address(context, code))
    ]


def _address(context: RequestContext, code: str) -> str:
    alternates: dict[str, str] | None = context.get("alternates")
    if alternates is not None:
        return alternates.get(code, "")
    home = "/" if code == settings.LANGUAGE_CODE else f"/{code}/"
    request: Any = context.get("request")
    if request is None:
        return home
    here = request.get_full_path()
    there = translate_url(here, code)
    return home if there == here else there
