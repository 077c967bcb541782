"""The page of a feed: what it reads and when, its contract and its versions; switches."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from indicators.forms.contract_step import ONLY_ITS_AGE, AgreeForm, ComputedTermsForm, OdcsForm
from indicators.forms.schedule_step import EVERY
from indicators.models import DataSource, Feed, FeedDraft, Indicator
from indicators.queries import formulas as formula_queries
from indicators.queries.feed_settings import history_of
from indicators.services import contracts, feed_documents, odcs, sources
from indicators.services.plain_yaml import NotYamlError, plain_yaml
from indicators.services.sources import SourcesError
from indicators.views.assistant import yaml_file
from portfolio.models import User
from portfolio.permissions import may, require
from portfolio.roles import Part

MOST_BYTES = 200_000  # of a contract


@login_required
def feed_page(request: HttpRequest, code: str) -> HttpResponse:
    feed = _feed(request, code)
    versions = list(feed.contracts.select_related("author").order_by("-version"))
    period = feed.mapping.get("time", {}).get("period", "")
    context = {
        "feed": feed,
        "versions": versions,
        "held": versions[0] if versions else None,
        "only_its_age": ONLY_ITS_AGE if feed.is_computed else "",
        "may_change": may(request.user, Part.SOURCES),
        "draft": FeedDraft.objects.visible_to(request.user).filter(feed=feed).first(),
        "every": dict(EVERY).get(feed.every_minutes, ""),
        "period": dict(Indicator.Frequency.choices).get(period, ""),
        "formula": _formula(feed) if feed.is_computed else "",
        "changes": history_of(feed, reader=request.user),
    }
    return render(request, "indicators/pages/feed.html", context)


def _formula(feed: Feed) -> str:
    """How it is computed, in words; empty where no version holds."""
    held = formula_queries.latest([feed.indicator_id]).get(feed.indicator_id)
    return formula_queries.in_words(held) if held else ""


@login_required
def feed_document(request: HttpRequest, code: str) -> HttpResponse:
    """The feed, its source and its indicator as a file of sources; no key is in it."""
    require(request, Part.SOURCES)
    feed = _feed(request, code)
    return yaml_file(feed_documents.of_feed(feed), f"sources-{feed.code}.yml")


@login_required
def contract_file(request: HttpRequest, code: str) -> HttpResponse:
    """A version of the contract as an ODCS document, the last one unless the address says which."""
    feed = _feed(request, code)
    asked = request.GET.get("version", "")
    versions = feed.contracts.filter(version=asked) if asked.isdecimal() else feed.contracts.all()
    contract = versions.order_by("-version").first()
    if contract is None:
        raise Http404
    contract.feed = feed
    return yaml_file(odcs.to_odcs(contract), f"contrat-{feed.code}-v{contract.version}.yml")


@login_required
def contract_terms(request: HttpRequest, code: str) -> HttpResponse:
    """The contract by form; another version, with its reason."""
    require(request, Part.SOURCES)
    feed = _feed(request, code)
    form = _terms(feed, request)
    if form.is_bound and form.is_valid():
        answer = _agreed(request, feed, form.part(), form.cleaned_data["reason"], form)
        if answer is not None:
            return answer
    status = 422 if form.errors else 200
    context = {"feed": feed, "form": form}
    return render(request, "indicators/pages/contract.html", context, status=status)


def _terms(feed: Feed, request: HttpRequest) -> AgreeForm:
    held, mapping = contracts.current(feed), feed.mapping
    zone = mapping.get("zone", {})
    kind = ComputedTermsForm if feed.is_computed else AgreeForm
    return kind(
        request.POST if request.method == "POST" else None,
        base=held.document if held else {},
        value=mapping.get("value", {}).get("field", ""),
        point=zone.get("field") if "within" in zone else None,
    )


@login_required
def contract_send(request: HttpRequest, code: str) -> HttpResponse:
    """A contract as an ODCS file; another version, with its reason."""
    require(request, Part.SOURCES)
    feed = _feed(request, code)
    form = OdcsForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        document = _read(form)
        if document is not None:
            answer = _agreed(request, feed, document, form.cleaned_data["reason"], form)
            if answer is not None:
                return answer
    status = 422 if form.errors else 200
    context = {
        "feed": feed, "form": form, "only_its_age": ONLY_ITS_AGE if feed.is_computed else "",
    }  # fmt: skip
    return render(request, "indicators/pages/contract_send.html", context, status=status)


def _read(form: OdcsForm) -> dict[str, Any] | None:
    file = form.cleaned_data["file"]
    if file.size > MOST_BYTES:
        form.add_error("file", _("The file is too large to be a contract."))
        return None
    try:
        return odcs.from_odcs(plain_yaml(file.read()))
    except (NotYamlError, odcs.NotOdcsError) as error:
        form.add_error("file", str(error))
    return None


def _agreed(
    request: HttpRequest, feed: Feed, document: dict[str, Any], reason: str, form: Any
) -> HttpResponse | None:
    try:
        added = contracts.agree(
            feed=feed, document=document, by=cast("User", request.user), reason=reason,
            at=timezone.now(),
        )  # fmt: skip
    except ValidationError as error:
        form.add_error(None, error.messages)
        return None
    if added is None:
        messages.warning(request, _("Nothing changes: the contract already says this."))
    else:
        told = _("Version %(version)d of the contract holds from the next pull on.")
        messages.success(request, told % {"version": added.version})
    return redirect("indicators:feed", feed.code)


@login_required
@require_POST
def switch_feed(request: HttpRequest, code: str) -> HttpResponse:
    require(request, Part.SOURCES)
    feed = _feed(request, code)
    entry = feed_documents.entry_of(feed) | {"is_active": not feed.is_active}
    _applied(request, {"feeds": [entry]}, is_on=not feed.is_active)
    return redirect("indicators:feed", feed.code)


@login_required
@require_POST
def switch_source(request: HttpRequest, code: str) -> HttpResponse:
    require(request, Part.SOURCES)
    source = get_object_or_404(DataSource.objects.visible_to(request.user), code=code)
    entry = feed_documents.entry_of_source(source) | {"is_active": not source.is_active}
    _applied(request, {"sources": [entry]}, is_on=not source.is_active)
    return redirect("indicators:sources")


def _applied(request: HttpRequest, document: dict[str, Any], *, is_on: bool) -> None:
    why = _("Switched on on its page") if is_on else _("Switched off on its page")
    try:
        sources.apply(document=document, by=cast("User", request.user), reason=why)
    except SourcesError as error:
        first = error.problems[0]
        messages.error(request, f"{first.path}: {first.message}")
        return
    messages.success(
        request,
        _("Switched on: it is asked again within a minute.") if is_on
        else _("Switched off: it is not asked any more; what is published stays."),
    )  # fmt: skip


def _feed(request: HttpRequest, code: str) -> Feed:
    feeds = Feed.objects.visible_to(request.user)
    found: Feed = get_object_or_404(
        feeds.select_related("source__producer", "indicator"), code=code
    )
    return found
