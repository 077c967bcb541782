"""The feeds whose files are deposited: what is awaited, the file to fill in, who may send it."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from indicators.connectors.base import SourceError
from indicators.connectors.drop.faults import FileError, FileTooBigError
from indicators.connectors.drop.lines import MAX_BYTES
from indicators.forms import DepositForm, DepositorForm
from indicators.models import Deposit, Feed
from indicators.pull_settings import means
from indicators.queries import deposits as questions
from indicators.services import deposit_templates, depositors, deposits
from portfolio.models import User
from portfolio.permissions import may, require
from portfolio.roles import Part

PER_PAGE = 25
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
def to_fill(request: HttpRequest) -> HttpResponse:
    """The feeds that are open to the reader."""
    feeds = questions.to_fill(user=cast("User", request.user), today=timezone.localdate())
    return render(request, "indicators/pages/deposits.html", {"feeds": feeds})


@login_required
def feed_page(request: HttpRequest, code: str) -> HttpResponse:
    """The file to fill in, the file to send, and those sent before."""
    feed = _open_feed(request, code)
    form = DepositForm(request.POST, request.FILES) if request.method == "POST" else DepositForm()
    refusal: SourceError | None = None
    if form.is_bound and form.is_valid():
        try:
            sent = _sent(request, feed, form.cleaned_data["file"])
        except SourceError as error:
            refusal = error
        else:
            return redirect("indicators:deposit", pk=sent.pk)
    return _page(request, feed, {"form": form, "refusal": refusal})


@login_required
@require_POST
def depositor(request: HttpRequest, code: str) -> HttpResponse:
    """Open the feed to somebody, or close it."""
    require(request, Part.SOURCES)
    feed = _open_feed(request, code)
    form = DepositorForm(request.POST)
    if not form.is_valid():
        return _page(request, feed, {"form": DepositForm(), "depositor_form": form})
    who: Any = {"feed": feed, "to": form.cleaned_data["person"], "by": request.user,
                "at": timezone.now()}  # fmt: skip
    try:
        if request.POST.get("act") == "close":
            depositors.close_feed(**who)
        else:
            depositors.open_feed(**who)
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, feed, {"form": DepositForm(), "depositor_form": form})
    messages.success(request, _("Saved."))
    return redirect("indicators:feed-deposit", code=code)


@login_required
def template_xlsx(request: HttpRequest, code: str) -> HttpResponse:
    feed = _open_feed(request, code)
    body = deposit_templates.workbook(feed=feed, today=timezone.localdate())
    return _file(body, XLSX, f"{feed.code}.xlsx")


@login_required
def template_csv(request: HttpRequest, code: str) -> HttpResponse:
    feed = _open_feed(request, code)
    body = deposit_templates.csv_file(feed=feed, today=timezone.localdate())
    return _file(body, "text/csv; charset=utf-8", f"{feed.code}.csv")


def _open_feed(request: HttpRequest, code: str) -> Feed:
    feeds = Feed.objects.open_to(request.user).select_related("indicator", "source__producer")
    return get_object_or_404(feeds, code=code)


def _sent(request: HttpRequest, feed: Feed, file: Any) -> Deposit:
    """Weighed before it is read into memory. Raises SourceError."""
    if file.size > MAX_BYTES:
        raise FileTooBigError
    return deposits.send(
        feed=feed, content=file.read(), file_name=file.name, by=cast("User", request.user),
        means=means(),
    )  # fmt: skip


def _page(request: HttpRequest, feed: Feed, told: dict[str, Any]) -> HttpResponse:
    refusal, form = told.get("refusal"), told.get("depositor_form")
    manages = may(request.user, Part.SOURCES)
    context = {
        "feed": feed,
        "awaited": questions.awaited(feed, today=timezone.localdate()),
        "page": Paginator(questions.published(feed), PER_PAGE).get_page(request.GET.get("page")),
        "depositors": questions.depositors(feed),
        "depositor_form": form or (DepositorForm() if manages else None),
        "file_fault": refusal if isinstance(refusal, FileError) else None,
        **told,
    }
    wrong = refusal or form or told["form"].errors
    return render(
        request, "indicators/pages/feed_deposit.html", context, status=422 if wrong else 200
    )


def _file(body: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
