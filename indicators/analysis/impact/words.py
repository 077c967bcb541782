"""An effect in a sentence: calibrated words, a range always, and what it does not prove.

Both languages are here since analyses know no translation catalogue; screens quote the sentence.
Causal words are for a shown effect of grade A or B alone (rule 12).
"""

from __future__ import annotations

import math

from indicators.analysis.impact.own_effects import OwnEffects
from indicators.analysis.impact.results import LIKELY, SHOWN, Effect, NotIdentified, Placebo
from portfolio.results import Unknown

TEXTS = {
    "en": {
        "causal_up": "The project increased “{name}” by {size} ({range}).",
        "causal_down": "The project reduced “{name}” by {size} ({range}).",
        "shown_up": "Rise in “{name}” compatible with an effect of the project: {point} ({range}).",
        "shown_down": "Fall in “{name}” compatible with an effect of the project: {point} ({range}).",
        "seen": "“{name}” differs by {point} ({range}) from what its past foretold.",
        "likely": "An effect on “{name}” is likely, not shown: {point} ({range}).",
        "none": "No effect shown on “{name}”: {point} ({range}).",
        "described": "“{name}”: {point} between before and after ({range}). A description, not an"
        " evaluation.",
        "judged": "The effect on “{name}” cannot be judged: {reasons}.",
        "range": "{level} range: {low} to {high}",
        "no_range": "no range can be given",
        "rank_first": "Largest of {of}, so p = {p}.",
        "rank": "Number {rank} of {of} by size, so p = {p}.",
        "p": "Placebo p = {p}.",
        "detectable": "This is not “no effect”: these data would have shown only an effect of at"
        " least {size}.",
        "unconfirmed": "The range leaves out zero, but a second method or the placebos do not confirm it.",
        "A": "This does not prove how the effect came about.",
        "B": "This does not prove how the effect came about; one check is missing or mild.",
        "C": "This does not prove that the project is the cause.",
        "D": "This does not prove a cause: one series, looked at without a plan made before.",
        "E": "This proves nothing about the project: anything else that changed is in it.",
        "chosen": "The site was chosen for its level: part of the change would have come by itself.",
        "reversed": "The mean hides the zones: in {count} of {of} the effect goes the other way.",
        "elsewhere": "An effect is found too on a measure that the project cannot change.",
    },
    "fr": {
        "causal_up": "Le projet a augmenté « {name} » de {size} ({range}).",
        "causal_down": "Le projet a réduit « {name} » de {size} ({range}).",
        "shown_up": "Hausse de « {name} » compatible avec un effet du projet : {point} ({range}).",
        "shown_down": "Baisse de « {name} » compatible avec un effet du projet : {point} ({range}).",
        "seen": "« {name} » s’écarte de {point} ({range}) de ce que son passé annonçait.",
        "likely": "Un effet sur « {name} » est probable, non montré : {point} ({range}).",
        "none": "Aucun effet montré sur « {name} » : {point} ({range}).",
        "described": "« {name} » : {point} entre avant et après ({range}). C’est une description, pas"
        " une évaluation.",
        "judged": "L’effet sur « {name} » ne peut pas être jugé : {reasons}.",
        "range": "intervalle à {level} : de {low} à {high}",
        "no_range": "aucun intervalle ne peut être donné",
        "rank_first": "Le plus grand sur {of}, donc p = {p}.",
        "rank": "Au rang {rank} sur {of} par la taille, donc p = {p}.",
        "p": "p de placebo = {p}.",
        "detectable": "Ce n’est pas « aucun effet » : ces données n’auraient montré qu’un effet d’au"
        " moins {size}.",
        "unconfirmed": "L’intervalle exclut zéro, mais une seconde méthode ou les placebos ne le"
        " confirment pas.",
        "A": "Cela ne prouve pas par quel chemin l’effet est venu.",
        "B": "Cela ne prouve pas par quel chemin l’effet est venu ; une vérification manque ou reste"
        " faible.",
        "C": "Cela ne prouve pas que le projet en est la cause.",
        "D": "Cela ne prouve pas de cause : une seule série, regardée sans plan arrêté d’avance.",
        "E": "Cela ne prouve rien sur le projet : tout ce qui a changé par ailleurs y est compris.",
        "chosen": "Le site a été choisi pour son niveau : une part du changement serait venue"
        " d’elle-même.",
        "reversed": "La moyenne cache les zones : dans {count} sur {of}, l’effet va dans l’autre sens.",
        "elsewhere": "Un effet est aussi trouvé sur une mesure que le projet ne peut pas changer.",
    },
}
REASONS = {
    "TOO_FEW_BEFORE": ("too few points before the start", "trop peu de points avant le début"),
    "TOO_FEW_AFTER": ("too few points since the start", "trop peu de points depuis le début"),
    "TOO_FEW_CYCLES": ("too few whole seasons before the start",
                       "trop peu de saisons entières avant le début"),
    "START_UNKNOWN": ("the start is unknown", "la date de début est inconnue"),
    "DEFINITION_CHANGED": ("the definition or the source changed",
                           "la définition ou la source a changé"),
    "OTHER_PROJECT_OR_SHOCK": ("something else happened at that time",
                               "autre chose s’est produit au même moment"),
    "DONORS_TOUCHED": ("the project also touches the zones compared with",
                       "le projet touche aussi les zones de comparaison"),
    "POOR_FIT": ("the zones compared with do not follow this one before the start",
                 "les zones de comparaison ne suivent pas celle-ci avant le début"),
    "OUTSIDE_HULL": ("this zone lies outside all those compared with",
                     "cette zone est hors de toutes celles de comparaison"),
    "TOO_FEW_DONORS": ("too few zones to compare with", "trop peu de zones de comparaison"),
    "TOO_FEW_CLUSTERS": ("too few zones to tell chance from effect",
                         "trop peu de zones pour distinguer le hasard d’un effet"),
    "TOO_MANY_CONTROLS": ("too many controls for so few points",
                          "trop de séries de contrôle pour si peu de points"),
    "NO_VARIATION": ("the series does not vary", "la série ne varie pas"),
    "NO_COMPARISON": ("nothing untreated to compare with", "rien de non traité à comparer"),
    "NOTHING_BEFORE": ("nothing is known before the start", "rien n’est connu avant le début"),
    "UNREADABLE": ("the figures cannot be read as one series",
                   "les chiffres ne se lisent pas comme une seule série"),
    "DESCRIPTIVE": ("this design describes, it does not judge",
                    "cette méthode décrit, elle ne juge pas"),
    "NOTHING_AFTER": ("nothing is known since the start", "rien n’est connu depuis le début"),
}  # fmt: skip


