"""A page that only reads asks once what its reader may."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from portfolio.reach import rights_kept


class RightsMiddleware:
    """What changes something asks each time: it may change the rights themselves."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        with rights_kept():
            return self.get_response(request)
