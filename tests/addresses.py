"""Every address of the site, as routes; what a role may expect of each is in test_rights_matrix."""

from collections.abc import Iterator
from typing import Any

from django.urls import get_resolver
from django.urls.resolvers import URLResolver

# Wagtail's and Django's own screens: who enters them is tested in test_rights and test_editors.
FOREIGN = ("cms/", "admin/", "documents/", "media/", "_util/", "^media/")


def every_route() -> Iterator[tuple[str, Any]]:
    """(route, pattern), of our addresses and of others."""
    yield from _walk(get_resolver().url_patterns, "")


def our_routes() -> set[str]:
    return {route for route, _pattern in every_route() if not route.startswith(FOREIGN)}


def _walk(patterns: Any, before: str) -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield route, pattern
