"""One source of the register: all that is known of it, its form, its agreements."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.forms.register import AgreementForm, AgreementRemovalForm, SourceForm
from indicators.models import DataContract, DataSource, Indicator, Run, SupplyAgreement
from indicators.queries.register import row_of
from indicators.queries.source_history import history_of
from indicators.queries.usages import shown_to_residents, uses_of_indicators
from portfolio.permissions import may, require
from portfolio.roles import Part
from portfolio.views.editing import is_saved, sent

RUNS_SHOWN = 10
USES_SHOWN = 10


@login_required
def source_page(request: HttpRequest, code: str) -> HttpResponse:
    """Facts, agreements, feeds, contracts, runs, usage and history."""
    source = _found(request, code)
    now = timezone.now()
    row = row_of(source, user=request.user, now=now)
    if row is None:
        raise Http404
    indicators = Indicator.objects.filter(feeds__source=source).distinct().order_by("code")
    keys = [indicator.pk for indicator in indicators]
    runs = Run.objects.visible_to(request.user).filter(feed__source=source)
    contracts = DataContract.objects.filter(feed__source=source).select_related("feed", "author")
    context = {
        "row": row,
        "now": now,
        "source": row.source,
        "indicators": indicators,
        "on_pages": shown_to_residents(keys),
        "uses": uses_of_indicators(keys, reader=request.user, limit=USES_SHOWN),
        "runs": runs.select_related("feed__indicator").order_by("-due_at", "-pk")[:RUNS_SHOWN],
        "contracts": contracts.order_by("feed__code", "-version").distinct("feed__code"),
        "changes": history_of(source, reader=request.user),
        "may_edit": may(request.user, Part.SOURCES),
    }
    return render(request, "indicators/pages/source.html", context)


@login_required
@transaction.atomic
def source_edit(request: HttpRequest, code: str) -> HttpResponse:
    require(request, Part.SOURCES)
    source = _found(request, code, to_change=request.method == "POST")
    return _answer(request, SourceForm(sent(request), source=source), source, source.name)


@login_required
def agreement_add(request: HttpRequest, code: str) -> HttpResponse:
    require(request, Part.SOURCES)
    source = _found(request, code)
    form = AgreementForm(sent(request), source=source)
    return _answer(request, form, source, _("Add an agreement"))


@login_required
@transaction.atomic
def agreement_edit(request: HttpRequest, pk: int) -> HttpResponse:
    agreement = _agreement(request, pk, to_change=request.method == "POST")
    source = agreement.source
    form = AgreementForm(sent(request), source=source, agreement=agreement)
    return _answer(request, form, source, agreement.reference)


@login_required
def agreement_remove(request: HttpRequest, pk: int) -> HttpResponse:
    agreement = _agreement(request, pk)
    form = AgreementRemovalForm(sent(request), agreement=agreement)
    title = _("Remove “%s”") % agreement.reference
    return _answer(request, form, agreement.source, title)


def _found(request: HttpRequest, code: str, *, to_change: bool = False) -> DataSource:
    """`to_change`: locked, within a transaction, while it is compared with what its form showed."""
    visible = DataSource.objects.visible_to(request.user)
    return get_object_or_404(visible.select_for_update() if to_change else visible, code=code)


def _agreement(request: HttpRequest, pk: int, *, to_change: bool = False) -> SupplyAgreement:
    """As `_found`."""
    require(request, Part.SOURCES)
    visible = SupplyAgreement.objects.visible_to(request.user).select_related("source")
    return get_object_or_404(
        visible.select_for_update(of=("self",)) if to_change else visible, pk=pk
    )


def _answer(
    request: HttpRequest,
    form: SourceForm | AgreementForm | AgreementRemovalForm,
    source: DataSource,
    title: str,
) -> HttpResponse:
    """Open, refuse or save a form of the register."""
    if form.is_bound and form.is_valid() and is_saved(request, form):
        messages.success(request, _("Changes saved."))
        return redirect("indicators:source", code=source.code)
    context = {
        "form": form, "source": source, "title": title,
        "removes": isinstance(form, AgreementRemovalForm),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "indicators/pages/register_edit.html", context, status=status)
