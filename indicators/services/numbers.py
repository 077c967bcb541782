"""From the values of a source to numbers, or to the reason why one is none."""

import math
import re
from dataclasses import dataclass
from typing import TypeGuard

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from indicators.connectors.base import Batch, NotFinite
from indicators.services.columns import ABSENT, Column, column, of_array

LARGEST = 1e15  # beyond it a float skips whole numbers, and no page could write the figure
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)


class NoNumberError(Exception):
    """The value is no number. `reason` is the code kept with its row."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Numbers:
    """One value a row, NaN where it is null or refused; `reasons`: "" or why it is refused."""

    values: NDArray[np.float64]
    reasons: NDArray[np.object_]


def numbers(batch: Batch, name: str, scale: float) -> Numbers:
    """The values of a field times `scale`."""
    if isinstance(batch, pa.RecordBatch) and name in batch.schema.names:
        array = batch.column(name)
        if _is_numeric(array.type):
            return _of_floats(array.cast(pa.float64(), safe=False), scale)
        return _of_values(*_parts(of_array(array)), scale)
    return _of_values(*_parts(column(batch, name)), scale)


def number(raw: object, scale: float) -> float | None:
    """Null stays unknown. Text is a number only where it can be read in one way. Raises
    NoNumberError."""
    if raw is None:
        return None
    if raw is ABSENT:
        raise NoNumberError("MISSING_FIELD")
    if isinstance(raw, NotFinite):
        raise NoNumberError("NOT_FINITE")
    if not _can_be_read(raw):
        raise NoNumberError("NOT_A_NUMBER")
    try:
        value = float(raw) * scale
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise NoNumberError("NOT_FINITE")
    if abs(value) > LARGEST:
        raise NoNumberError("TOO_LARGE")
    return value


def _can_be_read(raw: object) -> TypeGuard[int | float | str]:
    if isinstance(raw, str):
        return bool(NUMBER.fullmatch(raw))
    return isinstance(raw, int | float) and not isinstance(raw, bool)


def _is_numeric(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    )


def _parts(found: Column) -> tuple[NDArray[np.int32], list[object]]:
    return found.codes, found.values


def _of_floats(array: pa.Array, scale: float) -> Numbers:
    known = array.is_valid().to_numpy(zero_copy_only=False)
    values = array.fill_null(0.0).to_numpy(zero_copy_only=False) * scale
    reasons = np.full(len(values), "", dtype=object)
    with np.errstate(invalid="ignore"):
        finite = np.isfinite(values)
        reasons[known & ~finite] = "NOT_FINITE"
        reasons[known & finite & (np.abs(values) > LARGEST)] = "TOO_LARGE"
    return Numbers(np.where(known & (reasons == ""), values, np.nan), reasons)


def _of_values(codes: NDArray[np.int32], different: list[object], scale: float) -> Numbers:
    values = np.full(len(different), np.nan)
    reasons = np.full(len(different), "", dtype=object)
    for place, raw in enumerate(different):
        try:
            value = number(raw, scale)
        except NoNumberError as error:
            reasons[place] = error.reason
            continue
        if value is not None:
            values[place] = value
    return Numbers(values[codes], reasons[codes])
