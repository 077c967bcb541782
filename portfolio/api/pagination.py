"""Pages of the API: `limit` and `offset`, and a clear no to what cannot be read."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request
from rest_framework.response import Response

MOST = 500


class Pages(LimitOffsetPagination):
    """At most 500 records; a wrong `limit` or `offset` is refused rather than ignored."""

    default_limit = 100
    max_limit = MOST

    def get_limit(self, request: Request) -> int | None:
        return self._number(request, "limit", 1, self.max_limit or MOST, self.default_limit)

    def get_offset(self, request: Request) -> int:
        return self._number(request, "offset", 0, 10_000_000, 0)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """OpenAPI 3.1 says null with a type; DRF still writes `nullable`, which 3.1 ignores."""
        page = super().get_paginated_response_schema(schema)
        for link in ("next", "previous"):
            page["properties"][link] = {"type": ["string", "null"], "format": "uri"}
        return page

    def _number(self, request: Request, name: str, low: int, high: int, default: int) -> int:
        text = request.query_params.get(name, "")
        if not text:
            return default
        short = text.isascii() and text.isdigit() and len(text) <= len(str(high))
        if not (short and low <= int(text) <= high):
            raise ValidationError({name: [f"A whole number from {low} to {high}."]})
        return int(text)


class GeoJsonPages(Pages):
    """The same, as a GeoJSON FeatureCollection."""

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {
                "type": "FeatureCollection",
                "count": self.count,
                "next": self.get_next_link(),
                "previous": self.get_previous_link(),
                "features": data["features"],
            }
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """`schema` refers to the collection `XList`: the page holds its features, `X`."""
        page = super().get_paginated_response_schema(schema)
        page["properties"].pop("results")
        page["required"] = ["type", "count", "features"]
        feature = {"$ref": schema["$ref"].removesuffix("List")}
        features = {"type": "array", "items": feature}
        kind = {"type": "string", "enum": ["FeatureCollection"]}
        page["properties"] = {"type": kind, **page["properties"], "features": features}
        return page
