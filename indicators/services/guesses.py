"""What the fields of a sample may mean: from their names, the types told, and their values. A guess
only fills in a form; a person reads it, changes it, and sees the rows read by it."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from indicators.analysis.contract import point_of
from indicators.services.numbers import NoNumberError, number
from indicators.services.periods import (
    QUARTER,
    SHORT_FORMS,
    BadTimeError,
    Period,
    period_of,
    read_instant,
)

SAMPLES, LONGEST = 3, 40
WORDS = {
    "time": r"phenomenontime|time_period|jour|date|day|mois|month|trimestre|quarter|annee|year|"
            r"heure|hour|horodat|timestamp|time|instant|periode|^at$",
    "value": r"obs_value|valeur|value|result|total|nombre|nb_|^nb|count|comptage|passages|mesure|"
             r"quantite|montant|taux|num_|debit|conso|volume",
    "zone": r"insee|commune|code_com|zone|quartier|district|iris|epci",
    "series": r"(^|_)id(_|$)|identifiant|code|compteur|counter|capteur|sensor|station|datastream|"
              r"numero|site|channel",
    "label": r"nom|name|libelle|label|titre|title|intitule",
    "status": r"statut|status|etat|qualit|quality|valid",
}  # fmt: skip
NO_VALUE = (
    r"(^|_)id(_|$)|identifiant|code|numero|(^|_)(lat|lon|x|y)(itude|gitude)?$|annee|year|insee"
)
PROVISIONAL = {"provisoire", "provisional", "estime", "estimated", "p", "prov", "a valider",
               "non valide", "brut", "preliminary"}  # fmt: skip
NAMED = {kind: re.compile(words) for kind, words in WORDS.items()}


@dataclass(frozen=True)
class Seen:
    """A field as the sample shows it. `kind`: time, number, boolean, point, text, other, or empty
    where no row has a value; `samples`: its first different values, as text."""

    name: str
    told: str
    kind: str
    samples: tuple[str, ...]
    unit: str = ""
    missing: int = 0


def fields(sample: Mapping[str, Any]) -> list[Seen]:
    """Of a try (`trying.Tried` as JSON), in the order told."""
    rows, units = sample.get("rows", []), sample.get("units", {})
    return [
        _seen(name, told, rows, units.get(name, ""))
        for name, told in sample.get("fields", {}).items()
    ]


def _seen(name: str, told: str, rows: Sequence[Mapping[str, Any]], unit: str) -> Seen:
    values = [row[name] for row in rows if row.get(name) is not None]
    different = list(dict.fromkeys(_short(one) for one in values))
    return Seen(name, told, kind_of(values, told), tuple(different[:SAMPLES]), unit,
                missing=len(rows) - len(values))  # fmt: skip


def _short(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def kind_of(values: Sequence[object], told: str) -> str:
    """What most of the values are; what the source says, where there is none."""
    if not values:
        return "time" if re.search("date|time", told.lower()) else ""
    counts = Counter(_kind(one) for one in values)
    kind, count = counts.most_common(1)[0]
    return kind if count * 2 > len(values) else "text"


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, list | dict):
        return "point" if point_of(value) is not None else "other"
    if isinstance(value, str) and _is_time(value):
        return "time"
    try:
        number(value, 1)
    except NoNumberError:
        return "text"
    return "number"


def _is_time(text: str) -> bool:
    """A text of digits alone is a number, unless it is a year."""
    if text.strip().isdigit() and not re.fullmatch(r"(19|20|21)\d\d", text.strip()):
        return False
    try:
        read_instant(text, ZoneInfo("UTC"))
    except BadTimeError:
        return False
    return True


@dataclass(frozen=True)
class Guesser:
    """`zones`: the codes that there are; `zone`: the time zone of times without offset."""

    sample: Mapping[str, Any]
    zones: Collection[str]
    timezone: ZoneInfo

    @property
    def rows(self) -> Sequence[Mapping[str, Any]]:
        found: Sequence[Mapping[str, Any]] = self.sample.get("rows", [])
        return found

    def mapping(self) -> dict[str, Any]:
        """The parts of a mapping that can be guessed (see `sources.schema.json`)."""
        seen = fields(self.sample)
        time = _best(seen, "time", {"time"}) or self._year(seen)
        value = _best([one for one in seen if not _is(NO_VALUE, one.name)], "value", {"number"})
        found: dict[str, Any] = {}
        if time:
            found["time"] = {"field": time, "timezone": self.timezone.key,
                             "period": self._period(time).value}  # fmt: skip
        if value and value != time:
            found["value"] = {"field": value}
        taken = {time, value}
        found |= self._zone([one for one in seen if one.name not in taken])
        taken.add(found.get("zone", {}).get("field"))
        found |= self._status([one for one in seen if one.name not in taken])
        taken.add(found.get("status", {}).get("field"))
        rest = [one for one in seen if one.name not in taken]
        if time:
            found |= self._series(rest, time, found.get("zone", {}).get("field"))
            found |= self._gathering(time, found)
        return found

    def _year(self, seen: Iterable[Seen]) -> str | None:
        """A year may be written as a number."""
        names = [one.name for one in seen if one.kind == "number" and _is("annee|year", one.name)]
        return names[0] if names else None

    def _values(self, name: str) -> list[object]:
        return [row[name] for row in self.rows if row.get(name) is not None]

    def _instants(self, name: str) -> list[datetime | None]:
        return [self._instant(row.get(name)) for row in self.rows]

    def _instant(self, raw: object) -> datetime | None:
        try:
            return read_instant(raw, self.timezone)
        except BadTimeError:
            return None

    def _period(self, name: str) -> Period:
        texts = [str(one).strip() for one in self._values(name)]
        if texts and all(SHORT_FORMS[0][0].fullmatch(one) for one in texts):
            return Period.YEAR
        if texts and all(QUARTER.fullmatch(one) for one in texts):
            return Period.QUARTER
        if texts and all(SHORT_FORMS[1][0].fullmatch(one) for one in texts):
            return Period.MONTH
        days = sorted({one.astimezone(self.timezone).date() for one in self._instants(name) if one})
        months = [one.year * 12 + one.month for one in days]
        if len(days) < 2 or any(one.day != 1 for one in days):
            return Period.DAY
        step = min((later - earlier for earlier, later in pairwise(months)), default=1)
        return {12: Period.YEAR, 3: Period.QUARTER}.get(step, Period.MONTH)

    def _zone(self, seen: Sequence[Seen]) -> dict[str, Any]:
        for one in _ranked(seen, "zone"):
            values = [str(value).strip() for value in self._values(one.name)]
            known = sum(value in self.zones for value in values)
            if values and known * 5 >= len(values) * 4:
                return {"zone": {"field": one.name}}
        points = [one.name for one in seen if one.kind == "point"]
        return {"zone": {"field": points[0], "within": "COMMUNE"}} if points else {}

    def _status(self, seen: Sequence[Seen]) -> dict[str, Any]:
        for one in _ranked(seen, "status"):
            words = dict.fromkeys(str(value) for value in self._values(one.name))
            told = [word for word in words if _plain(word) in PROVISIONAL]
            if told:
                return {"status": {"field": one.name, "provisional": told}}
        return {}

    def _series(self, seen: Sequence[Seen], time: str, zone: str | None) -> dict[str, Any]:
        """The field that tells apart rows of one time and zone; none where nothing has to."""
        instants = self._instants(time)
        if _are_apart(instants, [row.get(zone) if zone else None for row in self.rows]):
            return {}
        named = [one for one in seen if _is(WORDS["series"], one.name) and one.kind != "other"]
        for one in named:
            values = [str(row.get(one.name)) for row in self.rows]
            # What is different in each row names the row, and no series: but for one day alone.
            names_rows = len(set(values)) == len(values)
            if names_rows and (len(set(instants)) > 1 or one.name.lower() == "id"):
                continue
            if _are_apart(instants, values):
                label = _best([s for s in seen if s.name != one.name], "label", {"text"})
                return {"series": [one.name]} | ({"label": label} if label else {})
        return {}

    def _gathering(self, time: str, found: Mapping[str, Any]) -> dict[str, Any]:
        """Where a series has several instants in one period: the step between them."""
        period = Period(found["time"]["period"])
        names = [*found.get("series", []), *filter(None, [found.get("zone", {}).get("field")])]
        by_series: dict[str, set[datetime]] = defaultdict(set)
        for row, instant in zip(self.rows, self._instants(time), strict=True):
            if instant:
                by_series[str([row.get(name) for name in names])].add(instant)
        steps: Counter[float] = Counter()
        for instants in by_series.values():
            for earlier, later in pairwise(sorted(instants)):
                start, end = period_of(earlier, period, self.timezone)
                steps[(later - earlier).total_seconds() / 60 if start <= later < end else 0] += 1
        steps.pop(0, None)
        if not steps:
            return {}
        return {"gather": {"how": "SUM", "every_minutes": steps.most_common(1)[0][0]}}


def contract(
    sample: Mapping[str, Any], mapping: Mapping[str, Any], values: Sequence[float]
) -> dict[str, Any]:
    """A contract out of what was seen: the fields that the mapping names, with their types; a range
    ten times as wide as the `values` as they were read; a jump of ten times and a loss of 30 % are
    held."""
    seen = {one.name: one for one in fields(sample)}
    value = mapping["value"]["field"]
    told = {"type": "number"} | ({"unit": unit} if (unit := _unit(seen, value)) else {})
    held: dict[str, Any] = {mapping["time"]["field"]: {"type": "time"}, value: told}
    zone = mapping.get("zone", {})
    if "field" in zone:
        kinds = (("within", "point"), ("by_area", "any"), ("field", "text"))
        held.setdefault(zone["field"], {"type": next(k for name, k in kinds if name in zone)})
    for name in [*mapping.get("series", []), mapping.get("label"),
                 mapping.get("status", {}).get("field")]:  # fmt: skip
        if name:
            boolean = name in seen and seen[name].kind == "boolean"
            held.setdefault(name, {"type": "boolean" if boolean else "text"})
    document: dict[str, Any] = {"fields": held, "spike": 10, "drop": 0.3}
    if values:
        document["maximum"] = _rounded(max(abs(one) for one in values) * 10)
        document["minimum"] = 0 if min(values) >= 0 else -document["maximum"]
    if "within" in zone:
        document["point"] = zone["field"]
    return document


def _unit(seen: Mapping[str, Seen], name: str) -> str:
    return seen[name].unit if name in seen else ""


def _rounded(value: float) -> float:
    """Up to one figure and zeros: 43,210 → 50,000; never zero."""
    if value <= 0:
        return 10
    scale = 10.0 ** (len(str(int(value))) - 1) if value >= 1 else 1.0
    found = -(-value // scale) * scale
    return int(found)


def _are_apart(instants: Sequence[datetime | None], names: Sequence[object]) -> bool:
    """No instant comes twice under one name."""
    pairs = [(instant, str(name)) for instant, name in zip(instants, names, strict=True) if instant]
    return len(set(pairs)) == len(pairs)


def _ranked(seen: Sequence[Seen], kind: str) -> list[Seen]:
    """Those whose name speaks of it first."""
    return sorted(seen, key=lambda one: not NAMED[kind].search(_plain(one.name)))


def _best(seen: Sequence[Seen], kind: str, kinds: Collection[str]) -> str | None:
    """The field of one of these kinds whose name says it best; the first one where none does."""
    fitting = [one for one in seen if one.kind in kinds]
    for word in WORDS[kind].split("|"):
        for one in fitting:
            if re.search(word, _plain(one.name)):
                return one.name
    if kind == "label":
        return None
    return fitting[0].name if fitting else None


def _is(words: str, name: str) -> bool:
    return re.search(words, _plain(name)) is not None


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.strip().lower())
    return "".join(sign for sign in bare if not unicodedata.combining(sign))
