"""Accounts of the demonstration: passwords made on each machine, kept in one private file."""

import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from portfolio.models import Organisation, Programme, Project, RoleAssignment, User
from portfolio.roles import Role
from portfolio.services import roles
from portfolio.services.roles import Given

SINCE = date(2024, 1, 2)
REASON = "Compte de démonstration"


@dataclass(frozen=True)
class Place:
    """A department, a programme or a project, by its code."""

    model: type[Organisation | Programme | Project]
    code: str


@dataclass(frozen=True)
class Account:
    """Somebody to sign in as. `words` is what the terminal says about them; `given` are the roles
    they have: the role, and where (None: the whole metropolis)."""

    username: str
    first: str
    last: str
    organisation: str | None
    words: str
    superuser: bool = False
    given: tuple[tuple[Role, Place | None], ...] = ()

    @property
    def email(self) -> str:
        """At a domain that is nobody's (RFC 2606)."""
        return f"{self.username}@valombre.example"


def department(code: str) -> Place:
    return Place(Organisation, code)


def programme(code: str) -> Place:
    return Place(Programme, code)


def project(code: str) -> Place:
    return Place(Project, code)


ACCOUNTS = (
    Account(
        "directrice", "Solène", "Quéméner", "dgs", "director, sees and edits all", superuser=True
    ),
    Account("cheffe", "Nadia", "Berthelin", "mobilites", "project manager, mobility"),
    Account("agent", "Tom", "Arrivé", "espaces-publics", "works for public space and roads"),
    Account("lectrice", "Aïcha", "Diop", None, "reads, edits nothing"),
    Account(
        "administrateur", "Yann", "Le Bihan", "dgs", "administrator: people and their roles",
        given=((Role.ADMINISTRATOR, None),),
    ),
    Account(
        "finances", "Mireille", "Castaing", "dgs", "finance officer: money, everywhere",
        given=((Role.FINANCE_OFFICER, None),),
    ),
    Account(
        "programme", "Idriss", "Benali", "mobilites", "programme director: getting around",
        given=((Role.PROGRAMME_DIRECTOR, programme("se-deplacer")),),
    ),
    Account(
        "contributrice", "Élise", "Tanguy", "habitat", "contributor: one project",
        given=((Role.CONTRIBUTOR, project("pont-quai-mariniers")),),
    ),
    Account(
        "validateur", "Hugo", "Marchetti", "dgs", "validator: reviews of all departments",
        given=((Role.VALIDATOR, department("dgs")),),
    ),
    Account(
        "donnees", "Inès", "Roussel", "dgs", "data steward: sources and pulls",
        given=((Role.DATA_STEWARD, None),),
    ),
    Account(
        "comite", "Pierre", "Vasseur", None, "committee member: reads",
        given=((Role.COMMITTEE_MEMBER, None),),
    ),
    Account(
        "elue", "Fatou", "Ndiaye", None, "elected official: reads",
        given=((Role.ELECTED_OFFICIAL, None),),
    ),
    Account(
        "auditrice", "Claire", "Hoffmann", None, "auditor: reads all, changes nothing",
        given=((Role.AUDITOR, None),),
    ),
)  # fmt: skip


def seed(path: Path) -> list[str]:
    """Create the accounts that are missing, or whose password is lost, and write the file.

    Returns the usernames that got a password. Part of the seed's transaction.
    """
    known = _read(path)
    changed = [account for account in ACCOUNTS if _needs_password(account, known)]
    passwords = {a.username: known.get(a.username) or secrets.token_urlsafe(12) for a in ACCOUNTS}
    for account in changed:
        _give(account, passwords[account.username])
    for account in ACCOUNTS:  # those of a demonstration that had no addresses yet
        User.objects.filter(username=account.username, email="").update(email=account.email)
    if changed:
        _write(path, passwords)
    return [account.username for account in changed]


def _needs_password(account: Account, known: dict[str, str]) -> bool:
    user = User.objects.filter(username=account.username).first()
    return account.username not in known or user is None or not user.has_usable_password()


def _give(account: Account, password: str) -> None:
    user, _ = User.objects.get_or_create(username=account.username)
    user.first_name, user.last_name = account.first, account.last
    user.email = account.email
    if account.organisation:
        user.organisation = Organisation.objects.get(code=account.organisation)
    user.is_superuser = user.is_staff = account.superuser
    user.set_password(password)
    user.save()


def seed_roles() -> int:
    """Give the roles that are missing, once the projects are there; returns how many."""
    given = 0
    for account in ACCOUNTS:
        user = User.objects.get(username=account.username)
        if account.given and not RoleAssignment.objects.filter(user=user).exists():
            for role, place in account.given:
                _grant(user, role, place)
                given += 1
    return given


def _grant(user: User, role: Role, place: Place | None) -> None:
    where = place.model._default_manager.get(code=place.code) if place else None
    at = datetime(SINCE.year, SINCE.month, SINCE.day, 9, tzinfo=UTC)
    roles.grant(user=user, given=Given(role, where, SINCE), by=None, reason=REASON, at=at)


def _read(path: Path) -> dict[str, str]:
    """Passwords by username, from the lines that `_write` wrote."""
    if not path.exists():
        return {}
    lines = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
    names = {account.username for account in ACCOUNTS}
    return {line[0]: line[1] for line in lines if len(line) > 1 and line[0] in names}


def _write(path: Path, passwords: dict[str, str]) -> None:
    rows = [f"    {a.username:<16}{passwords[a.username]:<20}{a.words}" for a in ACCOUNTS]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text("\n".join(["  Accounts (user, password)", *rows, ""]), encoding="utf-8")
