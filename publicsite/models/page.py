"""What every public page has: its address in each language."""

from typing import Any

from django.http import HttpRequest
from wagtail.models import Page


class PublicPage(Page):
    """A page that says where its translations are, to readers and to search engines."""

    def addresses(self, request: HttpRequest) -> dict[str, str]:
        """Paths of this page by language, this one's included; only what is published."""
        pages = self.get_translations(inclusive=True).live().select_related("locale")
        return {page.locale.language_code: page.get_url(request) or "" for page in pages}

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context(request, *args, **kwargs),
            "alternates": self.addresses(request),
        }

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict[str, Any]]:
        """One entry a language: Wagtail itself lists the default language's tree only."""
        if request is None:
            return []
        return sitemap_entries(request, self.addresses(request), self.last_published_at)

    class Meta:
        abstract = True


def sitemap_entries(
    request: HttpRequest, addresses: dict[str, str], changed_at: Any
) -> list[dict[str, Any]]:
    """Entries of one page in all its languages, each naming the others."""
    absolute = {code: request.build_absolute_uri(path) for code, path in addresses.items()}
    alternates = [{"lang_code": code, "location": url} for code, url in absolute.items()]
    return [
        {"location": url, "lastmod": changed_at, "alternates": alternates}
        for url in absolute.values()
    ]
