"""Accounts of the demonstration: passwords made on each machine, kept in one private file."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from portfolio.models import Organisation, User


@dataclass(frozen=True)
class Account:
    """Somebody to sign in as. `role` is what the terminal says about them."""

    username: str
    first: str
    last: str
    organisation: str | None
    role: str
    superuser: bool = False


ACCOUNTS = (
    Account(
        "directrice", "Solène", "Quéméner", "dgs", "director, sees and edits all", superuser=True
    ),
    Account("cheffe", "Nadia", "Berthelin", "mobilites", "project manager, mobility"),
    Account("agent", "Tom", "Arrivé", "espaces-publics", "works for public space and roads"),
    Account("lectrice", "Aïcha", "Diop", None, "reads, edits nothing"),
)


def seed(path: Path) -> list[str]:
    """Create the accounts that are missing, or whose password is lost, and write the file.

    Returns the usernames that got a password. Part of the seed's transaction.
    """
    known = _read(path)
    changed = [account for account in ACCOUNTS if _needs_password(account, known)]
    passwords = {a.username: known.get(a.username) or secrets.token_urlsafe(12) for a in ACCOUNTS}
    for account in changed:
        _give(account, passwords[account.username])
    if changed:
        _write(path, passwords)
    return [account.username for account in changed]


def _needs_password(account: Account, known: dict[str, str]) -> bool:
    user = User.objects.filter(username=account.username).first()
    return account.username not in known or user is None or not user.has_usable_password()


def _give(account: Account, password: str) -> None:
    user, _ = User.objects.get_or_create(username=account.username)
    user.first_name, user.last_name = account.first, account.last
    if account.organisation:
        user.organisation = Organisation.objects.get(code=account.organisation)
    user.is_superuser = user.is_staff = account.superuser
    user.set_password(password)
    user.save()


def _read(path: Path) -> dict[str, str]:
    """Passwords by username, from the lines that `_write` wrote."""
    if not path.exists():
        return {}
    lines = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
    names = {account.username for account in ACCOUNTS}
    return {line[0]: line[1] for line in lines if len(line) > 1 and line[0] in names}


def _write(path: Path, passwords: dict[str, str]) -> None:
    rows = [f"    {a.username:<12}{passwords[a.username]:<20}{a.role}" for a in ACCOUNTS]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text("\n".join(["  Accounts (user, password)", *rows, ""]), encoding="utf-8")
