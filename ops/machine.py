"""Debian packages: what is missing is installed, or the exact line to type is shown."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

from ops.paths import OpsError, running_as_root

RUN_PACKAGES = (
    "postgresql",
    "postgresql-postgis",  # the PostGIS of whichever release Debian or Ubuntu has
    "redis-server",
    "libpango-1.0-0",
    "libpangoft2-1.0-0",
    "libharfbuzz-subset0",
    "fonts-dejavu-core",
    "python3-venv",
    "gettext",
)
TEST_PACKAGES = (
    "chromium",
    "poppler-utils",
    "qpdf",
    "cgi-mapserver",
    "lighttpd",
    "file",  # brings the libmagic that CKAN needs
)
APT = ["apt-get", "install", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"]


def missing(packages: Sequence[str]) -> list[str]:
    """The packages that dpkg does not list as installed."""
    if shutil.which("dpkg-query") is None:
        return []  # not Debian: the servers' own start says what it misses
    command = ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *packages]
    listing = subprocess.run(command, check=False, capture_output=True, text=True).stdout
    installed = {line.split()[0] for line in listing.splitlines() if line.endswith(" installed")}
    return [package for package in packages if package not in installed]


def ensure_packages(packages: Sequence[str]) -> None:
    """Install the missing packages. Raises OpsError with the line to type if it cannot."""
    wanted = missing(packages)
    if not wanted:
        return
    print(f"Installing system packages: {' '.join(wanted)}", flush=True)
    prefix = _privilege(wanted)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    update = [*prefix, "apt-get", "update", "-q", "-o", "DPkg::Lock::Timeout=300"]
    subprocess.run(update, check=False, env=environment, stdout=sys.stderr)
    done = subprocess.run([*prefix, *APT, *wanted], check=False, env=environment, stdout=sys.stderr)
    if done.returncode != 0:
        raise OpsError(f"apt could not install the packages. {advice(wanted)}")


def _privilege(wanted: Sequence[str]) -> list[str]:
    if running_as_root():
        return []
    if shutil.which("sudo") is None:
        raise OpsError(f"System packages are missing and sudo is not here. {advice(wanted)}")
    if subprocess.run(["sudo", "-v"], check=False).returncode != 0:
        raise OpsError(f"System packages are missing and sudo refused. {advice(wanted)}")
    return ["sudo"]


def advice(wanted: Sequence[str]) -> str:
    """The line an administrator types, and the way out for those who have servers already."""
    return (
        f"Ask an administrator to run:\n    apt-get install {' '.join(wanted)}\n"
        "or use existing servers: set DATABASE_URL (PostgreSQL with PostGIS) and BROKER_URL "
        "(Redis) in .env."
    )
