"""The chart of what was known: today's line, and beside it the one of another instant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from indicators.charts import wording
from indicators.charts.path import Overlay, PathChart, path_chart
from indicators.charts.path_table import remark
from indicators.known import Change, Compared, Known, Promise, Revision
from indicators.models import Indicator
from indicators.results import Observation
from portfolio.moments import Moment, just_before
from portfolio.templatetags.figures import day, moment

LATEST, MOST_ROWS = 12, 120
MOST_CHANGES = 12


@dataclass(frozen=True)
class KnownRow:
    """A period, as it was known then and as it is known now; `run_id`: of its last revision."""

    on: date
    when: str
    then: str
    then_note: str
    now: str
    now_note: str
    difference: str
    remark: str
    run_id: int | None
    is_revised: bool
    is_known: bool  # today


@dataclass(frozen=True)
class ChangeLine:
    """One value of a revision in words, with what leads to its provenance."""

    label: str
    period: str
    before: str
    after: str
    on: date
    zone: str


@dataclass(frozen=True)
class RevisionLine:
    """A revision in words; `before`: what was known until then; `omitted`: changes left out."""

    at: datetime
    run_id: int
    summary: str
    changes: tuple[ChangeLine, ...]
    omitted: int
    before: Moment


@dataclass(frozen=True)
class KnownChart:
    """What `indicators/charts/known.html` needs. `name` is the instant in words, empty where
    nothing is compared; `rows` the periods that changed and the last ones, `older` the others;
    `terms`: what the target was then and is now, where that changed."""

    chart: PathChart
    name: str
    rows: tuple[KnownRow, ...]
    older: tuple[KnownRow, ...]
    omitted: int
    revisions: tuple[RevisionLine, ...]
    terms: tuple[str, str] | None


def known_chart(found: Known) -> KnownChart:
    """In the active language."""
    name = instant(found.at) if found.at else ""
    rows = [_row(row, found) for row in reversed(found.rows)]
    first = [row for number, row in enumerate(rows) if number < LATEST or row.remark]
    older = [row for row in rows[LATEST:] if not row.remark]
    chart = path_chart(found.view, _overlay(found))
    title = _finding(found, name) if found.at else chart.title
    return KnownChart(
        chart=replace(chart, id=f"known-{found.view.target.pk}", title=title),
        name=name,
        rows=tuple(first[:MOST_ROWS]),
        older=tuple(older[:MOST_ROWS]),
        omitted=max(len(first) - MOST_ROWS, 0) + max(len(older) - MOST_ROWS, 0),
        revisions=tuple(_revision(one, found.view.indicator) for one in found.revisions),
        terms=_terms(found),
    )


def instant(at: datetime) -> str:
    """A day where it is the end of one, else to the minute."""
    local = timezone.localtime(at)
    whole = (local.hour, local.minute, local.second) == (23, 59, 59)
    return day(at) if whole else moment(at)


def _finding(found: Known, name: str) -> str:
    if not any(row.then for row in found.rows):
        return _("Nothing was known of this measure on %(day)s") % {"day": name}
    words = {"count": found.revised, "day": name}
    revised = (
        ngettext(
            "%(count)s value known on %(day)s was revised since",
            "%(count)s values known on %(day)s were revised since",
            found.revised,
        )
        if found.revised
        else _("No value known on %(day)s was revised since")
    ) % words
    if not found.later:
        return revised
    added = ngettext("%(count)s came later", "%(count)s came later", found.later)
    return f"{revised}, {added % {'count': found.later}}"


def _overlay(found: Known) -> Overlay:
    if found.then is None or found.at is None:
        return Overlay("", revised=_revised_ever(found))
    return Overlay(
        _("known on %(day)s") % {"day": format_date(timezone.localtime(found.at), "j N Y")},
        found.then.observations,
        {row.period.on: _change_words(row, found) for row in found.rows if row.is_revised},
    )


def _revised_ever(found: Known) -> dict[date, str]:
    """The last revision of each value of the zone's own series."""
    words: dict[date, str] = {}
    for revision in found.revisions:
        for change in _own(revision, found):
            line = _change(change, found.view.indicator)
            told = {"period": line.period, "before": line.before, "after": line.after,
                    "day": day(revision.at)}  # fmt: skip
            text = _("%(period)s: %(before)s → %(after)s, revised on %(day)s") % told
            words.setdefault(change.after.on, text)
    return words


