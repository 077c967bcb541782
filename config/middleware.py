"""What stands before every view: headers by part of the site, and a limit on what is sent."""

from collections.abc import Callable

from csp.constants import SELF
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.html import format_html
from django.utils.translation import gettext as _

OTHER_HEADERS = {
    "Permissions-Policy": "camera=(), microphone=(), payment=(), usb=(), geolocation=(self)",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class SecurityHeadersMiddleware(CSPMiddleware):
    """The Content-Security-Policy, its editors' variant, and headers Django does not set."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if request.path.startswith(settings.EDITOR_PREFIXES) and not report_only:
            return PolicyParts(config=settings.EDITOR_SECURITY_POLICY)
        if getattr(request, "is_preview", False):  # shown in a frame of the editors' page
            parts.replace = {**(parts.replace or {}), "frame-ancestors": [SELF]}
        return parts

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        for header, value in OTHER_HEADERS.items():
            response.headers.setdefault(header, value)
        return super().process_response(request, response)


class UploadLimitMiddleware:
    """Refuses what claims to be larger than any form takes, before a byte of it is read.

    A body without a length is empty to Django, so the claim is the size. The answer is a short
    text, which a page with a script shows among its news.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        claimed = request.META.get("CONTENT_LENGTH") or "0"
        if (
            claimed.isascii()
            and claimed.isdigit()
            and int(claimed[:20]) > settings.UPLOAD_MAX_BYTES
        ):
            text = _("What you sent is over %(size)d MB: nothing of it was kept.")
            words = text % {"size": settings.UPLOAD_MAX_BYTES // 1_000_000}
            page = format_html('<p class="toast toast--error">{}</p>', words)
            return HttpResponse(page, status=413)
        return self._get_response(request)
