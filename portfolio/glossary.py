"""The words of the field, read once from `glossary.yml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import get_language

DATA = Path(__file__).parent / "glossary.yml"


@dataclass(frozen=True)
class Term:
    """`key` is what screens show and name it by; `source`: the law or standard, where one does."""

    key: str
    word_fr: str
    word_en: str
    text_fr: str
    text_en: str
    source: str

    @property
    def word(self) -> str:
        return self.word_en if _in_english() else self.word_fr

    @property
    def text(self) -> str:
        return self.text_en if _in_english() else self.text_fr


@cache
def _terms() -> dict[str, Term]:
    entries = yaml.safe_load(DATA.read_text(encoding="utf-8"))["terms"]
    return {entry["key"]: _term(entry) for entry in entries}


def terms() -> list[Term]:
    """All of them, in the alphabetical order of the active language."""
    return sorted(_terms().values(), key=lambda term: term.word.casefold())


def term(key: str) -> Term:
    """Raises KeyError: a screen that names no term of the glossary is a mistake."""
    return _terms()[key]


def _term(entry: dict[str, Any]) -> Term:
    word_fr, word_en = entry["word"]
    text_fr, text_en = entry["text"]
    source = entry.get("source", "")
    return Term(entry["key"], word_fr, word_en, text_fr, text_en, source)


def _in_english() -> bool:
    return (get_language() or "fr").startswith("en")
