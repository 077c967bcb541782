"""What changed in the register about one source: its facts and its agreements."""

from itertools import chain

from indicators.models import DataSource, SupplyAgreement
from portfolio.queries import changes
from portfolio.queries.changes import Change
from portfolio.queries.values import Reader

SHOWN = 20


def history_of(source: DataSource, *, reader: Reader) -> list[Change]:
    """The latest first, those of agreements that were removed with them."""
    events = SupplyAgreement.pgh_event_model  # type: ignore[attr-defined]  # made by pghistory
    keys = events.objects.filter(source_id=source.pk).values_list("pgh_obj_id", flat=True)
    records = [source, *(SupplyAgreement(pk=key) for key in sorted(set(keys)))]
    told = chain.from_iterable(
        changes.of_record(record, reader=reader, limit=SHOWN) for record in records
    )
    return sorted(told, key=lambda change: change.at, reverse=True)[:SHOWN]
