"""Loaded by each Python of a worker of the tests: notes every address that its sockets reach for.

An audit hook sees the call before it is made, from whatever library, and cannot be taken off.
"""

import os
import sys
from pathlib import Path


def note(event: str, arguments: tuple) -> None:
    if event not in {"socket.connect", "socket.sendto"} or not isinstance(arguments[1], tuple):
        return  # sockets of the machine itself have a path
    with Path(os.environ["SOCKETS_NOTED"]).open("a") as file:
        file.write(f"{arguments[1][0]} {arguments[1][1]}\n")


if "SOCKETS_NOTED" in os.environ:
    sys.addaudithook(note)
