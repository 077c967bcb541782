"""Reasons of changes that nobody typed: stored as their English text and its parameters, and told
in the language of whoever reads. What people typed, and what was stored before, is told as it is."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from portfolio.templatetags.figures import moment

MARK = "\u241f"  # a sign that nobody types
LONGEST = 300  # characters of a parameter


def by_machine(text: str, **parameters: str) -> str:
    """What is stored. `text`: marked by `gettext_noop`, with %(name)s for each parameter; one that
    is called `at` is an instant in ISO."""
    told = {name: value[:LONGEST] for name, value in parameters.items()}
    return f"{MARK}{text}{MARK}{json.dumps(told, ensure_ascii=False)}" if told else f"{MARK}{text}"


def in_words(stored: str) -> str:
    """A stored reason, in the active language."""
    if not stored.startswith(MARK):
        return stored
    _empty, text, *rest = stored.split(MARK, 2)
    return gettext(text) % _told(rest[0]) if rest else gettext(text)


def _told(parameters: str) -> dict[str, str]:
    try:
        given: dict[str, Any] = json.loads(parameters)
    except ValueError:  # cut by what stored it
        given = {}
    return _Parameters({name: _word(name, str(value)) for name, value in given.items()})


def _word(name: str, value: str) -> str:
    return moment(datetime.fromisoformat(value)) if name == "at" else in_words(value)


class _Parameters(dict[str, str]):
    """One that is lacking is told by three dots."""

    def __missing__(self, name: str) -> str:
        return "…"
