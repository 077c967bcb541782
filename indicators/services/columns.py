"""Rows by column: each different value of a field is looked at once, however often it comes."""

from dataclasses import dataclass
from itertools import repeat

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from indicators.connectors.base import Batch, Row, Rows


class Absent:
    """Stands where a row has no such field."""


ABSENT = Absent()


@dataclass(frozen=True)
class Column:
    """The values of a field, one a row: `codes[i]` is the place among `values` of that of row i."""

    codes: NDArray[np.int32]
    values: list[object]


def size(batch: Batch) -> int:
    return batch.num_rows if isinstance(batch, pa.RecordBatch) else len(batch)


def names(batch: Batch) -> list[str]:
    """The fields that any of the rows has."""
    if isinstance(batch, pa.RecordBatch):
        return list(batch.schema.names)
    return list(dict.fromkeys(name for one in batch for name in one))


def row(batch: Batch, number: int) -> Row:
    """One row as it was received."""
    found: Row = (
        batch.slice(number, 1).to_pylist()[0]
        if isinstance(batch, pa.RecordBatch)
        else batch[number]
    )
    return found


def column(batch: Batch, name: str) -> Column:
    """The values of a field; ABSENT where a row does not have it."""
    if not isinstance(batch, pa.RecordBatch):
        return _of_rows(batch, name)
    if name not in batch.schema.names:
        return Column(np.zeros(batch.num_rows, dtype=np.int32), [ABSENT])
    return of_array(batch.column(name))


def of_array(array: pa.Array) -> Column:
    """The values of an Arrow array, null being None."""
    if pa.types.is_nested(array.type):
        return _coded(array.to_pylist())
    encoded = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    values = encoded.dictionary.to_pylist()
    codes = encoded.indices.fill_null(len(values)).to_numpy(zero_copy_only=False)
    return Column(codes.astype(np.int32, copy=False), [*values, None])


def together(columns: list[Column], count: int) -> tuple[NDArray[np.int32], list[list[object]]]:
    """What several fields say together: the place of each row among the different lists of values,
    and those lists. Without a field all rows say the same, which is nothing."""
    if not columns:
        return np.zeros(count, dtype=np.int32), [[]]
    if len(columns) == 1:
        return columns[0].codes, [[value] for value in columns[0].values]
    whole = np.zeros(count, dtype=np.int64)
    for one in columns:
        whole = whole * len(one.values) + one.codes
    _different, first, codes = np.unique(whole, return_index=True, return_inverse=True)
    lists = [[one.values[one.codes[place]] for one in columns] for place in first]
    return codes.reshape(-1).astype(np.int32), lists


def _of_rows(rows: Rows, name: str) -> Column:
    return _coded([one.get(name, ABSENT) for one in rows])


def _coded(values: list[object]) -> Column:
    """1, 1.0 and true are equal, and different values all the same."""
    places: dict[object, int] = {}
    different: list[object] = []
    codes = np.fromiter(repeat(0, len(values)), dtype=np.int32, count=len(values))
    for number, value in enumerate(values):
        key = (type(value), repr(value) if isinstance(value, list | dict) else value)
        place = places.get(key)
        if place is None:
            place = places[key] = len(different)
            different.append(value)
        codes[number] = place
    return Column(codes, different)
