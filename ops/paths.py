"""Where things live on disk."""

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()  # servers, files, logs
TOOLS = ROOT / "var"  # what is installed once for this checkout
VENV = ROOT / ".venv"
SOCKET_PATH_LIMIT = 90  # the kernel allows 107 bytes, PostgreSQL adds its own file name
SERVER_USER = "postgres"  # PostgreSQL refuses to run as root
MINIMUM_FREE_BYTES = 1_000_000_000


class OpsError(Exception):
    """Something on the machine is wrong; the message says what to do."""


def running_as_root() -> bool:
    return os.geteuid() == 0


def server_folder(name: str, *, entered_by_server_user: bool = True) -> Path:
    """The folder of a private server: under `var/`, or elsewhere if that cannot work.

    Elsewhere means: the path is too long for a socket, or root runs this from a folder
    that the server's own user may not enter.
    """
    folder = VAR / name
    enterable = not entered_by_server_user or _reachable(folder)
    if len(str(folder)) <= SOCKET_PATH_LIMIT - 20 and enterable:
        return folder
    digest = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    base = Path("/var/lib") if running_as_root() else Path(tempfile.gettempdir())
    return base / f"gouvernail-{digest}"


def _reachable(folder: Path) -> bool:
    if not running_as_root() or not _server_user_exists():
        return True
    existing = next(parent for parent in [folder, *folder.parents] if parent.exists())
    command = ["runuser", "-u", SERVER_USER, "--", "test", "-x", str(existing)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def _server_user_exists() -> bool:
    try:
        pwd.getpwnam(SERVER_USER)
    except KeyError:
        return False
    return True


def make_private(folder: Path) -> None:
    """Create a 0700 folder that the servers' user owns. Raises OpsError on a full disk."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise OpsError(f"{folder} cannot be created: {error.strerror}.") from error
    if running_as_root() and _server_user_exists():
        shutil.chown(folder, SERVER_USER, SERVER_USER)


def require_free_space(folder: Path, needed: int = MINIMUM_FREE_BYTES) -> None:
    """Raise OpsError if the disk that holds `folder` has less than `needed` bytes left."""
    existing = next(parent for parent in [folder, *folder.parents] if parent.exists())
    free = shutil.disk_usage(existing).free
    if free < needed:
        raise OpsError(
            f"The disk is nearly full: {free // 1_000_000} MB free under {existing}, "
            f"{needed // 1_000_000} MB needed. Free some space, then run the command again."
        )
