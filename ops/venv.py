"""The virtual environments: made from `python3`, filled from hash-locked files by uv."""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

from ops.paths import ROOT, TOOLS, VENV, OpsError

BOOTSTRAP = ROOT / "requirements-bootstrap.txt"
RUN = ROOT / "requirements.txt"
DEV = ROOT / "requirements-dev.txt"
PLATFORM = ROOT / "requirements-platform.txt"
PLATFORM_VENV = TOOLS / "platform-venv"
MOTO = ROOT / "requirements-moto.txt"
MOTO_VENV = TOOLS / "moto-venv"
CKAN = ROOT / "requirements-ckan.txt"
CKAN_VENV = TOOLS / "ckan-venv"
MITMPROXY = ROOT / "requirements-mitmproxy.txt"
MITMPROXY_VENV = TOOLS / "mitmproxy-venv"
SENSORTHINGS = ROOT / "requirements-sensorthings.txt"
SENSORTHINGS_VENV = TOOLS / "sensorthings-venv"


def ensure(lock: Path, venv: Path = VENV) -> Path:
    """Install a lock file into a virtual environment, once; returns its Python.

    The development lock holds all of the runtime lock: once it is installed, the runtime
    needs nothing more.
    """
    stamp = venv / ".installed"
    wanted = _digest(lock)
    done = stamp.read_text().split() if stamp.exists() and _ours(venv) else []
    python = venv / "bin" / "python"
    if wanted in done or (lock == RUN and _digest(DEV) in done):
        return python
    _create(venv)
    print(f"Installing {lock.name} (hash-locked)", flush=True)
    sync = [str(_uv()), "pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode"]
    _run([*sync, "--python", str(python), str(lock)], f"{lock.name} could not be installed")
    stamp.write_text(wanted + "\n")
    return python


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _ours(venv: Path) -> bool:
    """False where an upgrade of the system gave `python3` another version: the packages in the
    environment are then those of a Python that is gone."""
    about = venv / "pyvenv.cfg"
    version = rf"^version(_info)? = {sys.version_info[0]}\.{sys.version_info[1]}\."
    return about.exists() and bool(re.search(version, about.read_text(), flags=re.MULTILINE))


def _create(venv: Path) -> None:
    if (venv / "bin" / "python").exists() and _ours(venv):
        return
    venv.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "venv", "--clear", str(venv)]
    _run(command, "the virtual environment could not be made")


def _uv() -> Path:
    """Uv itself lives in a folder of its own, so that it never removes itself."""
    home = TOOLS / "uv"
    uv = home / "bin" / "uv"
    stamp = home / ".installed"
    if uv.exists() and stamp.exists() and stamp.read_text() == _digest(BOOTSTRAP):
        return uv
    _create(home)
    pip = [str(home / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
    _run([*pip, "--require-hashes", "-r", str(BOOTSTRAP)], "uv could not be installed")
    stamp.write_text(_digest(BOOTSTRAP))
    return uv


def _run(command: list[str], problem: str) -> None:
    if subprocess.run(command, check=False).returncode != 0:
        raise OpsError(f"{problem}: the command above says why. ({' '.join(command[:4])} …)")
