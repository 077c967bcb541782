"""Who may do what: the roles, the parts of a record, and the table that joins them.

The table is the only place that says it; `portfolio.reach` finds which projects a role reaches,
`portfolio.permissions` answers for one person and one project.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What somebody is in the metropolis, or in a part of it."""

    ADMINISTRATOR = "ADMINISTRATOR", _("administrator")
    PROGRAMME_DIRECTOR = "PROGRAMME_DIRECTOR", _("programme director")
    PROJECT_MANAGER = "PROJECT_MANAGER", _("project manager")
    CONTRIBUTOR = "CONTRIBUTOR", _("contributor")
    FINANCE_OFFICER = "FINANCE_OFFICER", _("finance officer")
    VALIDATOR = "VALIDATOR", _("validator")
    DATA_STEWARD = "DATA_STEWARD", _("data steward")
    COMMITTEE_MEMBER = "COMMITTEE_MEMBER", _("committee member")
    ELECTED_OFFICIAL = "ELECTED_OFFICIAL", _("elected official")
    AUDITOR = "AUDITOR", _("auditor")


class Part(TextChoices):
    """What can be changed: eleven parts of a project, then the matters of the whole metropolis."""

    FACTS = "facts", _("facts")
    VISIBILITY = "visibility", _("who sees the project")
    SCHEDULE = "schedule", _("calendar")
    MONEY = "money", _("money")
    RISKS = "risks", _("risks")
    PEOPLE = "people", _("stakeholders")
    PLACE = "place", _("place")
    DOCUMENTS = "documents", _("documents")
    DEPENDENCIES = "dependencies", _("dependencies")
    REVIEW = "review", _("monthly review")
    VALIDATION = "validation", _("validation of reviews")
    PARAMETERS = "parameters", _("parameters of the law")
    SOURCES = "sources", _("data sources")
    ACCOUNTS = "accounts", _("people and their roles")
    PRIORITIES = "priorities", _("prioritisation exercises")
    SCORES = "scores", _("scores and weights of prioritisation")
    COMMITTEES = "committees", _("committees")


DRAFTS = "drafts"  # a column of the table: reads drafts, within the role's reach

# x: may. From parameters on, nothing belongs to a project: only a role given for the whole
# metropolis counts there. The same table stands in docs/guides/rights.md; a test compares them.
TABLE = """
role               | drafts facts visibility schedule money risks people place documents dependencies review validation parameters sources accounts priorities scores committees
ADMINISTRATOR      | x      x     x          x        x     x     x      x     x         x            x      x          x          x       x       x          x       x
PROGRAMME_DIRECTOR | x      x     x          x        x     x     x      x     x         x            x      x          -          -       -       x          x       x
PROJECT_MANAGER    | x      x     x          x        x     x     x      x     x         x            x      -          -          -       -       -          -       -
CONTRIBUTOR        | x      x     -          x        -     x     x      x     x         x            x      -          -          -       -       -          -       -
FINANCE_OFFICER    | x      -     -          -        x     -     -      -     -         -            -      -          x          -       -       -          -       -
VALIDATOR          | x      -     -          -        -     -     -      -     -         -            -      x          -          -       -       -          -       -
DATA_STEWARD       | -      -     -          -        -     -     -      -     -         -            -      -          -          x       -       -          -       -
COMMITTEE_MEMBER   | -      -     -          -        -     -     -      -     -         -            -      -          -          -       -       -          x       -
ELECTED_OFFICIAL   | -      -     -          -        -     -     -      -     -         -            -      -          -          -       -       -          -       -
AUDITOR            | x      -     -          -        -     -     -      -     -         -            -      -          -          -       -       -          -       -
"""

WHOLE_METROPOLIS = frozenset(
    {Part.PARAMETERS, Part.SOURCES, Part.ACCOUNTS, Part.PRIORITIES, Part.SCORES, Part.COMMITTEES}
)
PROJECT_PARTS = frozenset(Part) - WHOLE_METROPOLIS
Matrix = dict[Role, frozenset[str]]


def read(table: str) -> Matrix:
    """What each role may, by role. Raises ValueError on a table that is not whole."""
    head, *rows = [line.split("|") for line in table.strip().splitlines()]
    columns = head[1].split()
    matrix: Matrix = {}
    for name, marks in rows:
        granted = zip(columns, marks.split(), strict=True)
        matrix[Role(name.strip())] = frozenset(column for column, mark in granted if mark == "x")
    if set(columns) != {DRAFTS, *Part.values} or set(matrix) != set(Role):
        raise ValueError("the table of rights must hold every role and every part")
    return matrix


MATRIX = read(TABLE)
# Roles that change nothing of a project and read no draft: a place would say nothing of them.
METROPOLIS_ROLES = frozenset(
    role for role, columns in MATRIX.items() if not columns & {DRAFTS, *PROJECT_PARTS}
)


def roles_for(column: str) -> frozenset[Role]:
    """The roles that may change that part (or read drafts, for `DRAFTS`).

    Raises ValueError on a part that does not exist: a typing mistake never opens a door.
    """
    if column != DRAFTS:
        Part(column)
    return frozenset(role for role, columns in MATRIX.items() if column in columns)
