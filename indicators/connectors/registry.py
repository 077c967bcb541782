"""Protocol name → connector. A protocol is a folder of this package with a `connect` function, and
an ABOUT that says what it is."""

import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType

import indicators.connectors as folder
from indicators.connectors.base import About, Connector, HttpPolicy, Query, UnknownProtocolError
from indicators.connectors.http import HttpClient


def protocols() -> list[str]:
    """Names of the protocols that can be read, in alphabetical order."""
    return sorted(m.name for m in pkgutil.iter_modules(folder.__path__) if m.ispkg)


@contextmanager
def opened(protocol: str, query: Query, policy: HttpPolicy) -> Iterator[Connector]:
    """The connector of a protocol, with its own client. Raises UnknownProtocolError."""
    module = _module(protocol)
    with HttpClient(policy) as http:
        connector: Connector = module.connect(query, http)
        yield connector


def about(protocol: str) -> About:
    """What people are told of a protocol. Raises UnknownProtocolError."""
    found: About = _module(protocol).ABOUT
    return found


def _module(protocol: str) -> ModuleType:
    if protocol not in protocols():
        raise UnknownProtocolError(protocol)
    return import_module(f"{folder.__name__}.{protocol}")
