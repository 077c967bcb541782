"""What every template may need."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portfolio.permissions import may
from portfolio.roles import Part


def site(request: HttpRequest) -> dict[str, object]:
    """The territory, for the page's name and the demonstration banner; whether the reader looks
    after accounts and parameters, asked only where it is shown."""
    return {
        "territory": settings.TERRITORY,
        "manages_accounts": SimpleLazyObject(lambda: may(request.user, Part.ACCOUNTS)),
        "manages_parameters": SimpleLazyObject(lambda: may(request.user, Part.PARAMETERS)),
    }
