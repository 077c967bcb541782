"""Two fictitious price indexes in the manner of TP01 and BT01, and what the demonstration's
estimates left unsaid: what they count, their amount before tax, their index."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal

from portfolio.demo import projects
from portfolio.models import CostEstimate, PriceIndex
from portfolio.services import finance, prices
from portfolio.services.finance import Terms
from portfolio.services.prices import MonthValue

REASON = "Reprise des séries de prix"
SOURCE = "Série fictive de la démonstration"
LAST_MONTH = date(2026, 9, 1)  # what would be published by the demonstration's last entry
PROVISIONAL = 2  # the last months
TAX = Decimal("1.2")
THOUSAND = Decimal(1000)
INDEXES = [
    # code, names, then the value of January of each year from 2017 on; between two, a line
    ("tp01", "Travaux publics, tous travaux (série fictive)", "Public works (fictitious series)",
     ["101.2", "105.4", "109.3", "111.0", "112.1", "120.3", "127.4", "129.2", "130.6", "132.9",
      "135.5"]),
    ("bt01", "Bâtiment, tous corps d’état (série fictive)", "Buildings (fictitious series)",
     ["104.6", "106.8", "109.9", "111.6", "114.1", "121.0", "128.2", "130.5", "132.4", "134.6",
      "137.3"]),
]  # fmt: skip
FIRST_YEAR = 2017
BUILDINGS = {"batiment", "rehabilitation"}


def seed() -> int:
    """Open the indexes that are missing, and complete the estimates that say nothing yet; returns
    how many estimates. Part of the seed's transaction, after the projects."""
    for code, french, english, januaries in INDEXES:
        if not PriceIndex.objects.filter(code=code).exists():
            _open(code, french, english, januaries)
    return _complete()


def _open(code: str, french: str, english: str, januaries: list[str]) -> None:
    index = prices.describe_index(
        code=code, name_fr=french, name_en=english, base="2010 = 100", source=SOURCE, by=None,
        reason=REASON,
    )  # fmt: skip
    at = datetime.combine(projects.LAST_ENTRY, time(9), tzinfo=UTC)
    prices.enter_values(index=index, values=series(januaries), by=None, reason=REASON, at=at)


def series(januaries: list[str]) -> Iterator[MonthValue]:
    """A value a month until LAST_MONTH, to one decimal as the real ones are."""
    anchors = [Decimal(value) for value in januaries]
    months = (LAST_MONTH.year - FIRST_YEAR) * 12 + LAST_MONTH.month
    for step in range(months):
        year, month = divmod(step, 12)
        value = anchors[year] + (anchors[year + 1] - anchors[year]) * month / 12
        yield MonthValue(
            date(FIRST_YEAR + year, month + 1, 1), round(value, 1), step >= months - PROVISIONAL
        )


def _complete() -> int:
    """All but every seventh project: some records are incomplete, and say so."""
    entries = {entry["code"]: entry for entry in projects.entries()}
    chosen = [code for number, code in enumerate(sorted(entries)) if number % 7]
    indexes = {index.code: index for index in PriceIndex.objects.filter(code__in=["tp01", "bt01"])}
    unsaid = CostEstimate.objects.filter(project__code__in=chosen, index=None)
    todo = list(unsaid.select_related("project__manager"))
    for version in todo:
        kind = entries[version.project.code]["kind"]
        index = indexes["bt01" if kind in BUILDINGS else "tp01"]
        before_tax = version.amount_eur / TAX // THOUSAND * THOUSAND
        finance.complete(
            version=version, terms=Terms(before_tax, CostEstimate.Scope.ALL_IN, index),
            by=version.project.manager, reason=REASON, at=version.recorded_at,
        )  # fmt: skip
    return len(todo)
