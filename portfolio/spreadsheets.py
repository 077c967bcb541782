"""Texts on their way to a spreadsheet, which takes some of them for formulas."""

import re

# A cell that starts so runs, even after blanks (OWASP, "CSV Injection").
_FORMULA = re.compile(r"\s*[=+@-]|[\t\r\n]")


def guarded(text: str) -> str:
    """The text, harmless: an apostrophe before it if a spreadsheet would run it."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    return text[1:] if text[:1] == "'" and _FORMULA.match(text[1:]) else text
