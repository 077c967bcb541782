"""Databases cloned from one migrated template, real servers, a real browser."""

import hashlib
import os
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import hypothesis
import psycopg
import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, connections
from django.utils import translation
from pytest_django.plugin import blocking_manager_key

# How fast a machine draws examples says nothing of the code.
hypothesis.settings.register_profile(
    "any-machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any-machine")
ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = pytest.StashKey[str]()
SERVER_FIXTURES = {"db", "transactional_db", "live_server", "platform", "client_page", "worker"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that touch a server are marked so: `make test-fast` leaves them out."""
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if names & SERVER_FIXTURES or item.get_closest_marker("django_db"):
            item.add_marker("server")


@pytest.fixture(autouse=True)
def plain_files(settings, tmp_path: Path) -> None:
    """No hashed names, no file outside the test's own folder, the default language."""
    translation.deactivate()  # a page in English leaves its language to whoever comes next
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.DOCUMENTS_ROOT = str(tmp_path / "documents")
    settings.RAW_STORE = str(tmp_path / "raw")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {"anon": None}}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Named at once: a run that is stopped before its end has no summary."""
    if report.failed and "PYTEST_XDIST_WORKER" not in os.environ:
        print(f"\n{report.nodeid}: failed ({report.when})", flush=True)


# ---------------------------------------------------------------- databases


def _server() -> psycopg.Connection:
    parameters = connection.get_connection_params() | {"dbname": "postgres"}
    wanted = {k: parameters[k] for k in ("dbname", "user", "host", "port") if k in parameters}
    return psycopg.connect(**wanted, autocommit=True)


def _template_name() -> str:
    digest = hashlib.sha256()
    for path in sorted([*ROOT.glob("*/migrations/*.py"), ROOT / "requirements.txt"]):
        digest.update(path.read_bytes())
    return f"template_{digest.hexdigest()[:12]}"


def _use(name: str) -> None:
    connections.close_all()
    connection.settings_dict["NAME"] = name


def _clone(template: str, name: str) -> None:
    connections.close_all()
    with _server() as server:
        _drop(server, name)
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    _use(name)


def _drop(server: psycopg.Connection, name: str) -> None:
    """The server's own housekeeping may be in there: it is waited for, since only the server's
    owner may end it."""
    for left in range(50, -1, -1):
        try:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        except psycopg.errors.InsufficientPrivilege:
            if not left:
                raise
            time.sleep(0.2)
        else:
            return


def _ensure_template(name: str) -> None:
    """Migrate one template per hash of the migrations; two workers wait for each other."""
    with _server() as server:
        # The other worker may migrate for longer than what a test may wait for.
        server.execute("SET lock_timeout = 0; SET statement_timeout = 0")
        server.execute("SELECT pg_advisory_lock(20260)")
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return
        making = f"{name}_making"
        server.execute(f'DROP DATABASE IF EXISTS "{making}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{making}"')
        _use(making)
        call_command("migrate", verbosity=0, interactive=False)
        connections.close_all()
        server.execute(f'ALTER DATABASE "{making}" RENAME TO "{name}"')


@pytest.fixture(scope="session")
def database_template(django_db_blocker) -> str:
    name = _template_name()
    with django_db_blocker.unblock():
        _ensure_template(name)
    return name


@pytest.fixture(scope="session")
def database_name() -> str:
    return f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, database_template: str, database_name: str, django_db_blocker
) -> Iterator[None]:
    """Replaces pytest-django's: a clone takes 0.2 s, a migration 30 s."""
    before = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        _clone(database_template, database_name)
    request.config.stash[TEMPLATE] = database_template
    yield
    request.config.stash[TEMPLATE] = ""
    with django_db_blocker.unblock():
        _use(before)
        with _server() as server:
            _drop(server, database_name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, object, object]:
    """A test that commits leaves its database spoilt: the next one gets a new clone.

    After pytest-django's own clean-up, which empties every table, the migrations' rows included.
    """
    outcome = yield
    template = item.config.stash.get(TEMPLATE, "")
    if nextitem is not None and template and _commits(item):
        with item.config.stash[blocking_manager_key].unblock():
            _clone(template, connection.settings_dict["NAME"])
        ContentType.objects.clear_cache()
        cache.clear()
    return outcome


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    fixtures = set(getattr(item, "fixturenames", ()))
    commits = bool(fixtures & {"transactional_db", "live_server"})
    return commits or bool(marker and marker.kwargs.get("transaction"))
