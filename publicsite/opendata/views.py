"""The catalogue, and the values of an indicator as a file: read as somebody without an account."""

import csv
import hashlib
import json
from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from indicators.models import Indicator
from indicators.queries.datasets import datasets, published_values
from portfolio.spreadsheets import guarded
from publicsite.opendata.catalogue import Site, document

FRESH_S = 300
COLUMNS = (
    "indicator", "zone", "series", "period_start", "period_end", "value", "absence", "status",
    "known_from", "source", "licence", "group",
)  # fmt: skip


class _Line:
    """A file that csv writes to, and that keeps nothing."""

    def write(self, text: str) -> str:
        return text


@require_safe
def catalogue(request: HttpRequest) -> HttpResponseBase:
    """DCAT-AP 3; asked again with its ETag, it is sent only where it changed."""
    territory = settings.TERRITORY
    base = settings.WAGTAILADMIN_BASE_URL.rstrip("/")
    told = document(datasets(AnonymousUser()), Site(base, territory.name, territory.envelope))
    body = json.dumps(told, ensure_ascii=False, indent=1).encode()
    tag = f'"{hashlib.sha256(body).hexdigest()}"'
    answer: HttpResponseBase | None = get_conditional_response(request, etag=tag)
    if answer is None:
        answer = HttpResponse(body, content_type="application/ld+json")
    answer["ETag"] = tag
    answer["Cache-Control"] = f"public, max-age={FRESH_S}"
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


@require_safe
def indicator_csv(request: HttpRequest, code: str) -> StreamingHttpResponse:
    """Every value that is known now, a row each, the oldest first."""
    indicator = get_object_or_404(Indicator.objects.visible_to(AnonymousUser()), code=code)
    answer = StreamingHttpResponse(_lines(indicator), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{code}.csv"'
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _lines(indicator: Indicator) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\N{BYTE ORDER MARK}" + writer.writerow(COLUMNS)
    for one in published_values(indicator):
        source = one.series.feed.source
        yield writer.writerow([
            indicator.code, one.series.zone.code if one.series.zone else "",
            guarded(one.series.key), one.period_start.isoformat(), one.period_end.isoformat(),
            "" if one.value is None else repr(one.value), one.absence, one.status,
            one.known_from.isoformat(), guarded(source.name), guarded(source.licence),
            one.series.group.code if one.series.group else "",
        ])  # fmt: skip
