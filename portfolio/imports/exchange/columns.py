"""The columns of the register's own file. Export and import read this one list."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from portfolio.imports.table import key

# What a cell of a column holds.
CODE, TEXT, DAY, EUROS, YEAR, CHOICE, NOTE, VERSION = (
    "CODE", "TEXT", "DAY", "EUROS", "YEAR", "CHOICE", "NOTE", "VERSION",
)  # fmt: skip
PROJECTS, CREDITS = "PROJECTS", "CREDITS"


@dataclass(frozen=True)
class Column:
    """`key` is the field it fills, and its name in GeoJSON; `width` is in characters."""

    key: str
    heading: Promise
    help: Promise
    kind: str = TEXT
    width: int = 20
    is_needed: bool = False

    @property
    def is_editable(self) -> bool:
        return self.kind not in {CODE, NOTE, VERSION}

    def names(self) -> frozenset[str]:
        """As a header may write it: in each language, or by its key."""
        written = {key(self.key)}
        for language, _name in settings.LANGUAGES:
            with override(language):
                written.add(key(str(self.heading)))
        return frozenset(written)


_CODE = Column(
    "code", _("Code of the project"),
    _("It names the project: never change it. For a new project, give a code of its own."),
    CODE, 16, is_needed=True,
)  # fmt: skip
_VERSION = Column(
    "version", _("State of the export"),
    _("When the exported record last changed. Leave it: it tells what changed in the meantime."),
    VERSION, 30,
)  # fmt: skip
_LISTED = _("Choose a value of the list.")
_MONEY = _("In euros. Empty: not known; 0 is a figure.")

PROJECT_COLUMNS = (
    _CODE,
    Column("name_fr", _("Name in French"), _("Needed."), width=44, is_needed=True),
    Column("name_en", _("Name in English"), _("Shown in English."), width=30),
    Column("summary_fr", _("Summary in French"), _("In plain words."), width=50),
    Column("summary_en", _("Summary in English"), _("In plain words."), width=30),
    Column("programme", _("Programme"), _LISTED, CHOICE, 28),
    Column("lead", _("Lead department"), _LISTED, CHOICE, 28),
    Column("manager", _("Project manager"), _LISTED, CHOICE, 24),
    Column("phase_set", _("Kind of project"), _LISTED, CHOICE, 20, is_needed=True),
    Column("phase", _("Phase"), _("A phase of this kind of project."), CHOICE, 20),
    Column("state", _("State"), _LISTED, CHOICE, 14, is_needed=True),
    Column("visibility", _("Visibility"), _LISTED, CHOICE, 14, is_needed=True),
    Column("starts_on", _("Start"), _("A date."), DAY, 12),
    Column("ends_on", _("End"), _("A date, not before the start."), DAY, 12),
    Column("address", _("Address"), _("Where it is."), width=30),
    Column("source_url", _("Page of the source"), _("An address on the web."), width=30),
    Column("original_cost_eur", _("First cost (€)"), _("Not changed here."), NOTE, 16),
    Column("current_cost_eur", _("Current cost (€)"), _("Not changed here."), NOTE, 16),
    _VERSION,
)
CREDIT_COLUMNS = (
    _CODE,
    Column("name", _("Name"), _("Not changed here."), NOTE, 44),
    Column("section", _("Section"), _LISTED, CHOICE, 18, is_needed=True),
    Column("year", _("Year"), _("Of the budget."), YEAR, 10, is_needed=True),
    Column("voted_eur", _("Voted (€)"), _("In euros. Needed."), EUROS, 16, is_needed=True),
    Column("carried_over_eur", _("Carried over (€)"), _MONEY, EUROS, 16),
    Column("committed_eur", _("Committed (€)"), _MONEY, EUROS, 16),
    Column("paid_eur", pgettext_lazy("column", "Paid (€)"), _MONEY, EUROS, 16),
    _VERSION,
)
COLUMNS = {PROJECTS: PROJECT_COLUMNS, CREDITS: CREDIT_COLUMNS}
TITLES = {PROJECTS: _("Projects"), CREDITS: _("Credits")}
# A sheet is one of ours if its header has these.
TELLING = {PROJECTS: {"code", "name_fr", "version"}, CREDITS: {"code", "year", "version"}}
FIGURES = ("voted_eur", "carried_over_eur", "committed_eur", "paid_eur")


def column(sheet: str, name: str) -> Column:
    return next(column for column in COLUMNS[sheet] if column.key == name)


def keys_of(header: tuple[str, ...], sheet: str) -> list[str]:
    """The key of each heading, empty where it is none of ours."""
    known = {name: column.key for column in COLUMNS[sheet] for name in column.names()}
    return [known.get(key(name), "") for name in header]


def sheet_of(header: tuple[str, ...]) -> str:
    """Which of our sheets has this header; empty if none."""
    for sheet, telling in TELLING.items():
        if telling <= set(keys_of(header, sheet)):
            return sheet
    return ""
