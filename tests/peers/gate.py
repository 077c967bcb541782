"""A door before any server of the loopback interface: bytes pass both ways, until it is held."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.workers import wait_until

PIECE = 1024


class Gate:
    """`connections`: how many were made to the server. Held, it lets some bytes of answers pass and
    keeps back what follows, so that the source falls silent in the middle of an answer."""

    def __init__(self, port: int) -> None:
        self._behind = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.connections = 0
        self._open = threading.Event()
        self._open.set()
        self._left, self._waiting = 0, threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def hold(self, after: int) -> None:
        """Once `after` bytes of answers have passed."""
        self._left = after
        self._waiting.clear()
        self._open.clear()

    def let_go(self) -> None:
        self._open.set()

    def wait_until_it_holds(self) -> None:
        wait_until(self._waiting.is_set)

    def close(self) -> None:
        self.let_go()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._join, args=(client,), daemon=True).start()

    def _join(self, client: socket.socket) -> None:
        """Both ways, until either end is closed."""
        with client, socket.create_connection(("127.0.0.1", self._behind)) as server:
            asking = threading.Thread(target=self._pass, args=(client, server), daemon=True)
            asking.start()
            self._pass(server, client, is_answer=True)
            asking.join()

    def _pass(
        self, source: socket.socket, target: socket.socket, *, is_answer: bool = False
    ) -> None:
        with suppress(OSError):
            while piece := source.recv(PIECE):
                if is_answer and not self._open.is_set():
                    self._keep_back(len(piece))
                target.sendall(piece)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _keep_back(self, size: int) -> None:
        if self._left >= size:
            self._left -= size
            return
        self._left = 0
        self._waiting.set()
        self._open.wait()


@contextmanager
def before(port: int) -> Iterator[Gate]:
    gate = Gate(port)
    try:
        yield gate
    finally:
        gate.close()
