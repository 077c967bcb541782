import pytest

from indicators.analysis.personal import looks_personal


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("contact", ["rue de la Paix", "anna@example.org"], "EMAIL"),
        ("appel", ["06 12 34 56 78", "+33 6 12 34 56 78", None], "PHONE"),
        ("appel", ["0612345678"], "PHONE"),
        ("vehicule", ["AB-123-CD", "EF456GH"], "PLATE"),
        ("Prénom", ["Anna"], "NAME"),
        ("nom_de_famille", ["Martin"], "NAME"),
        ("date_naissance", ["1980-01-01"], "BIRTH"),
        ("numero_secu", ["x"], "IDENTITY"),
        ("prenom", [None, ""], ""),
        ("nom", ["Pont de pierre"], ""),  # of a counter, a stop, a street
        ("commune", ["33063", "33281"], ""),
        ("siret", ["21330063500017"], ""),
        ("compteur", ["C-123-AB"], ""),
        ("valeur", [12.5, 612345678], ""),
    ],
)
def test_what_looks_like_a_person_is_named(name, values, kind):
    assert looks_personal(name, values) == kind
