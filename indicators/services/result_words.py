"""Sentences of results that the analysis does not make, in both languages of the register: they
are stored with the result, so that an earlier verdict reads as it did."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.dateformat import format as format_date
from django.utils.translation import override

from indicators.analysis.impact.words import number

EARLY = {
    "en": "It is too early to tell the effect on “{name}”: {after} of the {needed} periods awaited"
    " since the intervention are known.",
    "fr": "Il est trop tôt pour dire l’effet sur « {name} » : {after} des {needed} périodes"
    " attendues depuis l’intervention sont connues.",
}
CORRECTED = {
    "en": "Corrected for the {size} evaluations of the project that were judged, p = {q}.",
    "fr": "Corrigé pour les {size} évaluations du projet qui ont pu être jugées, p = {q}.",
}


OPEN = {
    "en": "The window looked at ends on {day}: this look comes before, and is taken again as figures"
    " come. Each look adds to the chance of a false alarm, and is not corrected for it.",
    "fr": "La période regardée s’achève le {day} : ce regard vient avant, et sera repris à mesure que"
    " les chiffres arrivent. Chaque regard ajoute au risque de fausse alerte, sans correction.",
}


def before_the_end(until: date, language: str) -> str:
    """What a look within an open window is worth."""
    with override(language):
        day = format_date(until, "j F Y")
    if language == "fr" and until.day == 1:
        day = day.replace("1 ", "1er ", 1)
    return _typeset(OPEN[language].format(day=day), language)


def early(facts: dict[str, Any], name: str, language: str) -> str:
    """How many periods are known of those awaited."""
    text = EARLY[language].format(name=name, after=facts["after"], needed=facts["needed"])
    return _typeset(text, language)


def corrected(size: int, q: float, language: str) -> str:
    """The p-value that counts, with the size of the family."""
    return _typeset(CORRECTED[language].format(size=size, q=number(q, language)), language)


def _typeset(text: str, language: str) -> str:
    """No-break spaces before the signs that French sets apart."""
    if language != "fr":
        return text
    for before, after in (("« ", "«\u00a0"), (" »", "\u00a0»"), (" :", "\u00a0:")):
        text = text.replace(before, after)
    return text
