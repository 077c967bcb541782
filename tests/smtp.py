"""A mail server of our own: it keeps what it is given, and can be told to do something at a step."""

import socketserver
import threading
from collections.abc import Callable


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._say("220 ready")
        while line := self.rfile.readline():
            verb = line.split(maxsplit=1)[0].upper() if line.split() else b""
            self.server.owner.steps.get(verb.decode(), lambda: None)()
            if verb == b"DATA":
                self._say("354 go on")
                self.server.owner.mails.append(self._message())
                self.server.owner.steps.get("ACCEPTED", lambda: None)()
            self._say("250 ok" if verb != b"QUIT" else "221 bye")
            if verb == b"QUIT":
                return

    def _message(self) -> str:
        lines = []
        while (line := self.rfile.readline()) and line != b".\r\n":
            lines.append(line.decode())
        return "".join(lines)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class MailServer:
    """`steps` names what is done when a verb is received, or once a mail is ACCEPTED."""

    def __init__(self) -> None:
        self.mails: list[str] = []
        self.steps: dict[str, Callable[[], None]] = {}
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Session)
        self._server.daemon_threads = True
        self._server.owner = self
        self.url = f"smtp://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "MailServer":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *about: object) -> None:
        self._server.shutdown()
        self._server.server_close()
