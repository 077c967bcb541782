"""HTML to an accessible PDF (PDF/UA-1), reaching nothing outside the page itself."""

from collections.abc import Mapping
from pathlib import Path

from django.contrib.staticfiles import finders
from weasyprint import CSS, HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from reports.errors import RenderError


class SealedFetcher(URLFetcher):
    """Answers from `resources` (`resource:<id>` → media type and bytes) and refuses all else.

    WeasyPrint's own fetcher reads local files and any host: a name written in the register
    must not make the server do so.
    """

    def __init__(self, resources: Mapping[str, tuple[str, bytes]] | None = None) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)
        self._resources = dict(resources or {})

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        scheme, _, name = url.partition(":")
        if scheme != "resource" or name not in self._resources:
            raise FatalURLFetchingError(f"refused to read {url}")
        media_type, body = self._resources[name]
        return URLFetcherResponse(url, body, {"Content-Type": media_type})


def pdf(html: str, *, resources: Mapping[str, tuple[str, bytes]] | None = None) -> bytes:
    """PDF/UA-1 of a whole page; its `<html lang>`, `<title>` and `<meta>` become the metadata.

    Raises RenderError when the page names a file or an address outside `resources`.
    """
    fetcher = SealedFetcher(resources)
    page = HTML(string=html, base_url="resource:", url_fetcher=fetcher)
    style = CSS(string=stylesheet("reports/print.css"), url_fetcher=fetcher)
    try:
        body: bytes = page.write_pdf(stylesheets=[style], pdf_variant="pdf/ua-1", pdf_tags=True)
    except FatalURLFetchingError as error:
        raise RenderError(str(error)) from error
    return body


def stylesheet(name: str) -> str:
    """The text of one of our own static files."""
    path = finders.find(name)
    if not isinstance(path, str):
        raise RenderError(f"{name} is not installed")
    return Path(path).read_text(encoding="utf-8")
