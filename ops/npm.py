"""Packages of npm, for the tests alone: installed once for this checkout from their lock file."""

import hashlib
import shutil
import subprocess
from pathlib import Path

from ops import machine
from ops.paths import ROOT, TOOLS, OpsError

PROVIDER = ROOT / "tests" / "provider"  # a real OpenID provider
PROVIDER_HOME = TOOLS / "provider"
OPENDATASOFT = ROOT / "tests" / "peers" / "opendatasoft_client"  # the vendor's own client
OPENDATASOFT_HOME = TOOLS / "opendatasoft-client"
PACKAGES = ("nodejs", "npm")
FILES = ("package.json", "package-lock.json")


def ensure(source: Path, home: Path) -> Path:
    """Install what `source` locks into `home`, once. Raises OpsError if it cannot."""
    wanted = hashlib.sha256((source / "package-lock.json").read_bytes()).hexdigest()
    stamp = home / ".installed"
    if stamp.exists() and stamp.read_text() == wanted:
        return home
    if not all(shutil.which(name) for name in ("node", "npm")):
        machine.ensure_packages(PACKAGES)
    home.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copy(source / name, home / name)
    print(f"Installing {source.name} (npm, hash-locked)", flush=True)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"]
    if subprocess.run(command, check=False, cwd=home).returncode != 0:
        raise OpsError(f"{source}/package-lock.json could not be installed: npm says why above.")
    stamp.write_text(wanted)
    return home
