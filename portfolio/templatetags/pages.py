"""The same page in another language."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.template.context import RequestContext
from django.urls import translate_url
from django.utils.translation import get_language, get_language_info

from portfolio import moments

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
    request: Any = context.get("request")
    if alternates is not None:
        return _at_same_instant(alternates.get(code, ""), request)
    home = "/" if code == settings.LANGUAGE_CODE else f"/{code}/"
    if request is None:
        return home
    here = request.get_full_path()
    there = translate_url(here, code)
    return home if there == here else there


def _at_same_instant(address: str, request: Any) -> str:
    """The figures of another day are read in the other language too."""
    text = request.GET.get(moments.NAME, "") if request is not None else ""
    return f"{address}?{urlencode({moments.NAME: text})}" if address and text else address
