"""The number of an establishment: fourteen digits, the last one a check.

Source: INSEE, definition of the SIRET; the check is Luhn's (ISO/IEC 7812-1, annex B). The
establishments of La Poste (SIREN 356 000 000) are numbered so that the sum of their digits is a
multiple of five; its head office follows the general rule.
"""

LA_POSTE = "356000000"


def is_siret(text: str) -> bool:
    """Fourteen plain digits with a right check."""
    if len(text) != 14 or not (text.isascii() and text.isdigit()):
        return False
    if luhn(text) % 10 == 0:
        return int(text) > 0
    return text.startswith(LA_POSTE) and sum(map(int, text)) % 5 == 0


def luhn(digits: str) -> int:
    """Sum of the digits, every second one from the right doubled, and its own digits added."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled)
