"""The money of the demonstration projects, derived from their cost and calendar by one rule.

For a project with an estimate, that is not a draft, not abandoned, and has an end (40 or so):

- the authorisation is voted with the first estimate, revised with each later one to its amount,
  and 95 % of it is affected;
- the credits of a year are the current cost times the share of the works that falls within that
  year: a bell over the months from the start to the end (half of it in the middle third);
- of a closed year, 97 % is committed and 92 % paid, the difference carried over; the current year
  is in line with the calendar; coming years are voted only;
- one or two funders pay a share that depends on the programme's department.

`data/money.yml` holds what departs from the rule, each with the reason it is there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

from portfolio.demo import projects
from portfolio.demo.files import read_yaml
from portfolio.models import FinanceParameter, Organisation, Project, Section
from portfolio.services import budget, funding
from portfolio.services.budget import CreditFigures
from portfolio.services.funding import Dated

DATA = Path(__file__).parent / "data" / "money.yml"
TODAY = date(2026, 11, 2)  # the demonstration's last entry
REASON = "Reprise des lignes du plan pluriannuel"
THOUSAND = Decimal(1000)
Entry = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """The credits of one year."""

    year: int
    figures: CreditFigures


@cache
def description() -> Entry:
    content: Entry = read_yaml(DATA)
    return content


def seed() -> int:
    """Enter the money of the projects that have none; returns of how many. Part of the seed's
    transaction, after the projects."""
    _organisations()
    _parameters()
    todo = Project.objects.filter(code__in=[entry["code"] for entry in _entries()])
    missing = list(todo.filter(authorisations=None).select_related("manager"))
    by_code = {entry["code"]: entry for entry in _entries()}
    for project in missing:
        _enter(project, by_code[project.code])
    _operating()
    return len(missing)


def _entries() -> list[Entry]:
    """The demonstration projects that have a budget."""
    return [
        entry
        for entry in projects.entries()
        if entry.get("costs")
        and entry.get("ends")
        and entry.get("state") != "ABANDONED"
        and entry.get("visibility") != "DRAFT"
        and entry["kind"] != "etude"
        and entry["code"] not in description()["without"]
    ]


def lines(entry: Entry) -> list[Line]:
    """The credits of each year; what `money.yml` says of a year stands above the rule."""
    cost = Decimal(entry["costs"][-1]["eur"])
    special: dict[int, Entry] = description()["years"].get(entry["code"], {})
    found: list[Line] = []
    carried: Decimal | None = Decimal(0)  # nothing is carried into the first year
    for year, share in _shares(entry["starts"], entry["ends"]):
        figures = _figures(year, _rounded(cost * share), carried)
        figures = CreditFigures(**(vars(figures) | _decimals(special.get(year, {}))))
        found.append(Line(year, figures))
        carried = _remaining(figures)
    return found


def _remaining(figures: CreditFigures) -> Decimal | None:
    """Committed and not paid, to carry over; unknown, not zero, where one of them is."""
    if figures.committed_eur is None or figures.paid_eur is None:
        return None
    return figures.committed_eur - figures.paid_eur


def _figures(year: int, voted: Decimal, carried: Decimal | None) -> CreditFigures:
    if year > TODAY.year:
        return CreditFigures(voted)
    of_voted, of_committed = ("0.97", "0.95") if year < TODAY.year else ("0.9", "0.85")
    committed = _rounded(voted * Decimal(of_voted)) + (carried or 0)
    paid = _rounded(committed * Decimal(of_committed))
    return CreditFigures(voted, committed, paid, carried)


def _decimals(given: Entry) -> dict[str, Decimal | None]:
    return {k: None if v is None else Decimal(v) for k, v in given.items()}


def _shares(starts: date, ends: date) -> Iterator[tuple[int, Decimal]]:
    """Each year's part of the spending; the parts add up to less than one by rounding alone."""
    months = (ends.year - starts.year) * 12 + ends.month - starts.month + 1
    weights = [min(step + 1, months - step) for step in range(months)]  # a tent
    total = Decimal(sum(weights))
    for year in range(starts.year, ends.year + 1):
        first = (year - starts.year) * 12 - starts.month + 1
        inside = weights[max(first, 0) : first + 12]
        yield year, Decimal(sum(inside)) / total


