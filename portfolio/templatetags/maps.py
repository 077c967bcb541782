"""What a map of the browser needs: the addresses of its tiles, and what it first shows."""

from django import template
from django.conf import settings
from django.urls import reverse

register = template.Library()


@register.simple_tag
def tiles(layer: str, query: str = "") -> str:
    """The address of a layer's vector tiles with {z}/{x}/{y} in it, restricted by `query`."""
    sample = reverse("tile", args=[layer, 0, 0, 0]).replace("/0/0/0.pbf", "/{z}/{x}/{y}.pbf")
    return f"{sample}?{query}" if query else sample


@register.simple_tag
def envelope(extent: tuple[float, float, float, float] | None = None) -> str:
    """west,south,east,north: of what is shown, else of the territory."""
    return ",".join(str(edge) for edge in extent or settings.TERRITORY.envelope)
