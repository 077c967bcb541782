"""The French of every text: complete, collected, typeset, with the words of the statuses."""

import gettext
import re
import subprocess
from pathlib import Path

import pytest

from ops import translations

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / translations.CATALOGUE
NARROW, WIDE = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"
STATUSES = {
    "On track": "En bonne voie",
    "To watch": "À surveiller",
    "Off track": "Hors trajectoire",
    "status\x04Not known": "Inconnu",
    "Achieved": "Atteint",
    "Too early to say": "Trop tôt",
}


@pytest.fixture(scope="module")
def french(tmp_path_factory):
    """Text to French, as the compiled catalogue holds them; a context comes before \\x04."""
    compiled = tmp_path_factory.mktemp("catalogue") / "django.mo"
    subprocess.run(["msgfmt", "-o", str(compiled), str(CATALOGUE)], check=True)
    with compiled.open("rb") as file:
        return {key: text for key, text in gettext.GNUTranslations(file)._catalog.items() if key}


def faults(french, pattern):
    return [text for text in french.values() if re.search(pattern, text)]


def test_every_text_has_its_french_and_no_placeholder_is_lost():
    assert translations.missing(CATALOGUE) == ""


def test_the_catalogue_holds_every_text_of_the_code(monkeypatch):
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)  # texts are collected without

    assert translations.uncollected() == []


def test_the_catalogue_keeps_no_text_that_left_the_code():
    assert "#~" not in CATALOGUE.read_text(encoding="utf-8")


def test_a_status_reads_with_the_same_word_everywhere(french):
    assert {text: french[text] for text in STATUSES} == STATUSES


def test_a_two_part_sign_has_a_no_break_space_before_it(french):
    # A colon within a name (EPSG:2154) has no space at all.
    assert faults(french, f"(?<![{NARROW}])[;!?]") == []
    assert faults(french, f"(?<![{WIDE}]):(?=\\s|$)") == []


def test_quotation_marks_are_french_with_narrow_spaces_inside(french):
    assert faults(french, f'«(?!{NARROW})|(?<!{NARROW})»|[“”"]') == []


def test_an_apostrophe_is_a_typographic_one(french):
    assert faults(french, r"(?<=\w)'(?=\w)") == []


def test_no_text_for_people_raises_its_voice(french):
    assert faults(french, "!") == []
