"""What a source lacks, in words and links."""

from django import template
from django.urls import reverse

from indicators.analysis.swamp import Lack
from indicators.lack_words import LACKS, Words
from indicators.models import DataSource

register = template.Library()


@register.filter
def lack_words(lack: Lack) -> Words:
    return LACKS[lack.code]


@register.simple_tag
def lack_address(source: DataSource, lack: Lack) -> str:
    """Where it is put right."""
    place = LACKS[lack.code].place
    if place == "facts":
        return reverse("indicators:source-edit", args=[source.code])
    if place == "agreement":
        return reverse("indicators:agreement-add", args=[source.code])
    if place == "feed":
        return f"{reverse('indicators:runs')}?flux={lack.about}"
    part = {"page": "#agreements", "use": "#usage"}[place]
    if lack.code == "NO_CONTRACT":
        part = "#feeds"
    return f"{reverse('indicators:source', args=[source.code])}{part}"
