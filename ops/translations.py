"""Counts the texts that have no French: none may be left (`make lint`)."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from ops.paths import ROOT, VENV

CATALOGUE = Path("locale/fr/LC_MESSAGES/django.po")
SOURCES = ("config", "portfolio", "indicators", "publicsite", "reports")


def missing(catalogue: Path) -> str:
    """What msgfmt says of a catalogue, if it is not complete; else an empty text."""
    with tempfile.NamedTemporaryFile() as output:
        command = ["msgfmt", "--check-format", "--statistics", "-o", output.name, str(catalogue)]
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, env=os.environ | {"LC_ALL": "C"}
        )
    summary = done.stderr.strip()
    incomplete = done.returncode != 0 or "untranslated" in summary or "fuzzy" in summary
    return summary if incomplete else ""


def compile_catalogue() -> None:
    """What pages in French are made of; only where the texts are newer."""
    source, target = ROOT / CATALOGUE, (ROOT / CATALOGUE).with_suffix(".mo")
    if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
        subprocess.run(["msgfmt", "-o", str(target), str(source)], check=True)


def uncollected() -> list[tuple[str, str]]:
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
        str(VENV / "bin" / "python"), "-m", "django", "makemessages", "-l", "fr", "--no-location",
        "--no-wrap", "--symlinks",
    ]  # fmt: skip
    bare = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(command, check=True, cwd=folder, capture_output=True, env=bare)
    return (folder / "locale/fr/LC_MESSAGES/django.po").read_text(encoding="utf-8")


def _identifiers(catalogue: str) -> set[tuple[str, str]]:
    """The (context, text) of every entry; a text over several lines is joined."""
    found: set[tuple[str, str]] = set()
    for block in catalogue.split("\n\n"):
        texts = {"msgctxt": "", "msgid": ""}
        key = ""
        for line in block.splitlines():
            word, _, rest = line.partition(" ")
            if word.startswith("msg"):
                key = word
                texts[key] = rest.strip('"')
            elif line.startswith('"'):
                texts[key] += line.strip('"')
        found.add((texts["msgctxt"], texts["msgid"]))
    return found


def main() -> int:
    problems = []
    if summary := missing(ROOT / CATALOGUE):
        problems.append(f"{CATALOGUE}: {summary}")
    if left := uncollected():
        problems.append(f"not in {CATALOGUE} (run `make messages`): {left[:10]}")
    for problem in problems:
        print(problem)
    print("translations: complete" if not problems else "translations: incomplete")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
