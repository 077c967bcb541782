"""Headers that depend on which part of the site answers."""

from csp.constants import SELF
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

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
