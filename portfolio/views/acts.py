"""One form on a page of its own: opened, refused with what is wrong, or saved and left."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from portfolio.models import User
from portfolio.views.editing import is_saved

TEMPLATE = "portfolio/pages/reference_edit.html"


def form_page(
    request: HttpRequest, form: Any, *, title: str, back: str, back_label: str, news: str
) -> HttpResponse:
    """`back`: the address to go back to, saved or not. A form that is drawn in its own way names
    its `page_template`."""
    if form.is_bound and form.is_valid() and is_saved(request, form):
        messages.success(request, news)
        return redirect(back)
    context = {"form": form, "title": title, "back": back, "back_label": back_label}
    template = getattr(form, "page_template", TEMPLATE)
    return render(request, template, context, status=422 if form.errors else 200)


def act(request: HttpRequest, verb: Any, *, news: str = "", **given: Any) -> bool:
    """Call a service that no form stands before; what it refuses is told on the next page."""
    try:
        verb(**given, by=person(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return False
    if news:
        messages.success(request, news)
    return True


def person(request: HttpRequest) -> User:
    """Who is signed in."""
    return cast("User", request.user)


def act_now(request: HttpRequest, verb: Any, *, news: str = "", **given: Any) -> bool:
    """The same, of a service that takes the instant."""
    return act(request, verb, news=news, at=timezone.now(), **given)
