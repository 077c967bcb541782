"""A batch of rows beside the contract of its feed."""

import numpy as np
from numpy.typing import NDArray

from indicators.analysis.contract import Contract, drift_of, implausible, misplaced
from indicators.analysis.grain import Steps
from indicators.analysis.personal import looks_personal
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
    """`envelope`: of the city, where the contract names none. `personal`: fields that look as if
    they spoke of a person, where the contract says that none does: field → what they look like."""

    def __init__(self, contract: Contract, envelope: Envelope) -> None:
        self._contract, self._envelope = contract, contract.envelope or envelope
        self._steps = Steps(contract.grain)
        self.personal: dict[str, str] = {}

    def check(self, batch: Batch) -> None:
        """Raises DriftError on a field that is missing, retyped, or no longer constant."""
        if not columns.size(batch):
            return
        if self._contract.personal_data == "NONE":
            self._look_for_persons(batch[:LOOKED_AT])
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

    def off_grain(self, time: str, instants: NDArray[np.int64]) -> list[Fault]:
        """Rows between the instants that the grain of the contract promises; `time` dates them."""
        if not self._contract.grain:
            return []
        told = np.full(len(instants), "", dtype=object)
        told[self._steps.off(instants)] = "OFF_GRAIN"
        return [(time, told)]

    def see(self, series: NDArray[np.int32], instants: NDArray[np.int64]) -> None:
        """How far apart the measures of each series are; judged once all were seen."""
        self._steps.see(series, instants)

    def check_grain(self, time: str) -> None:
        """Raises DriftError where measures come more often, or less, than agreed on."""
        drift = self._steps.drift(time)
        if drift is not None:
            raise DriftError(str(drift))

    def _look_for_persons(self, batch: Batch) -> None:
        for name in columns.names(batch):
            kind = looks_personal(name, columns.column(batch, name).values)
            if kind:
                self.personal[name] = kind

    def _misplaced(self, point: object) -> str:
        """A row without a place is not misplaced."""
        if point is None or point is ABSENT:
            return ""
        return misplaced(point, self._envelope)
