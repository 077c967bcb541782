"""A real OpenID provider on loopback, and the ways somebody could cheat between it and us."""

import base64
import json
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import httpx
from django.core.cache import cache

from ops.npm import PROVIDER, PROVIDER_HOME
from portfolio.sign_in.provider import provider

SECRET = "un-secret-entre-eux-deux-assez-long"
PEOPLE = {
    "lina": {"email": "lina.perrin@exemple.fr", "given_name": "Lina", "usual_name": "Perrin"},
    "omar": {"email": "omar@ailleurs.fr", "given_name": "Omar", "usual_name": "Haddad"},
    "faux": {"email": "lina.perrin@exemple.fr", "email_verified": False},
}


@dataclass(frozen=True)
class Identities:
    """`issuer` is where the provider listens; `site` is where it leads back to."""

    issuer: str
    site: str


@contextmanager
def identities(site: str, **environment: str) -> Iterator[Identities]:
    """The provider, for as long as the block lasts. `PROVIDER_ACR`, `PROVIDER_PLAIN` and
    `PROVIDER_ACCOUNT` change what it says."""
    port = _free_port()
    process = subprocess.Popen(
        ["node", str(PROVIDER / "provider.mjs")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=os.environ
        | {
            "PROVIDER_HOME": str(PROVIDER_HOME),
            "PROVIDER_PORT": str(port),
            "PROVIDER_SITE": site,
            "PROVIDER_PEOPLE": json.dumps(PEOPLE),
            "NODE_ENV": "test",
        }
        | environment,
    )
    try:
        issuer = f"http://127.0.0.1:{port}"
        _wait(issuer, process)
        yield Identities(issuer, site)
    finally:
        process.terminate()
        process.communicate(timeout=10)


def use(settings, found: Identities, **options: object) -> None:
    """This installation trusts that provider."""
    cache.clear()
    settings.OIDC_ISSUER = found.issuer
    settings.OIDC_RP_CLIENT_ID = "gouvernail"
    settings.OIDC_RP_CLIENT_SECRET = SECRET
    for name, value in options.items():
        setattr(settings, name, value)


def go_to_provider(address: str, *, who: str, until: str) -> str:
    """Follow the provider's own pages as a browser does, up to the address that leads back."""
    address += f"&login_hint={who}"
    with httpx.Client() as browser:
        for _step in range(8):
            answer = browser.get(address)
            assert answer.status_code in {302, 303}, answer.text
            address = str(httpx.URL(address).join(answer.headers["location"]))
            if address.startswith(until):
                return address
    raise AssertionError(f"the provider does not lead back: {address}")


@contextmanager
def changed_userinfo(change) -> Iterator[None]:
    """Somebody between us and the provider, who changes what it says about people."""
    real = provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = {"Authorization": self.headers["Authorization"]}
            kind, body = change(httpx.get(real.userinfo, headers=headers).text)
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    changed = replace(real, userinfo=f"http://127.0.0.1:{server.server_port}/me")
    cache.set(f"oidc-provider:{real.issuer}", changed)
    try:
        yield
    finally:
        cache.set(f"oidc-provider:{real.issuer}", real)
        server.shutdown()
        server.server_close()


def another_address(token: str) -> tuple[str, str]:
    """The signed claims with another mail address, the signature left as it was."""
    head, claims, signature = token.split(".")
    told = json.loads(base64.urlsafe_b64decode(claims + "=="))
    told["email"] = "directrice@exemple.fr"
    forged = base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()
    return "application/jwt", f"{head}.{forged}.{signature}"


def unsigned(token: str) -> tuple[str, str]:
    """The same claims as plain JSON."""
    claims = token.split(".")[1]
    return "application/json", base64.urlsafe_b64decode(claims + "==").decode()


def declared_unsigned(token: str) -> tuple[str, str]:
    """The same claims in a token that says it needs no signature (`alg: none`)."""
    head = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    return "application/jwt", f"{head}.{token.split('.')[1]}."


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(issuer: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, process.stderr.read().decode()
        try:
            httpx.get(f"{issuer}/.well-known/openid-configuration").raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"{urlsplit(issuer).netloc} does not answer")
