"""Two files that a department has deposited: a year of reports, then a month with a correction."""

import csv
import io
import zlib
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np

from indicators.models import Feed
from indicators.pull_settings import means
from indicators.services import depositors, deposits, pulls
from indicators.services.deposit_preview import preview
from portfolio.demo import territory
from portfolio.models import User

FEED, DEPOSITOR = "signalements-habitants", "agent"
HEADER = ("mois", "code_commune", "theme", "nombre")
THEMES = (("Propreté", 3.0), ("Éclairage", 1.2), ("Chaussée", 1.8))  # reports for 1,000 inhabitants
MONTHS = 12
Line = tuple[str, str, str, object]


def seed(*, now: datetime) -> int:
    """Deposit what is missing; returns how many files."""
    feed = Feed.objects.select_related("source").get(code=FEED)
    if feed.deposits.exists():
        return 0
    by = User.objects.get(username=DEPOSITOR)
    depositors.open_feed(feed=feed, to=by, by=None, at=now)
    last = _months_before(now.date(), 1)
    first_at = datetime(last.year, last.month, 6, 9, tzinfo=UTC)
    year = [_months_before(now.date(), n) for n in range(MONTHS + 1, 1, -1)]
    before = "Année reprise du tableau du service."
    _deposit(feed, _csv(_lines(year)), "signalements-annee.csv", before, at=first_at)
    content = _csv([*_lines([last]), *_corrected(year[-1])])
    recounted = "Relevé du mois\u202f; un chiffre du mois précédent a été recompté."
    _deposit(feed, content, f"signalements-{last:%Y-%m}.csv", recounted, at=now)
    return 2


def _deposit(feed: Feed, content: bytes, name: str, note: str, *, at: datetime) -> None:
    by = User.objects.get(username=DEPOSITOR)
    then = replace(means(), clock=lambda: at)
    sent = deposits.send(feed=feed, content=content, file_name=name, by=by, means=then)
    seen = preview(feed=feed, content=content, means=then).seen
    run = deposits.publish(deposit=sent, note=note, seen=seen, by=by, means=then)
    pulls.execute(run_id=run.pk, means=then)


def _months_before(day: date, count: int) -> date:
    months = day.year * 12 + day.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def _lines(months: list[date]) -> list[Line]:
    return [
        (f"{on:%m/%Y}", commune["code"], theme, _count(commune, theme, rate, on))
        for on in months
        for commune in territory.description()["communes"]
        for theme, rate in THEMES
    ]


def _count(commune: dict[str, object], theme: str, rate: float, on: date) -> int:
    """Depends on the commune, the theme and the month alone."""
    name = f"{commune['code']}/{theme}/{on}"
    chance = np.random.default_rng([territory.SEED, zlib.crc32(name.encode())])
    return int(chance.poisson(rate * float(str(commune["people"])) / 1000))


def _corrected(on: date) -> list[Line]:
    """A value counted again, and one that nobody has: it is set aside."""
    theme, rate = THEMES[0]
    first, second = territory.description()["communes"][:2]
    again = _count(first, theme, rate, on) + 4
    return [
        (f"{on:%m/%Y}", first["code"], theme, again),
        (f"{on:%m/%Y}", second["code"], theme, "n.d."),
    ]


def _csv(lines: list[Line]) -> bytes:
    """As a spreadsheet saves it in France."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows(lines)
    return text.getvalue().encode("cp1252")