def _rounded(amount: Decimal) -> Decimal:
    """To a thousand euros below: the years never add up to more than the cost."""
    return (amount // THOUSAND) * THOUSAND


# ---------------------------------------------------------------- entering


def _enter(project: Project, entry: Entry) -> None:
    _authorise(project, entry)
    for line in lines(entry):
        on = min(date(line.year, 12, 20), TODAY)
        budget.set_payment_credit(
            project=project, year=line.year, figures=line.figures, by=project.manager,
            reason=REASON, at=_instant(on),
        )  # fmt: skip
    for number, grant in enumerate(_grants(entry)):
        _fund(project, entry, grant, number)


def _operating() -> None:
    """Studies are paid from the operating section: AE and CP."""
    for code, entry in description()["operating"].items():
        project = Project.objects.filter(code=code, credits=None).first()
        if project is None:
            continue
        told = entry["authorised"]
        budget.vote_authorisation(
            project=project, section=Section.OPERATING, amount_eur=Decimal(told["eur"]),
            voted_on=told["day"], deliberation=told["deliberation"], by=project.manager,
            at=_instant(told["day"]),
        )  # fmt: skip
        carried: Decimal | None = Decimal(0)
        for year, *amounts in entry["years"]:
            voted, committed, paid = (None if v is None else Decimal(v) for v in amounts)
            figures = CreditFigures(voted or Decimal(0), committed, paid, carried)
            if year > TODAY.year:
                figures = CreditFigures(figures.voted_eur)
            budget.set_payment_credit(
                project=project, section=Section.OPERATING, year=year, figures=figures,
                by=project.manager, reason=REASON, at=_instant(min(date(year, 12, 20), TODAY)),
            )  # fmt: skip
            carried = _remaining(figures)


def _authorise(project: Project, entry: Entry) -> None:
    amounts = [(cost["day"], Decimal(cost["eur"])) for cost in entry["costs"]]
    amounts = [pair for pair in amounts if pair[0] <= TODAY]
    kept = description()["authorised"].get(entry["code"])
    if kept:
        amounts = [(amounts[0][0], Decimal(kept))]
    (day, first), *later = amounts
    by = project.manager
    budget.vote_authorisation(
        project=project, amount_eur=first, voted_on=day, deliberation=f"{day:%Y-%m}-AP",
        by=by, at=_instant(day),
    )  # fmt: skip
    before = first
    for on, amount in later:
        budget.revise_authorisation(
            project=project, amount_eur=amount - before, voted_on=on,
            deliberation=f"{on:%Y-%m}-AP", by=by, reason="Nouvelle estimation du coût",
            at=_instant(on),
        )  # fmt: skip
        before = amount
    budget.affect(
        project=project, amount_eur=_rounded(before * Decimal("0.95")), on=amounts[-1][0], by=by,
        reason="Affectation à l’opération", at=_instant(amounts[-1][0]),
    )  # fmt: skip


def _grants(entry: Entry) -> list[Entry]:
    special: list[Entry] | None = description()["fundings"].get(entry["code"])
    return description()["shares"][entry["lead"]] if special is None else special


def _fund(project: Project, entry: Entry, grant: Entry, number: int) -> None:
    """Asked three months after the first estimate, notified half a year later once works or
    contracts are near, received in proportion of what is paid."""
    cost = Decimal(entry["costs"][0]["eur"])
    amount = _rounded(cost * Decimal(str(grant["share"])))
    asked = entry["costs"][0]["day"] + timedelta(days=90)
    signed: dict[str, Any] = {"by": project.manager, "reason": REASON}
    if asked > TODAY or amount <= 0:
        return
    line = funding.ask_funding(
        project=project, funder=Organisation.objects.get(code=grant["funder"]),
        scheme=grant["scheme"], requested=Dated(amount, asked), at=_instant(asked), **signed,
    )  # fmt: skip
    answered = asked + timedelta(days=180 + 60 * number)
    if answered > TODAY or grant.get("pending"):
        return
    notified = _rounded(amount * Decimal(str(grant.get("granted", "0.9"))))
    line = funding.notify_funding(
        funding=line, notified=Dated(notified, answered), at=_instant(answered), **signed
    )
    paid = answered + timedelta(days=400)
    if paid <= TODAY and notified:
        part = Decimal(1) if entry["ends"] < TODAY else Decimal("0.5")
        funding.receive_funding(
            funding=line, received=Dated((notified * part).quantize(Decimal(1), ROUND_HALF_UP), paid),
            at=_instant(paid), **signed,
        )  # fmt: skip


def _organisations() -> None:
    for entry in description()["funders"]:
        french, english = entry["name"]
        Organisation.objects.get_or_create(
            code=entry["code"],
            defaults={
                "kind": Organisation.Kind.PARTNER, "name_fr": french, "name_en": english
            },
        )  # fmt: skip


def _parameters() -> None:
    """What the fictitious metropolis sets itself: its operating revenue, from which a study is
    due, and the delay after which what is not allocated lapses."""
    lapse = description()["lapse_years"]
    FinanceParameter.objects.get_or_create(
        code=FinanceParameter.Code.LAPSE_YEARS,
        from_on=lapse["from"],
        defaults={"value": Decimal(lapse["years"]), "source": lapse["source"]},
    )
    for entry in description()["revenue"]:
        FinanceParameter.objects.get_or_create(
            code=FinanceParameter.Code.OPERATING_REVENUE_EUR,
            from_on=entry["from"],
            defaults={"value": Decimal(entry["eur"]), "source": entry["source"]},
        )


def _instant(day: date) -> datetime:
    return datetime.combine(day, time(9), tzinfo=UTC)
