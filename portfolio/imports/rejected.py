"""The rejected rows, given back whole with the reasons, to be corrected and imported again."""

import codecs
import csv
import io
import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from portfolio.imports.plan import Plan, RejectedRow
from portfolio.spreadsheets import guarded

ERROR_COLUMN = "import_error"


def write(plan: Plan, rejected: Sequence[RejectedRow], path: Path) -> None:
    """Write the file whole or not at all. Raises OSError."""
    content = _geojson(plan, rejected) if plan.table.raw is not None else _csv(plan, rejected)
    partial = path.with_name(f"{path.name}.part")
    partial.write_bytes(content)
    partial.replace(path)


def suffix(plan: Plan) -> str:
    return ".geojson" if plan.table.raw is not None else ".csv"


def _csv(plan: Plan, rejected: Sequence[RejectedRow]) -> bytes:
    """Same columns, and the reasons. Cells beyond the header come after the reasons."""
    header = plan.table.header
    kept = [index for index, name in enumerate(header) if name != ERROR_COLUMN]
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=plan.mapping.shape.delimiter)
    writer.writerow([*(guarded(header[index]) for index in kept), ERROR_COLUMN])
    for item in rejected:
        cells = item.row.cells + ("",) * (len(header) - len(item.row.cells))
        own = [guarded(cells[index]) for index in kept]
        beyond = [guarded(cell) for cell in cells[len(header) :]]
        writer.writerow([*own, guarded(_reasons(item)), *beyond])
    # The mapping's own encoding, so that the same mapping reads the file; spreadsheets need
    # the mark to know UTF-8. What the encoding cannot write is spelt out, not lost.
    encoding = codecs.lookup(plan.mapping.shape.encoding).name
    return text.getvalue().encode(
        "utf-8-sig" if encoding == "utf-8" else encoding, "xmlcharrefreplace"
    )


def _geojson(plan: Plan, rejected: Sequence[RejectedRow]) -> bytes:
    raw = plan.table.raw or {}
    features = [_feature(raw[item.row.line], _reasons(item)) for item in rejected]
    collection: dict[str, Any] = {"type": "FeatureCollection"}
    if plan.table.crs is not None:
        collection["crs"] = plan.table.crs
    collection["features"] = features
    return json.dumps(collection, indent=1, default=_number).encode("ascii")


def _feature(raw: object, reasons: str) -> object:
    """What is no feature at all is kept as it came, beside the reason."""
    if not isinstance(raw, dict):
        return {
            "type": "Feature",
            "geometry": None,
            "properties": {ERROR_COLUMN: reasons},
            "was": raw,
        }
    properties = raw.get("properties")
    own = properties if isinstance(properties, dict) else {}
    return {**raw, "properties": {**own, ERROR_COLUMN: reasons}}


def _number(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(value)


def _reasons(item: RejectedRow) -> str:
    return " | ".join(
        f"{fault.line}, {fault.column}: {fault.reason}"
        if fault.column
        else f"{fault.line}: {fault.reason}"
        for fault in item.faults
    )
