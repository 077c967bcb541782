"""Headers and policies that hold from the first day."""

import os
import subprocess
import sys

import pytest
from django.test import Client

from ops.lint import PRODUCTION
from ops.paths import ROOT


@pytest.fixture
def public_policy(client: Client, db) -> str:
    return client.get("/pilotage/connexion/").headers["Content-Security-Policy"]


def test_no_inline_script_is_allowed_to_the_public(public_policy: str):
    assert "'unsafe-inline'" not in public_policy
    assert "'unsafe-eval'" not in public_policy
    assert "default-src 'none'" in public_policy
    assert "base-uri 'none'" in public_policy


def test_the_editors_have_a_policy_of_their_own_without_nonce(client: Client, db):
    policy = client.get("/cms/login/").headers["Content-Security-Policy"]

    assert "script-src 'self' 'unsafe-inline'" in policy
    assert "nonce-" not in policy


def test_a_page_cannot_escape_its_policy_by_its_address(client: Client, db):
    policy = client.get("/pilotage/connexion/?next=/cms/").headers["Content-Security-Policy"]

    assert "'unsafe-inline'" not in policy


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "strict-origin-when-cross-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("X-Frame-Options", "DENY"),
    ],
)
def test_every_answer_carries_the_security_headers(client: Client, db, header: str, value: str):
    assert client.get("/pilotage/connexion/").headers[header] == value


def test_production_settings_pass_the_deployment_checks():
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    environment = {k: v for k, v in os.environ.items() if k != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment | PRODUCTION, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


def test_without_a_secret_key_nothing_starts(tmp_path):
    environment = {k: v for k, v in os.environ.items() if k != "SECRET_KEY"}
    command = [sys.executable, "manage.py", "check"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment | {"VAR_DIR": str(tmp_path)}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip

    assert done.returncode != 0
    assert "SECRET_KEY" in done.stderr
