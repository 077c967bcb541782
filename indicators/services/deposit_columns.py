"""The columns that a deposited file has."""

from indicators.analysis.contract import Contract
from indicators.services.mapping import FeedMapping


def columns_of(mapping: FeedMapping, contract: Contract) -> dict[str, str]:
    """Column → the only thing that its contract lets it say ("": anything), in the order of the
    template: what the mapping names, then what the contract asks for besides."""
    names = [mapping.time, mapping.zone, mapping.group_field, *mapping.series, mapping.label,
             mapping.value]  # fmt: skip
    agreed = {name: field for name, field in contract.fields.items() if field.required}
    wanted = [name for name in [*names, mapping.status, *agreed] if name]
    found = dict.fromkeys(wanted, "")
    constants = {name: one.constant for name, one in agreed.items() if one.constant is not None}
    return found | {name: str(value) for name, value in constants.items()}
