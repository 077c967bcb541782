"""Counts the texts that have no French: none may be left (`make lint`)."""

import subprocess
import sys
import tempfile
from pathlib import Path

from ops.paths import ROOT

CATALOGUE = Path("locale/fr/LC_MESSAGES/django.po")
SOURCES = ("config", "portfolio", "indicators", "publicsite", "reports")


def missing(catalogue: Path) -> str:
    """What msgfmt says of a catalogue, if it is not complete; else an empty text."""
    with tempfile.NamedTemporaryFile() as output:
        command = ["msgfmt", "--check-format", "--statistics", "-o", output.name, str(catalogue)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
    summary = done.stderr.strip()
    incomplete = done.returncode != 0 or "untranslated" in summary or "fuzzy" in summary
    return summary if incomplete else ""


def uncollected() -> list[str]:
    """Texts of the code that the catalogue does not know: `make messages` was forgotten."""
    known = _identifiers((ROOT / CATALOGUE).read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        fresh = _collect(Path(folder))
    return sorted(_identifiers(fresh) - known)


def _collect(folder: Path) -> str:
    """The catalogue that `makemessages` would write, without touching ours."""
    for name in (*SOURCES, "manage.py"):
        (folder / name).symlink_to(ROOT / name)
    (folder / "locale").mkdir()
    command = [
        sys.executable, "-m", "django", "makemessages", "-l", "fr", "--no-location", "--no-wrap",
        "--symlinks",
    ]  # fmt: skip
    subprocess.run(command, check=True, cwd=folder, capture_output=True)
    return (folder / "locale/fr/LC_MESSAGES/django.po").read_text(encoding="utf-8")


def _identifiers(catalogue: str) -> set[str]:
    """The msgid of every entry, plain concatenation of its quoted lines."""
    found, current, reading = set(), "", False
    for line in [*catalogue.splitlines(), ""]:
        if line.startswith("msgid "):
            current, reading = line[6:].strip('"'), True
        elif reading and line.startswith('"'):
            current += line.strip('"')
        elif reading:
            found.add(current)
            reading = False
    return found


def main() -> int:
    problems = []
    if summary := missing(ROOT / CATALOGUE):
        problems.append(f"{CATALOGUE}: {summary}")
    if left := uncollected():
        problems.append(f"not in {CATALOGUE} (run `make messages`): {'; '.join(left[:10])}")
    for problem in problems:
        print(problem)
    print("translations: complete" if not problems else "translations: incomplete")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
