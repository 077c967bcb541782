"""Throwaway clusters in folders that the server's own user can enter."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.postgres import Cluster


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder whose path is short enough for a socket and open to the server's user."""
    base = Path(tempfile.mkdtemp(prefix="gv-"))
    base.chmod(0o755)
    yield base
    shutil.rmtree(base, ignore_errors=True)


@pytest.fixture
def cluster(short_folder: Path) -> Iterator[Cluster]:
    cluster = Cluster(short_folder / "pg", throwaway=True)
    yield cluster
    if cluster.data.exists():
        cluster.stop()
