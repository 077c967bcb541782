"""What a result says, in sentences: conditions, reasons, what would have to change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from portfolio.analysis.arbitration import Frozen
from portfolio.machine_reasons import in_words
from portfolio.templatetags.figures import about_euros, figure, percent

Told = Mapping[str, Any]
AP = "ap"

MISSING = {
    "NO_COST": lambda: _("no authorisation and no estimate of its cost"),
    "NO_CREDITS": lambda: _("no payment credits by year"),
    "NO_POINTS": lambda: _("its points are not entered"),
    "NO_SCORE": lambda: _("a score of the exercise is missing"),
    "NO_WEIGHTS": lambda: _("the weights of the exercise are not revealed yet"),
    "NO_PEOPLE": lambda: _("the posts it takes are not entered, and a condition counts them"),
    "NO_CO2": lambda: _("the CO2 of its works is not entered, and a climate budget is set"),
    "NO_PLACE": lambda: _("it has no commune, and each commune is to get its share"),
}


def missing(codes: Iterable[str]) -> str:
    """Why a candidate cannot be weighed."""
    return _listed([MISSING[code]() for code in codes])


def euros(amount: float) -> str:
    return about_euros(Decimal(round(amount)))


def points(value: float) -> str:
    return figure(value, 0 if abs(value) >= 100 else 1)


def local(pair: Sequence[str]) -> str:
    """Of [French, English]."""
    english = (get_language() or "fr").startswith("en")
    return pair[1] if english and pair[1] else pair[0]


class Words:
    """Sentences about one result: `frozen` holds the names of then."""

    def __init__(self, frozen: Frozen) -> None:
        self._names = {
            one["id"]: local([one["name_fr"], one["name_en"]])
            for one in (*frozen["candidates"], *frozen["unweighed"])
        }
        self._reasons = {one["id"]: in_words(one["reason"]) for one in frozen["candidates"]}
        self._conditions = {one["id"]: one for one in frozen["conditions"]}
        self._departments = {
            one["department"]: local(one["label"])
            for one in frozen["conditions"]
            if one["kind"] == "CAPACITY"
        }
        self._communes = {one["code"]: one["name"] for one in frozen["communes"]}

    def name(self, key: str) -> str:
        return self._names.get(key, key)

    def names(self, keys: Iterable[str]) -> str:
        return _listed([self.name(key) for key in keys])

    # ------------------------------------------------------------ conditions

    def figure(self, name: str, limit: float | None = None) -> str:
        """An envelope: “the total of authorisations (AP), 12 M€”."""
        said = _("the total of authorisations (AP)") if name == AP else (
            _("the payments (CP) of %(year)s") % {"year": name}
        )  # fmt: skip
        return said if limit is None else f"{said}, {euros(limit)}"

    def condition(self, fact: Told) -> str:
        code = fact["code"]
        if code == "ENVELOPE":
            return self.figure(str(fact["figure"]), fact["limit"])
        ways = {
            "CAPACITY": self._capacity, "FLOOR": self._floor, "CLIMATE": self._climate,
            "EQUITY": self._equity, "PREREQUISITE": self._needs, "EXCLUSIVE": self._either,
        }  # fmt: skip
        return ways[code](fact) if code in ways else self._forced(fact)

    def relief(self, fact: Told) -> str:
        """What to change so that it no longer stands in the way."""
        return {
            "ENVELOPE": _("Raise this envelope."),
            "CAPACITY": _("Add posts in that year, or allow delays."),
            "FLOOR": _("Lower this minimum."),
            "CLIMATE": _("Raise the climate budget."),
            "EQUITY": _("Lower the share that each commune must get."),
            "MANDATORY": _("No longer keep this project in."),
            "STARTED": _("No longer keep this project as it is."),
            "EXCLUDED": _("No longer leave this project out."),
            "PREREQUISITE": _("Take this dependency off, or keep the needed project."),
            "EXCLUSIVE": _("Take this exclusion off."),
        }.get(fact["code"], "")

    def _capacity(self, fact: Told) -> str:
        year = str(fact["figure"]).rpartition("_")[2]
        department = self._departments.get(fact["department"], fact["department"])
        return _("the posts of %(department)s in %(year)s (%(limit)s)") % {
            "department": department, "year": year, "limit": figure(fact["limit"], 1),
        }  # fmt: skip

    def _floor(self, fact: Told) -> str:
        found = self._conditions[int(str(fact["figure"]).rpartition("_")[2])]
        label = local(found["label"])
        if found.get("figure") == "COUNT":
            text = ngettext(
                "at least %(count)s project for %(label)s",
                "at least %(count)s projects for %(label)s", int(fact["limit"]),
            )  # fmt: skip
            return text % {"count": int(fact["limit"]), "label": label}
        return _("at least %(amount)s for %(label)s") % {
            "amount": euros(fact["limit"]), "label": label
        }  # fmt: skip

    def _climate(self, fact: Told) -> str:
        return _("the climate budget, %(tonnes)s tonnes of CO2") % {
            "tonnes": figure(fact["limit"])
        }  # fmt: skip

    def _equity(self, fact: Told) -> str:
        commune = self._communes.get(fact["commune"], fact["commune"])
        return _("at least %(times)s times the average per inhabitant in %(commune)s") % {
            "times": figure(fact.get("least", 0), 2), "commune": commune,
        }  # fmt: skip

    def _needs(self, fact: Told) -> str:
        return _("“%(project)s” needs “%(other)s”") % {
            "project": self.name(fact["candidate"]), "other": self.name(fact["needs"]),
        }  # fmt: skip

    def _either(self, fact: Told) -> str:
        return _("one at most of: %(names)s") % {"names": self.names(fact["candidates"])}

    def _forced(self, fact: Told) -> str:
        name = {"name": self.name(str(fact.get("candidate", "")))}
        return {
            "MANDATORY": _("“%(name)s” is kept in"),
            "STARTED": _("“%(name)s” is under way and kept as it is"),
            "EXCLUDED": _("“%(name)s” is left out"),
        }.get(fact["code"], "%(name)s") % name

    # ------------------------------------------------------------ reasons

    def why(self, key: str, told: Told) -> list[str]:
        """Why a project is in or out, what the opposite would move, from which budget it enters."""
        return [text for text in (self._decision(key, told), self._opposite(told),
                                  self._entry(told["enters"])) if text]  # fmt: skip

    def _decision(self, key: str, told: Told) -> str:
        code = told["code"]
        binding = _listed([self.condition(fact) for fact in told["binding"]])
        forced = {
            "MANDATORY": _("In: it is kept in (%(reason)s)."),
            "STARTED": _("In: it is under way (%(reason)s)."),
            "EXCLUDED": _("Out: it is left out (%(reason)s)."),
        }
        if code in forced:
            return forced[code] % {"reason": self._reasons.get(key, "")}
        return {
            "CHOSEN": _("In: it is worth more here than what its money would bring elsewhere."),
            "NEEDED": _("In: nothing fits without it, because of %(binding)s."),
            "LIMITED": _("Out: beside the projects chosen it passes %(binding)s."),
            "IMPOSSIBLE": _("Out: nothing fits with it, because of %(binding)s."),
            "NO_GAIN": _("Out: it would fit, and adds no value."),
        }.get(code, _("There is no programme.")) % {"binding": binding}

    def _opposite(self, told: Told) -> str:
        difference = told["difference"]
        if difference is None:
            return ""
        moves = self._moves(told)
        if told["code"] in {"MANDATORY", "STARTED", "EXCLUDED"}:
            cost = _("This costs %(points)s points of value.") if difference < 0 else (
                _("This costs no value.")
            )  # fmt: skip
            return (cost % {"points": points(-difference)} + " " + moves).strip()
        text = _("Leaving it out would lose %(points)s points.") if told["chosen"] else (
            _("Putting it in would lose %(points)s points.")
        )  # fmt: skip
        return (text % {"points": points(max(difference, 0.0))} + " " + moves).strip()

    def _moves(self, told: Told) -> str:
        texts = []
        if told["goes"]:
            texts.append(_("It would take out: %(names)s.") % {"names": self.names(told["goes"])})
        if told["comes"]:
            texts.append(_("It would bring in: %(names)s.") % {"names": self.names(told["comes"])})
        return " ".join(texts)

    def _entry(self, enters: Told) -> str:
        if "share" not in enters:
            never = _("No larger envelope brings it in by itself.")
            return never if enters["reason"] == "NOT_BY_MONEY" else ""
        more = percent(Decimal(str(round(100 * (enters["share"] - 1), 1))))
        limit = next(iter(enters["limits"].items()), None)
        where = f" ({self.figure(*limit)})" if limit else ""
        text = _("With every envelope %(more)s larger%(where)s it is in.")
        return text % {"more": more, "where": where}


def option(told: Told, variants: Sequence[Told]) -> str:
    """How a project is done, where it is not done as it stands."""
    texts = []
    if told["variant"]:
        variant = variants[told["variant"] - 1]
        texts.append(_("as “%(name)s”") % {"name": local([variant["name_fr"], variant["name_en"]])})
    if told["delay"]:
        years = told["delay"]
        texts.append(
            ngettext("%(years)s year later", "%(years)s years later", years) % {"years": years}
        )
    if told["lost"]:
        texts.append(_("losing %(amount)s of grants") % {"amount": euros(told["lost"])})
    return ", ".join(texts)


def gap(status: str, value: float | None) -> str:
    """How sure the programme is the best."""
    if status == "INFEASIBLE":
        return _("Nothing fits: the conditions stand against each other.")
    if status == "NO_ANSWER" or value is None:
        return _("No programme was found in the time given.")
    if value <= 1e-9:
        return _("Proven: no other programme is worth more.")
    share = percent_of(value)
    if status == "TIME_LIMIT":
        return _(
            "The best found in the time given: no programme is worth more than %(share)s above it."
        ) % {"share": share}
    return _("Proven within %(share)s: no programme is worth more than that above it.") % {
        "share": share
    }  # fmt: skip


def percent_of(share: float) -> str:
    """0.0008 as 0,08 %."""
    decimals = 2 if share < 0.01 else 1
    mark = "" if (get_language() or "fr").startswith("en") else "\N{NARROW NO-BREAK SPACE}"
    return f"{figure(100 * share, decimals)}{mark}%"


def _listed(texts: Sequence[str]) -> str:
    """One, two and three; semicolons, since names may hold commas."""
    if len(texts) < 2:
        return "".join(texts)
    return _("%(first)s; and %(last)s") % {"first": "; ".join(texts[:-1]), "last": texts[-1]}
