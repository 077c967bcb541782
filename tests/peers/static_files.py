"""A real static HTTP server, that of Python: Last-Modified, If-Modified-Since, 304."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ops.platform import free_port, wait_for
from tests.platforms import Children


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of the files of `folder`, served by a process of their own."""
    port, group = free_port(), Children(folder.parent / f"run-{folder.name}")
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1",
               "--directory", str(folder)]  # fmt: skip
    try:
        group.start("static-files", command, env=os.environ, cwd=folder)
        wait_for(f"http://127.0.0.1:{port}/", patience_s=30)
        yield f"http://127.0.0.1:{port}"
    finally:
        group.stop()
