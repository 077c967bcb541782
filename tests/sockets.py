"""What sockets reach for, in this process and in the workers of a test."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

Address = tuple[str, int]
_listeners: list[list[Address]] = []


def _note(event: str, arguments: tuple) -> None:
    if _listeners and event in {"socket.connect", "socket.sendto"}:
        address = arguments[1]
        if isinstance(address, tuple):  # sockets of the machine itself have a path
            for found in _listeners:
                found.append((address[0], address[1]))


sys.addaudithook(_note)


@contextmanager
def noted() -> Iterator[list[Address]]:
    """Addresses that this process connects to, as long as the block runs."""
    found: list[Address] = []
    _listeners.append(found)
    try:
        yield found
    finally:
        _listeners.remove(found)


def of_file(path: Path) -> list[Address]:
    """Addresses that the workers noted (`tests/recorder`)."""
    if not path.exists():
        return []
    pairs = (line.rpartition(" ") for line in path.read_text().splitlines())
    return [(host, int(port)) for host, _, port in pairs]
