"""Which packaged mapping reads a file."""

from django.utils.translation import gettext as _

from portfolio.imports import mapping as mappings
from portfolio.imports import reader
from portfolio.imports.mapping import Mapping
from portfolio.imports.plan import Plan, make_plan
from portfolio.imports.table import FileRefusedError


class SeveralFitError(Exception):
    """More than one mapping reads the file: somebody has to choose."""


def plan_with(content: bytes, mapping: Mapping) -> Plan:
    return make_plan(reader.read(content, mapping.shape), mapping)


def fitting_plan(content: bytes) -> Plan:
    """The plan of the one mapping whose columns the file has. Raises FileRefusedError (that of
    the nearest mapping), SeveralFitError."""
    fitting: list[Plan] = []
    refusals: list[FileRefusedError] = []
    for mapping in mappings.packaged():
        try:
            fitting.append(plan_with(content, mapping))
        except FileRefusedError as error:
            refusals.append(error)
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise min(refusals, key=lambda refusal: len(refusal.faults))
    names = ", ".join(plan.mapping.name for plan in fitting)
    raise SeveralFitError(_("Several mappings fit (%s): choose one with --mapping.") % names)
