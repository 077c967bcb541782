"""Protocol name → connector. A protocol is a folder of this package with a `connect` function."""

import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import indicators.connectors as folder
from indicators.connectors.base import Connector, HttpPolicy, Query, UnknownProtocolError
from indicators.connectors.http import HttpClient


def protocols() -> list[str]:
    """Names of the protocols that can be read, in alphabetical order."""
    return sorted(m.name for m in pkgutil.iter_modules(folder.__path__) if m.ispkg)


@contextmanager
def opened(protocol: str, query: Query, policy: HttpPolicy) -> Iterator[Connector]:
    """The connector of a protocol, with its own client. Raises UnknownProtocolError."""
    if protocol not in protocols():
        raise UnknownProtocolError(protocol)
    module = import_module(f"{folder.__name__}.{protocol}")
    with HttpClient(policy) as http:
        connector: Connector = module.connect(query, http)
        yield connector
