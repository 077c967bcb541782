"""The house in order: sizes, names, vendored files, folders, promises of the documents."""

import ast
import hashlib
import json
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ["config", "portfolio", "indicators", "publicsite", "reports", "ops"]


@cache
def tracked(*patterns: str) -> list[Path]:
    """Files that git tracks, or would: what a clone gets."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / line for line in listing.splitlines() if (ROOT / line).is_file()]


def modules() -> list[Path]:
    return [p for p in tracked("*.py") if "migrations" not in p.parts]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_no_module_is_over_400_lines():
    sizes = {named(p): len(p.read_text().splitlines()) for p in modules()}

    assert {name: size for name, size in sizes.items() if size > 400} == {}


def test_no_function_of_the_source_is_over_40_lines():
    long = []
    for path in modules():
        if path.parts[len(ROOT.parts)] not in APPS:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > 40:
                    long.append(f"{named(path)}:{node.name} {length}")
    assert long == []


def test_no_template_is_over_150_lines():
    sizes = {named(p): len(p.read_text().splitlines()) for p in tracked("*.html")}

    assert {name: size for name, size in sizes.items() if size > 150} == {}


def test_no_module_has_a_name_that_says_nothing():
    nothing = {"utils", "helpers", "common", "misc", "tools"}

    assert [named(p) for p in modules() if {p.stem, *p.parent.parts} & nothing] == []


def test_every_migration_is_named():
    names = [p.stem for p in tracked("*/migrations/0*.py")]

    assert names
    assert [name for name in names if "auto" in name] == []


def test_every_package_of_the_source_has_an_init_file():
    folders = {p.parent for p in modules() if p.parts[len(ROOT.parts)] in APPS}

    assert [named(f) for f in folders if not (f / "__init__.py").exists()] == []


def test_vendored_files_are_those_of_the_lock():
    record = json.loads((ROOT / "static/vendor/VENDOR.json").read_text())
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for package, entry in record.items():
        assert entry["version"] == lock[f"node_modules/{package}"]["version"], package
        assert entry["licence"]
        for name, digest in entry.items():
            if "/" in name:
                assert hashlib.sha256((ROOT / name).read_bytes()).hexdigest() == digest, name


def test_nothing_is_vendored_without_a_record():
    record = json.loads((ROOT / "static/vendor/VENDOR.json").read_text())
    known = {name for entry in record.values() for name in entry if "/" in name}
    present = {named(p) for p in tracked("static/vendor", "tests/vendor")}

    assert present - known == {"static/vendor/VENDOR.json"}


def test_every_requirement_says_why():
    for path in ROOT.glob("requirements*.in"):
        for line in path.read_text().splitlines():
            if line and not line.startswith(("#", "-")):
                assert "# " in line, f"{path.name}: {line}"


@pytest.mark.parametrize("lock", sorted(ROOT.glob("requirements*.txt")), ids=lambda p: p.name)
def test_every_locked_package_has_a_hash(lock: Path):
    text = lock.read_text()
    pins = re.findall(r"^[a-zA-Z0-9._-]+(?:\[[^]]*])?==", text, flags=re.MULTILINE)

    assert pins
    assert len(re.findall(r"^[a-zA-Z0-9].*==.*\\$", text, flags=re.MULTILINE)) == len(pins)
    assert "--index-url" not in text


def test_no_page_asks_another_host_for_a_file():
    outside = re.compile(r"""(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?//(?!127\.0\.0\.1)""")
    found = []
    for path in tracked("*.html", "*.css"):
        if "vendor" in path.parts:
            continue
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            if outside.search(line) and "<a " not in line:
                found.append(f"{named(path)}:{number}")
    assert found == []


def test_no_template_has_an_inline_script_or_style():
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*json)|<style(?![^>]*nonce)|\bstyle=|\bon\w+="
    )
    found = []
    for path in tracked("*.html"):
        if "reports" in path.parts:  # paper has no script to protect against
            continue
        lines = enumerate(path.read_text().splitlines(), start=1)
        found += [f"{named(path)}:{number}" for number, line in lines if inline.search(line)]
    assert found == []


def test_commands_that_the_interfaces_promise_exist():
    commands = {p.stem for p in tracked("*/management/commands/*.py")}

    assert {"seed_demo", "import_projects", "apply_sources", "pull", "report"} <= commands


def test_links_of_the_documents_lead_somewhere():
    links = [
        (path, link)
        for path in tracked("*.md")
        for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text())
        if "://" not in link
    ]

    assert [f"{named(p)} → {link}" for p, link in links if not (p.parent / link).exists()] == []


def test_no_document_names_a_folder_of_one_machine():
    private = re.compile(r"/(?:work|root)/")
    found = [named(p) for p in tracked("*.md", "*.py", "*.yml", "*.toml", "Makefile")
             if p != Path(__file__) and private.search(p.read_text())]  # fmt: skip

    assert found == []