def _own(revision: Revision, found: Known) -> tuple[Change, ...]:
    return tuple(c for c in revision.corrected if c.zone and c.zone.pk == found.view.zone.pk)


def _change_words(row: Compared, found: Known) -> str:
    indicator = found.view.indicator
    told = {
        "period": wording.period(row.period, indicator),
        "before": _value(row.then, indicator),
        "after": _value(row.now, indicator),
    }
    return _("%(period)s: %(before)s → %(after)s") % told


def _value(observation: Observation | None, indicator: Indicator) -> str:
    if observation is None or observation.value is None:
        return pgettext("a value", "none")
    return wording.number(observation.value, indicator)


def _row(row: Compared, found: Known) -> KnownRow:
    indicator, last = found.view.indicator, _last_revision(row, found)
    words = []
    if row.is_later:
        words.append(_("published later"))
    if row.is_revised:
        words.append(_("revised on %(day)s") % {"day": day(last.at)} if last else _("revised"))
    return KnownRow(
        on=row.period.on,
        when=wording.period(row.period, indicator),
        then=_cell(row.then, indicator),
        then_note=remark(row.then) if row.then else _("not known yet"),
        now=_cell(row.now, indicator),
        now_note=remark(row.now) if row.now else _("withdrawn"),
        difference=_signed(row.difference, indicator),
        remark=", ".join(words),
        run_id=last.run.pk if last else None,
        is_revised=row.is_revised,
        is_known=row.now is not None,
    )


def _last_revision(row: Compared, found: Known) -> Revision | None:
    """The latest that touched this period; of a total, any of its parts."""
    if not row.is_revised:
        return None
    return next(
        (r for r in found.revisions if any(c.after.on == row.period.on for c in r.corrected)), None
    )


def _cell(observation: Observation | None, indicator: Indicator) -> str:
    if observation is None or observation.value is None:
        return "–"
    return wording.number(observation.value, indicator)


def _signed(difference: float | None, indicator: Indicator) -> str:
    if difference is None:
        return "–"
    text = wording.number(abs(difference), indicator)
    sign = "" if difference == 0 else "−" if difference < 0 else "+"
    return f"{sign}{text}"


def _revision(revision: Revision, indicator: Indicator) -> RevisionLine:
    corrected, words = revision.corrected, []
    if corrected:
        told = ngettext("%(count)s value revised", "%(count)s values revised", len(corrected))
        words.append(told % {"count": len(corrected)})
    if revision.settled:
        told = ngettext(
            "%(count)s status changed (provisional or final)",
            "%(count)s statuses changed (provisional or final)",
            revision.settled,
        )
        words.append(told % {"count": revision.settled})
    return RevisionLine(
        at=revision.at,
        run_id=revision.run.pk,
        summary=", ".join(words),
        changes=tuple(_change(change, indicator) for change in corrected[:MOST_CHANGES]),
        omitted=max(len(corrected) - MOST_CHANGES, 0),
        before=just_before(revision.at),
    )


def _change(change: Change, indicator: Indicator) -> ChangeLine:
    return ChangeLine(
        label=change.label,
        period=wording.period(change.after, indicator),
        before=_value(change.before, indicator),
        after=_value(change.after, indicator),
        on=change.after.on,
        zone=change.zone.code if change.zone else "",
    )


def _terms(found: Known) -> tuple[str, str] | None:
    if not found.has_other_terms or found.promised_then is None:
        return None
    indicator = found.view.indicator
    return _promise(found.promised_then, indicator), _promise(found.promise, indicator)


def _promise(promise: Promise, indicator: Indicator) -> str:
    target, words = promise.target, []
    if target.baseline_on and target.baseline_value is not None:
        told = {
            "value": wording.with_unit(target.baseline_value, indicator),
            "month": wording.month(target.baseline_on),
        }
        words.append(_("start %(value)s, %(month)s") % told)
    for point in promise.points:
        told = {
            "value": wording.goal(point.value, indicator), "month": wording.month(point.due_on),
        }  # fmt: skip
        words.append(_("target %(value)s, %(month)s") % told)
    return "; ".join(words) or _("no target is set")
