"""Fields that look as if they spoke of a person. Pure functions.

It is a net with wide meshes: what it finds is shown to a person who decides; what it does not find
may be personal all the same.
"""

import re
import unicodedata
from collections.abc import Iterable

EMAIL = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+\.[a-z]{2,}", re.IGNORECASE)
# French numbers, with or without the country's prefix.
PHONE = re.compile(r"(?:(?:\+|00)33[ .-]?|0)[1-9](?:[ .-]?\d{2}){4}")
PLATE = re.compile(r"[A-HJ-NP-TV-Z]{2}[ -]?\d{3}[ -]?[A-HJ-NP-TV-Z]{2}", re.IGNORECASE)
NAMES = {
    "EMAIL": ("email", "mail", "courriel", "adressemail", "adresseelectronique"),
    "PHONE": ("telephone", "tel", "mobile", "portable", "phone", "phonenumber"),
    "PLATE": ("immatriculation", "plaque", "plaqueimmatriculation", "licenseplate", "plate"),
    "NAME": ("prenom", "prenoms", "nomdefamille", "nomfamille", "nomusage", "nomusager",
             "firstname", "lastname", "surname", "familyname", "givenname"),
    "BIRTH": ("datenaissance", "datedenaissance", "naissance", "birthdate", "dateofbirth"),
    "IDENTITY": ("nir", "numerosecu", "numsecu", "numerosecuritesociale", "socialsecuritynumber"),
}  # fmt: skip
KIND_OF = {name: kind for kind, names in NAMES.items() for name in names}


def looks_personal(name: str, values: Iterable[object]) -> str:
    """EMAIL, PHONE, PLATE, NAME, BIRTH or IDENTITY; "" where nothing looks so. `values`: those of
    the field that differ. One e-mail address is enough; of the others half must look so, since a
    number may have any shape."""
    texts = [value.strip() for value in values if isinstance(value, str) and value.strip()]
    if any(EMAIL.search(text) for text in texts):
        return "EMAIL"
    for kind, shape in (("PHONE", PHONE), ("PLATE", PLATE)):
        like = sum(bool(shape.fullmatch(text)) for text in texts)
        if texts and like * 2 >= len(texts):
            return kind
    return KIND_OF.get(_plain(name), "") if texts else ""


def _plain(name: str) -> str:
    """Letters alone, without accents: Numéro_Sécu → numerosecu."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(one for one in letters if one.isascii() and one.isalnum())