def sentence(effect: Effect | NotIdentified, *, indicator: str, language: str) -> str:
    """What may be said of `indicator` in `language` ("fr" or "en"): effect, range, rank among
    placebos, and what it does not prove. Raises ValueError for another language."""
    return " ".join(parts(effect, indicator=indicator, language=language))


def parts(effect: Effect | NotIdentified, *, indicator: str, language: str) -> list[str]:
    """The same, sentence by sentence: what is said, how sure it is, and last what it does not
    prove (nothing more than the reasons where nothing can be judged)."""
    if language not in TEXTS:
        raise ValueError(f"language: {language!r} is not one of {', '.join(TEXTS)}")
    texts = TEXTS[language]
    if isinstance(effect, NotIdentified):
        place = list(TEXTS).index(language)
        reasons = [REASONS[code][place] if code in REASONS else code for code in effect.reasons]
        return [texts["judged"].format(name=indicator, reasons=", ".join(reasons))]
    told = texts[_kind(effect)].format(
        name=indicator, size=_amount(abs(effect.point), effect.relative, language, signed=False),
        point=_amount(effect.point, effect.relative, language), range=_range(effect, language),
    )  # fmt: skip
    return [told, *_more(effect, language)]


def _kind(effect: Effect) -> str:
    if effect.grade == "E":
        return "described"
    if effect.verdict == LIKELY:
        return "likely" if effect.grade in "ABC" else "seen"
    if effect.verdict != SHOWN:
        return "none"
    way = "up" if effect.point > 0 else "down"
    if effect.grade in "AB":
        return f"causal_{way}"
    return f"shown_{way}" if effect.grade == "C" else "seen"


def _more(effect: Effect, language: str) -> list[str]:
    texts, told = TEXTS[language], []
    placebo = effect.diagnostics.get("placebo")
    if isinstance(placebo, Placebo):
        kind = "rank_first" if placebo.rank == 1 else "rank"
        told.append(texts[kind].format(rank=placebo.rank, of=placebo.of,
                                       p=number(placebo.p_value, language)))  # fmt: skip
    elif not isinstance(effect.p_value, Unknown):
        told.append(texts["p"].format(p=number(effect.p_value, language)))
    if _kind(effect) == "none" and effect.low * effect.high > 0:
        told.append(texts["unconfirmed"])
    smallest = effect.smallest_detectable
    if _kind(effect) == "none" and not isinstance(smallest, Unknown) and math.isfinite(smallest):
        told.append(texts["detectable"].format(size=number(smallest, language)))
    if "CHOSEN_FOR_ITS_LEVEL" in effect.diagnostics.get("flags", ()):
        told.append(texts["chosen"])
    own = effect.diagnostics.get("own_effects")
    if isinstance(own, OwnEffects) and own.flagged:
        told.append(texts["reversed"].format(count=own.reversed_in, of=len(own.points)))
    other = effect.diagnostics.get("placebo_outcome")
    if isinstance(other, Effect) and other.verdict == SHOWN:
        told.append(texts["elsewhere"])
    return [*told, texts[effect.grade]]


def _amount(value: float, relative: float | Unknown, language: str, *, signed: bool = True) -> str:
    text = number(value, language, signed=signed)
    if isinstance(relative, Unknown):
        return text
    share = relative if signed else abs(relative)
    that_is = "soit" if language == "fr" else "that is"
    return f"{text}, {that_is} {_percent(share, language, signed=signed)}"


def _range(effect: Effect, language: str) -> str:
    texts = TEXTS[language]
    if not (math.isfinite(effect.low) and math.isfinite(effect.high)):
        return texts["no_range"]
    return texts["range"].format(
        level=_percent(math.floor(100 * effect.level + 1e-9) / 100, language, signed=False),
        low=number(effect.low, language, signed=True),
        high=number(effect.high, language, signed=True),
    )


def number(value: float, language: str, *, signed: bool = False) -> str:
    """Two or three figures that count, never in powers; a comma and thin spaces in French."""
    size = abs(value)
    decimals = 0 if size >= 100 or size == 0 else max(0, 1 - math.floor(math.log10(size)))
    text = f"{size:,.{min(decimals, 6)}f}"
    if language == "fr":
        text = text.replace(",", "\u202f").replace(".", ",")
    minus = "−" if value < 0 and float(f"{size:.{min(decimals, 6)}f}") > 0 else ""
    return (minus or ("+" if signed and value > 0 else "")) + text


def _percent(share: float, language: str, *, signed: bool) -> str:
    text = number(100 * share, language, signed=signed)
    return f"{text}\u00a0%" if language == "fr" else f"{text}%"
