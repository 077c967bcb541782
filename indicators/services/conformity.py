"""A batch of rows beside the contract of its feed."""

import numpy as np
from numpy.typing import NDArray

from indicators.analysis.contract import Contract, drift_of, implausible, misplaced
from indicators.connectors.base import Batch, SourceError
from indicators.services import columns
from indicators.services.columns import ABSENT

LOOKED_AT = 1000  # rows of a batch whose types are looked at
Envelope = tuple[float, float, float, float]
Fault = tuple[str, NDArray[np.object_]]


class DriftError(SourceError):
    """The answer is no longer what was agreed on; the message names the field."""

    code = "DRIFT"


class Conformity:
    """`envelope`: of the city, where the contract names none."""

    def __init__(self, contract: Contract, envelope: Envelope) -> None:
        self._contract, self._envelope = contract, contract.envelope or envelope

    def check(self, batch: Batch) -> None:
        """Raises DriftError on a field that is missing, retyped, or no longer constant."""
        if not columns.size(batch):
            return
        for name, agreed in self._contract.fields.items():
            looked = batch if agreed.constant is not None else batch[:LOOKED_AT]
            drift = drift_of(name, agreed, columns.column(looked, name).values, ABSENT)
            if drift is not None:
                raise DriftError(str(drift))

    def faults(self, batch: Batch, value: str, values: NDArray[np.float64]) -> list[Fault]:
        """Rows to set aside: implausible values (already scaled), places outside."""
        told = np.full(len(values), "", dtype=object)
        told[implausible(self._contract, values)] = "IMPLAUSIBLE"
        found: list[Fault] = [(value, told)]
        if self._contract.point is not None:
            points = columns.column(batch, self._contract.point)
            reasons = [self._misplaced(one) for one in points.values]
            found.append((self._contract.point, np.array(reasons, dtype=object)[points.codes]))
        return found

    def _misplaced(self, point: object) -> str:
        """A row without a place is not misplaced."""
        if point is None or point is ABSENT:
            return ""
        return misplaced(point, self._envelope)
