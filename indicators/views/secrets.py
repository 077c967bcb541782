"""The key of a source: written, never shown."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from indicators.connectors.base import UnknownProtocolError
from indicators.connectors.registry import about
from indicators.forms import SecretForm
from indicators.models import DataSource
from indicators.services import source_secrets
from portfolio.models import User
from portfolio.permissions import require
from portfolio.roles import Part


@login_required
@sensitive_post_parameters("secret")
def source_secret(request: HttpRequest, code: str) -> HttpResponse:
    require(request, Part.SOURCES)
    source = get_object_or_404(DataSource.objects.visible_to(request.user), code=code)
    told = _told(source)
    form = SecretForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _saved(request, form, source):
        return redirect("indicators:sources")
    context = {"form": form, "source": source, "told": told}
    status = 422 if form.errors else 200
    return render(request, "indicators/pages/source_secret.html", context, status=status)


def _told(source: DataSource) -> str:
    """What the protocol says of its key."""
    try:
        return about(source.protocol).secret
    except UnknownProtocolError as error:
        raise Http404 from error


def _saved(request: HttpRequest, form: SecretForm, source: DataSource) -> bool:
    secret = form.cleaned_data["secret"]
    try:
        source_secrets.put(
            source=source, secret=secret, by=cast("User", request.user), at=timezone.now()
        )
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, _("The key is stored.") if secret else _("The key is taken away."))
    return True
