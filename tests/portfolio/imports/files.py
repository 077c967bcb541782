"""Files and mappings for the tests of imports."""

import csv
import io
from datetime import date
from functools import cache

from portfolio.imports import mapping as mappings
from portfolio.imports import reader
from portfolio.imports.mapping import Mapping
from portfolio.imports.plan import Plan, make_plan
from tests.shared import DATA, needs

PLACE = ("paris_bp", "bp_projets_2014_2016.csv")
PARIS = DATA.joinpath(*PLACE)
needs_paris = needs(*PLACE)

HEADER = (
    "Identifiant du projet lauréat", "Lien URL vers le projet lauréat", "Edition",
    "Titre du projet lauréat", "Thématique", "Direction pilote du projet lauréat",
    "Budget global du projet lauréat", "Echelle du Budget participatif",
    "Adresse du projet lauréat", "Arrondissement du projet lauréat", "Avancement du projet",
    "Date de début des études du projet", "Date de lancement des procédures du projet",
    "Date de lancement des travaux du projet", "Date prévisonnelle de livraison du projet",
    "Date d'ouverture du projet au public",
)  # fmt: skip
FIELDS = (
    "id", "url", "edition", "title", "theme", "lead", "budget", "scale", "address", "district",
    "stage", "studies", "procedures", "works", "delivery", "opening",
)  # fmt: skip
GOOD = {
    "id": "9001", "url": "https://exemple.fr/p/9001", "edition": "2019",
    "title": "Un jardin partagé", "theme": "Environnement", "lead": "Direction des Jardins",
    "budget": "150000", "scale": "Budget participatif d’arrondissement", "address": "1 rue Verte",
    "district": "75012", "stage": "TRAVAUX", "studies": "2020-01", "procedures": "2020-03",
    "works": "2020-09", "delivery": "2021-06", "opening": "",
}  # fmt: skip


@cache
def paris() -> Mapping:
    return mappings.load(mappings.FOLDER / "paris_bp.yml")


def cells(**given: str) -> list[str]:
    """A good row, with the given cells changed."""
    return [(GOOD | given)[name] for name in FIELDS]


def csv_bytes(*rows: list[str], header=HEADER, delimiter=";", encoding="utf-8") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([header, *rows])
    return text.getvalue().encode(encoding)


def plan_of(data: bytes, mapping: Mapping | None = None) -> Plan:
    mapping = mapping or paris()
    return make_plan(reader.read(data, mapping.shape), mapping)


def plan_row(**given: str) -> Plan:
    return plan_of(csv_bytes(cells(**given)))


def month(year: int, number: int) -> date:
    return date(year, number, 1)
