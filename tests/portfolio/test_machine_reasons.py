"""What nobody typed is told in the language of whoever reads."""

from django.utils.translation import override

from portfolio.machine_reasons import MARK, by_machine, in_words
from portfolio.services.reviews import REVIEW_OF, VALIDATED


def told(stored: str, language: str) -> str:
    with override(language):
        return in_words(stored)


def test_a_reason_of_a_machine_is_told_in_the_language_of_its_reader():
    stored = by_machine(VALIDATED)
    assert told(stored, "fr") == "Revue validée"
    assert told(stored, "en") == "Review validated"


def test_parameters_and_instants_are_put_into_the_text():
    assert told(by_machine(REVIEW_OF, month="06/2026"), "fr") == "Revue mensuelle, 06/2026"
    undone = by_machine(
        "Undoes the change of %(at)s: %(reason)s", at="2026-06-01T10:00:00+02:00",
        reason=by_machine(VALIDATED),
    )  # fmt: skip
    assert "Review validated" in told(undone, "en")
    assert "2026" in told(undone, "en")


def test_what_people_typed_or_what_was_stored_before_is_told_as_it_is():
    for typed in ("Revue validée", "100 % des arbres", "Review validated", ""):
        assert told(typed, "en") == typed


def test_a_reason_that_was_cut_is_still_told():
    stored = by_machine(REVIEW_OF, month="06/2026")[:-3]
    assert told(stored, "en") == "Review of …"
    assert told(f"{MARK}Unknown text", "fr") == "Unknown text"
