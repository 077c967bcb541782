"""What `make demo` needs besides data: migrations, translations, static files. All in one process,
each step skipped where there is nothing to do."""

import hashlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def migrate() -> bool:
    """Apply the migrations that are missing; True if there were any."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        call_command("migrate", verbosity=0, interactive=False)
    return bool(plan)


def compile_translations() -> list[Path]:
    """Compile the catalogues that are newer than what was compiled from them.

    `compilemessages` would also walk through .venv and var.
    """
    found = [path for folder in settings.LOCALE_PATHS for path in Path(folder).rglob("*.po")]
    stale = [path for path in found if _older(path.with_suffix(".mo"), path)]
    for path in stale:
        command = ["msgfmt", "--check-format", "-o", str(path.with_suffix(".mo")), str(path)]
        subprocess.run(command, check=True)
    return stale


def collect_static() -> bool:
    """Collect the static files unless neither they nor the installed packages changed."""
    root = Path(settings.STATIC_ROOT)
    stamp = root.with_name(f"{root.name}.stamp")
    wanted = _static_digest()
    if root.is_dir() and stamp.exists() and stamp.read_text() == wanted:
        return False
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(wanted)
    return True


def _older(target: Path, source: Path) -> bool:
    return not target.exists() or target.stat().st_mtime < source.stat().st_mtime


def _static_digest() -> str:
    """Installed packages by their locked list, our own files by name, size and time."""
    digest = hashlib.sha256((settings.BASE_DIR / "requirements.txt").read_bytes())
    for path in sorted(_own_static_files()):
        state = path.stat()
        digest.update(f"{path} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _own_static_files() -> Iterator[Path]:
    base = Path(settings.BASE_DIR)
    own = [Path(config.path) for config in apps.get_app_configs()]
    folders = [path / "static" for path in own if path.parent == base]
    for folder in [*folders, *map(Path, settings.STATICFILES_DIRS)]:
        yield from (path for path in folder.rglob("*") if path.is_file())
