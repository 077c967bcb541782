"""`make lint`: the lint gate. Every check runs; the command fails if one does."""

import os
import subprocess
import sys
from pathlib import Path

from ops import machine, venv
from ops.paths import ROOT, VENV, OpsError

BIN = VENV / "bin"
PRODUCTION = {
    "SECRET_KEY": "lint-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "DEBUG": "false",
    "SECURE_TRANSPORT": "true",
    "ALLOWED_HOSTS": "gouvernail.example",
    "DATABASE_URL": "postgis://nobody@127.0.0.1/none",
    "BROKER_URL": "redis://127.0.0.1/0",
    "CACHE_URL": "redis://127.0.0.1/1",
    "BASE_URL": "https://gouvernail.example",
    "LOG_LEVEL": "ERROR",
}
PACKAGES = ["config", "portfolio", "indicators", "publicsite", "reports", "ops"]


def checks() -> list[list[str]]:
    """Every command of the gate, in the order of the cheapest first."""
    templates = [str(p.relative_to(ROOT)) for a in PACKAGES for p in (ROOT / a).rglob("*.html")]
    python = str(BIN / "python")
    return [
        [str(BIN / "ruff"), "check", "."],
        [str(BIN / "ruff"), "format", "--check", "."],
        [str(BIN / "lint-imports"), "--no-cache"],
        [str(BIN / "djhtml"), "--check", "--tabwidth", "2", *templates],
        [str(BIN / "djlint"), "--lint", "--quiet", *PACKAGES],
        [python, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        [python, "manage.py", "makemigrations", "--check", "--dry-run"],
        [python, "-m", "ops.translations"],
        [str(BIN / "mypy"), *PACKAGES],
    ]


def main() -> int:
    try:
        machine.ensure_packages(machine.RUN_PACKAGES)
        venv.ensure(venv.DEV)
    except OpsError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    failed = [command for command in checks() if not _passes(command)]
    for command in failed:
        print(f"FAILED: {_name(command)}", file=sys.stderr)
    print(f"lint: {len(checks()) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


def _passes(command: list[str]) -> bool:
    print(f"— {_name(command)}", flush=True)
    return (
        subprocess.run(command, check=False, cwd=ROOT, env=os.environ | PRODUCTION).returncode == 0
    )


def _name(command: list[str]) -> str:
    return " ".join([Path(command[0]).name, *command[1:4]])


if __name__ == "__main__":
    sys.exit(main())
