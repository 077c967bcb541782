"""Packages of npm are installed once per lock file, and a failure is said."""

import subprocess
from types import SimpleNamespace

import pytest

from ops import npm
from ops.paths import OpsError


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    folder.mkdir()
    for name in npm.FILES:
        (folder / name).write_text("{}")
    return folder


def installing(monkeypatch, code: int) -> list[list[str]]:
    run: list[list[str]] = []
    monkeypatch.setattr(npm.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(
        subprocess, "run", lambda words, **_: run.append(words) or SimpleNamespace(returncode=code)
    )
    return run


def test_a_lock_file_is_installed_once_and_again_when_it_changes(monkeypatch, source, tmp_path):
    run, home = installing(monkeypatch, 0), tmp_path / "home"
    npm.ensure(source, home)
    npm.ensure(source, home)
    assert len(run) == 1
    assert "--ignore-scripts" in run[0]
    (source / "package-lock.json").write_text('{"new": true}')
    npm.ensure(source, home)
    assert len(run) == 2
    assert (home / "package-lock.json").read_text() == '{"new": true}'


def test_what_could_not_be_installed_is_said_and_tried_again(monkeypatch, source, tmp_path):
    run = installing(monkeypatch, 1)
    for _attempt in range(2):
        with pytest.raises(OpsError, match="package-lock"):
            npm.ensure(source, tmp_path / "home")
    assert len(run) == 2


def test_node_is_installed_only_where_there_is_none(monkeypatch, source, tmp_path):
    installing(monkeypatch, 0)
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(npm.machine, "ensure_packages", asked.append)
    npm.ensure(source, tmp_path / "one")
    monkeypatch.setattr(npm.shutil, "which", lambda name: None)
    npm.ensure(source, tmp_path / "two")
    assert asked == [npm.PACKAGES]


@pytest.mark.parametrize("source", [npm.PROVIDER, npm.OPENDATASOFT], ids=lambda path: path.name)
def test_every_package_is_locked_with_its_digest(source):
    import json

    packages = json.loads((source / "package-lock.json").read_text())["packages"]
    assert all(entry.get("integrity") for name, entry in packages.items() if name)
