"""One transaction that can only read, at a vetted address, and that ends on time."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import errors
from psycopg.conninfo import make_conninfo

from indicators.connectors.addresses import AllowList
from indicators.connectors.base import (
    AccessRefusedError,
    DeadlineError,
    HttpPolicy,
    MissingCollectionError,
    Query,
    SourceError,
    SourceTimeoutError,
    TruncatedError,
    UnreachableError,
    WrongShapeError,
)
from indicators.connectors.transport import Clock

DEFAULT_PORT = 5432
NO_FILE = "/dev/null/none"
DEFAULT_USER = "gouvernail"  # where there is no secret
ENCRYPTION = ("require", "verify-full", "verify-ca", "prefer", "disable")
FAULTS: tuple[tuple[type[psycopg.Error], type[SourceError]], ...] = (
    (errors.QueryCanceled, SourceTimeoutError),
    (errors.LockNotAvailable, SourceTimeoutError),
    (errors.InsufficientPrivilege, AccessRefusedError),
    (errors.UndefinedTable, MissingCollectionError),
    (errors.InvalidSchemaName, MissingCollectionError),
    (psycopg.OperationalError, TruncatedError),  # the connection ended too early
)


@dataclass(frozen=True)
class Place:
    """What an address and a secret say."""

    host: str
    port: int
    database: str
    user: str
    password: str


def place(query: Query) -> Place:
    """Raises UnreachableError, MissingCollectionError."""
    parts = urlsplit(query.base_url)
    user, _, password = query.secret.partition(":")
    try:
        port = parts.port or DEFAULT_PORT
    except ValueError as error:
        raise UnreachableError(f"{query.base_url}: {error}") from error
    database = unquote(parts.path.strip("/"))
    if not parts.hostname or not database:
        raise MissingCollectionError(f"{query.base_url} names no database")
    return Place(parts.hostname, port, database, user or DEFAULT_USER, password)


@contextmanager
def session(query: Query, policy: HttpPolicy, clock: Clock) -> Iterator[psycopg.Connection]:
    """A transaction that sees one state of the database and cannot write. Times are written in UTC.
    Raises SourceError, in whose messages there is neither user nor password."""
    where = place(query)
    connection = _connected(where, query, policy, clock)
    try:
        with _translated(where), _ended_on_time(connection, clock):
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            # for this transaction alone: a pool in between may give the session to others
            for name, value in _settings(policy).items():
                connection.execute("SELECT set_config(%s, %s, true)", [name, value])
            yield connection
    finally:
        connection.close()


def _settings(policy: HttpPolicy) -> dict[str, str]:
    return {
        "statement_timeout": str(int(policy.read_s * 1000)),  # milliseconds, of each part
        "timezone": "UTC",
        "datestyle": "ISO",
        "extra_float_digits": "1",
        "cursor_tuple_fraction": "1",  # all rows are wanted, not the first ones soon
    }


def _connected(where: Place, query: Query, policy: HttpPolicy, clock: Clock) -> psycopg.Connection:
    """Opened at the addresses that were vetted: the name is not resolved a second time."""
    addresses = AllowList(policy.allow).resolve(where.host, where.port)
    try:
        return psycopg.connect(
            make_conninfo("", **_encryption(query)),
            host=",".join([where.host] * len(addresses)),
            hostaddr=",".join(addresses),
            port=where.port,
            dbname=where.database,
            user=where.user,
            password=where.password,
            connect_timeout=max(1, int(clock.limit(policy.connect_s))),
            application_name="gouvernail",
            client_encoding="UTF8",
            gssencmode="disable",
            passfile=NO_FILE,  # no other secret than the source's own
        )
    except errors.ConnectionTimeout as error:
        raise SourceTimeoutError(_told(error, where)) from error
    except psycopg.Error as error:
        asked = error.pgconn is not None and (
            error.pgconn.used_password or error.pgconn.needs_password
        )
        raise (AccessRefusedError if asked else UnreachableError)(_told(error, where)) from error


def _encryption(query: Query) -> dict[str, str]:
    """A password is never given in clear to a server that need not show who it is."""
    mode = query.option("sslmode") or "require"
    if mode not in ENCRYPTION:
        raise WrongShapeError(f"sslmode {mode}: {', '.join(ENCRYPTION)}")
    if mode.startswith("verify"):
        return {"sslmode": mode, "sslrootcert": "system"}
    return {"sslmode": mode, "require_auth": "!password"}


@contextmanager
def _ended_on_time(connection: psycopg.Connection, clock: Clock) -> Iterator[None]:
    """A server that falls silent is left at the end of the time allowed: its own time limit is of
    no help then. Raises DeadlineError."""
    late = threading.Event()
    with socket.socket(fileno=os.dup(connection.fileno())) as line:

        def cut() -> None:
            late.set()
            line.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(clock.left(), cut)
        timer.start()
        try:
            yield
        except psycopg.Error as error:
            if late.is_set():
                raise DeadlineError("the fetch took longer than allowed") from error
            raise
        finally:
            timer.cancel()
            timer.join()


@contextmanager
def _translated(where: Place) -> Iterator[None]:
    """Failures of the database, in the connectors' own words."""
    try:
        yield
    except psycopg.Error as error:
        kind = next((told for kind, told in FAULTS if isinstance(error, kind)), WrongShapeError)
        raise kind(_told(error, where)) from error


def _told(error: psycopg.Error, where: Place) -> str:
    """The database's own words, without what the secret holds."""
    text = f"{where.host}:{where.port}/{where.database}: {' '.join(str(error).split())}"
    for word in (where.password, f'"{where.user}"'):
        text = text.replace(word, "…") if word else text
    return text
