"""Sentences of results that the analysis does not make, in both languages of the register: they
are stored with the result, so that an earlier verdict reads as it did."""

from __future__ import annotations

from typing import Any

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
