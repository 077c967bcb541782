import stat

import pytest

from portfolio.demo import accounts, projects, reference
from portfolio.models import RoleAssignment, User
from portfolio.reach import rights_of
from portfolio.roles import Role


@pytest.fixture
def file(db, tmp_path):
    reference.seed()
    return tmp_path / "demo-accounts.txt"


def test_each_account_signs_in_with_the_password_of_the_file(file):
    assert len(accounts.seed(file)) == len(accounts.ACCOUNTS)
    for line in file.read_text().splitlines()[1:]:
        name, password = line.split()[:2]
        assert User.objects.get(username=name).check_password(password)
    assert User.objects.filter(is_superuser=True).count() == 1


def test_the_file_is_private(file):
    accounts.seed(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_passwords_are_kept_across_runs_and_databases(file):
    accounts.seed(file)
    before = file.read_text()
    assert accounts.seed(file) == []
    User.objects.filter(username="lectrice").delete()
    assert accounts.seed(file) == ["lectrice"]
    assert file.read_text() == before
    password = next(line.split()[1] for line in before.splitlines() if "lectrice" in line)
    assert User.objects.get(username="lectrice").check_password(password)


def test_a_lost_file_gives_new_passwords(file):
    accounts.seed(file)
    before = file.read_text()
    file.unlink()
    assert len(accounts.seed(file)) == len(accounts.ACCOUNTS)
    assert file.read_text() != before


def test_every_role_has_somebody_to_sign_in_as(file):
    projects.seed()
    accounts.seed(file)
    assert accounts.seed_roles() == sum(len(a.given) for a in accounts.ACCOUNTS)
    assert accounts.seed_roles() == 0
    held = {role for user in User.objects.all() for role in rights_of(user).reaches}
    assert held == set(Role)


def test_a_role_that_was_taken_back_is_not_given_again(file):
    projects.seed()
    accounts.seed(file)
    accounts.seed_roles()
    RoleAssignment.objects.update(withdrawn_at="2026-01-01T00:00:00Z")
    assert accounts.seed_roles() == 0
