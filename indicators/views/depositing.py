"""One deposit: what it would change, published, followed, withdrawn."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from indicators.connectors.base import SourceError
from indicators.connectors.drop.faults import FileError
from indicators.forms import PublishForm, WithdrawForm
from indicators.models import Deposit
from indicators.pull_settings import means
from indicators.queries import deposits as questions
from indicators.raw_store import RawStore
from indicators.reasons import run_reason
from indicators.services import deposits
from indicators.services.deposit_preview import preview
from indicators.services.deposits import OtherwiseError
from indicators.services.raw_files import LostError
from indicators.tasks import pull_run
from portfolio.after_commit import after_commit
from portfolio.models import User

PAGE = "indicators/pages/deposit.html"
UNDER_WAY = ("DUE", "LEASED", "FETCHED", "STAGED")


@login_required
def deposit_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What the file would change, and to publish it; then what became of it."""
    deposit = _open_deposit(request, pk)
    if not deposit.is_waiting:
        return _followed(request, deposit, WithdrawForm())
    form = PublishForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid() and _published(request, deposit, form):
        return redirect("indicators:deposit", pk=pk)
    return _shown(request, deposit, form)


@login_required
def deposit_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that asks again for itself; the whole page once there is news."""
    deposit = _open_deposit(request, pk)
    response = render(request, "indicators/pages/deposit_progress.html", {"deposit": deposit})
    if not _is_under_way(deposit):
        response["HX-Refresh"] = "true"
    return response


@login_required
def deposit_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file as it was sent. It is never shown by the browser."""
    deposit = _open_deposit(request, pk)
    try:
        body = deposits.content_of(deposit=deposit, store=RawStore(settings.RAW_STORE))
    except LostError as error:
        raise Http404 from error
    response = HttpResponse(body, content_type="application/octet-stream")
    plain = "".join(c if c.isascii() and (c.isalnum() or c == ".") else "-" for c in deposit.file_name)  # fmt: skip
    response["Content-Disposition"] = f'attachment; filename="{plain}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    deposit = _open_deposit(request, pk)
    code = deposit.feed.code
    deposits.discard(deposit=deposit)
    messages.success(request, _("The file is forgotten; nothing of it was published."))
    return redirect("indicators:feed-deposit", code=code)


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish the earlier values again."""
    deposit = _open_deposit(request, pk)
    if deposit.is_waiting:
        return redirect("indicators:deposit", pk=pk)
    form = WithdrawForm(request.POST)
    back = _withdrawn(request, deposit, form) if form.is_valid() else None
    if back is None:
        return _followed(request, deposit, form)
    return redirect("indicators:deposit", pk=back.pk)


def _withdrawn(request: HttpRequest, deposit: Deposit, form: WithdrawForm) -> Deposit | None:
    try:
        with transaction.atomic():
            back = deposits.withdraw(
                deposit=deposit, reason=form.cleaned_data["reason"],
                by=cast("User", request.user), means=means(),
            )  # fmt: skip
            after_commit(pull_run.delay, cast("int", back.run_id))
    except ValidationError as error:
        form.add_error(None, error)
    except SourceError as error:
        form.add_error(None, str(run_reason(error.code)))
    else:
        return back
    return None


def _open_deposit(request: HttpRequest, pk: int) -> Deposit:
    found = Deposit.objects.open_to(request.user).select_related(
        "feed__indicator", "feed__source", "author", "run__feed", "withdraws"
    )
    return get_object_or_404(found, pk=pk)


def _published(request: HttpRequest, deposit: Deposit, form: PublishForm) -> bool:
    try:
        with transaction.atomic():
            run = deposits.publish(
                deposit=deposit, note=form.cleaned_data["note"], seen=form.cleaned_data["seen"],
                by=cast("User", request.user), means=means(),
            )  # fmt: skip
            after_commit(pull_run.delay, run.pk)
    except OtherwiseError:
        form.add_error(None, _("Published values changed since you looked. See what this file changes now."))  # fmt: skip
    except ValidationError as error:
        form.add_error(None, error)
    except SourceError as error:
        form.add_error(None, str(run_reason(error.code)))
    return form.is_valid()


def _shown(request: HttpRequest, deposit: Deposit, form: PublishForm | None) -> HttpResponse:
    context: dict[str, Any] = {"deposit": deposit, "same": questions.same_file(deposit)}
    try:
        found = preview(feed=deposit.feed, content=bytes(deposit.content), means=means())
    except SourceError as error:
        context["refusal"] = error
        context["file_fault"] = error if isinstance(error, FileError) else None
    else:
        context |= {"preview": found, "form": form or PublishForm()}
    return render(request, PAGE, context, status=422 if form is not None else 200)


def _followed(request: HttpRequest, deposit: Deposit, form: WithdrawForm) -> HttpResponse:
    context = {
        "deposit": deposit,
        "run": deposit.run,
        "is_under_way": _is_under_way(deposit),
        "withdraw_form": form,
        "withdrawals": deposit.withdrawals.order_by("pk"),
        "today": timezone.localdate(),
    }
    return render(request, PAGE, context, status=422 if form.errors else 200)


def _is_under_way(deposit: Deposit) -> bool:
    return deposit.run is not None and deposit.run.state in UNDER_WAY
