"""A feed whose files are deposited, and the files that people send."""

import io
from datetime import UTC, date, datetime

from openpyxl import Workbook

from indicators.models import Deposit, Feed, Run
from indicators.services import deposits, pulls
from indicators.services.deposit_preview import preview
from portfolio.models import User, Zone
from tests.factories.indicators import make_feed, make_indicator, make_source
from tests.factories.portfolio import make_user, make_zone
from tests.pulling import means

NOW = datetime(2026, 11, 12, 9, tzinfo=UTC)
MAPPING = {
    "time": {"field": "mois", "timezone": "Europe/Paris", "period": "MONTH"},
    "value": {"field": "nombre"},
    "zone": {"field": "commune"},
}
HEADER = ["mois", "commune", "nombre"]


def make_deposit_feed(**fields) -> Feed:
    for code in ("A", "B"):
        if not Zone.objects.filter(code=code).exists():
            make_zone(code=code, name=f"Commune {code}")
    given = {"mapping": MAPPING, "starts_on": date(2026, 1, 1), "collection": "signalements"}
    given["source"] = make_source(protocol="drop", base_url="drop://voirie", name="Voirie")
    given["indicator"] = make_indicator(stale_after_days=40)
    return make_feed(**(given | fields))


def csv_of(*rows, header=HEADER) -> bytes:
    return "\n".join(";".join(map(str, row)) for row in [header, *rows]).encode()


def xlsx_of(*rows, header=HEADER, title="Feuille") -> bytes:
    book = Workbook()
    page = book.active
    page.title = title
    for row in [header, *rows]:
        page.append(list(row))
    return saved(book)


def saved(book: Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


SEPTEMBER = csv_of(("2026-09", "A", 120), ("2026-09", "B", 80))
OCTOBER = csv_of(("2026-10", "A", 130), ("2026-10", "B", 90))


def send(feed: Feed, content: bytes, by: User | None = None, at: datetime = NOW) -> Deposit:
    return deposits.send(
        feed=feed, content=content, file_name="octobre.csv", by=by or make_user(), means=means(at)
    )


def ask(deposit: Deposit, note: str = "Vu", at: datetime = NOW) -> Run:
    seen = preview(feed=deposit.feed, content=bytes(deposit.content), means=means(at)).seen
    return deposits.publish(
        deposit=deposit, note=note, seen=seen, by=deposit.author, means=means(at)
    )


def carry_out(run: Run, at: datetime = NOW) -> Run:
    done = pulls.execute(run_id=run.pk, means=means(at))
    assert done is not None
    return done


def deposit(feed: Feed, content: bytes, by: User | None = None, at: datetime = NOW) -> Deposit:
    """Sent, seen and published."""
    feed.refresh_from_db()
    sent = send(feed, content, by, at)
    carry_out(ask(sent, at=at), at)
    sent.refresh_from_db()
    return sent
