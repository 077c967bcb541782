"""What every template may need."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """The territory, for the page's name and the demonstration banner."""
    return {"territory": settings.TERRITORY}
