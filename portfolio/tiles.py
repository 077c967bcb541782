"""Vector tiles of the map, made by PostGIS.

One of the two places with SQL by hand: ST_AsMVT has no equal in the ORM. The ORM still decides
which rows may be seen (`visible_to`) and are asked for (`filters_for`): its query goes in as a
subquery with its parameters bound.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe

from portfolio.api.steering_filters import filters_for
from portfolio.models import Project, Zone

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
DEEPEST_ZOOM = 22
# Below it, projects are points and outlines are simplified: shapes would be a few pixels wide.
DETAIL_ZOOM = 11
PUBLIC_SECONDS = 60

# One pixel of a 4096-pixel tile, in metres at the equator, at zoom 0.
PIXEL_AT_ZOOM_0 = 40_075_016.68 / 4096

TILE = """
WITH bounds AS (
    SELECT ST_TileEnvelope(%s, %s, %s) AS frame,
           ST_Transform(ST_TileEnvelope(%s, %s, %s, margin => 0.0625), 4326) AS reach
)
SELECT ST_AsMVT(feature, %s, 4096, 'shape', 'feature_id') FROM (
    SELECT ST_AsMVTGeom({shape}, bounds.frame, 4096, 256, true) AS shape, {columns}
    FROM {tables} JOIN bounds ON item.geometry && bounds.reach
    WHERE item.id IN ({chosen})
    ORDER BY item.id
) AS feature WHERE shape IS NOT NULL
"""


@dataclass(frozen=True)
class Layer:
    """What a layer draws (`whole`), and far away (`distant`); each takes a tolerance in metres."""

    tables: str
    columns: str
    whole: str
    distant: str


LAYERS = {
    "communes": Layer(
        tables="portfolio_zone AS item",
        columns="item.id AS feature_id, item.code, item.name",
        whole="ST_Simplify(ST_Transform(item.geometry, 3857), %s, true)",
        distant="ST_Simplify(ST_Transform(item.geometry, 3857), %s, true)",
    ),
    "projets": Layer(
        tables="portfolio_project AS item LEFT JOIN portfolio_phase AS phase"
        " ON phase.id = item.phase_id",
        columns="item.id AS feature_id, item.code, item.name_fr,"
        " COALESCE(NULLIF(item.name_en, ''), item.name_fr) AS name_en,"
        " phase.rank AS phase_rank, item.state",
        whole="ST_Simplify(ST_Transform(item.geometry, 3857), %s, true)",
        distant="ST_SnapToGrid(ST_PointOnSurface(ST_Transform(item.geometry, 3857)), %s)",
    ),
}


@require_safe
def tile(request: HttpRequest, layer: str, z: int, x: int, y: int) -> HttpResponseBase:
    """One tile; a filter that cannot be read answers 400 and names the parameter."""
    if layer not in LAYERS or z > DEEPEST_ZOOM or max(x, y) >= 2**z:
        raise Http404
    if layer == "communes":
        rows: QuerySet[Any] = Zone.objects.filter(kind=Zone.Kind.COMMUNE)
    else:
        filters = filters_for(request.user)
        chosen = filters(request.GET, queryset=Project.objects.visible_to(request.user))
        if not chosen.is_valid():
            return JsonResponse(chosen.errors, status=400)
        rows = chosen.qs
    return _answer(request, encode(layer, rows, z=z, x=x, y=y))


def encode(layer: str, rows: QuerySet[Any], *, z: int, x: int, y: int) -> bytes:
    """The tile of `rows` as Mapbox Vector Tile; empty bytes where nothing lies in it."""
    drawn = LAYERS[layer]
    chosen, parameters = rows.order_by().values("pk").query.sql_with_params()
    query = TILE.format(
        shape=drawn.whole if z >= DETAIL_ZOOM else drawn.distant,
        columns=drawn.columns,
        tables=drawn.tables,
        chosen=chosen,
    )
    pixel = PIXEL_AT_ZOOM_0 / 2**z
    with connection.cursor() as cursor:
        cursor.execute(query, [z, x, y, z, x, y, layer, pixel, *parameters])
        row = cursor.fetchone()
    return bytes(row[0]) if row else b""


def _answer(request: HttpRequest, content: bytes) -> HttpResponseBase:
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    response["ETag"] = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    if request.user.is_authenticated:
        patch_cache_control(response, private=True, max_age=0, must_revalidate=True)
    else:
        patch_cache_control(response, public=True, max_age=PUBLIC_SECONDS)
    return get_conditional_response(request, etag=response["ETag"], response=response) or response
