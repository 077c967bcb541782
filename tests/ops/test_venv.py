"""An environment is made once, and again when the system's Python has changed."""

import sys
from pathlib import Path

import pytest

from ops import venv

HERE = "{}.{}".format(*sys.version_info)


@pytest.fixture
def commands(monkeypatch, tmp_path: Path) -> list[list[str]]:
    """The commands that would run; uv is there already."""
    found: list[list[str]] = []
    monkeypatch.setattr(venv, "_run", lambda command, problem: found.append(command))
    monkeypatch.setattr(venv, "_uv", lambda: Path("uv"))
    return found


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "requirements.txt"
    path.write_text("django==5.2\n")
    return path


def make(folder: Path, about: str) -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").touch()
    (folder / "pyvenv.cfg").write_text(f"home = /usr/bin\n{about}\n")
    return folder


@pytest.mark.parametrize("about", [f"version = {HERE}.2", f"version_info = {HERE}.2"])
def test_what_is_installed_is_left_alone(commands, lock, tmp_path, about):
    folder = make(tmp_path / "venv", about)
    venv.ensure(lock, folder)
    assert len(commands) == 1  # the packages; the environment was there
    assert venv.ensure(lock, folder) == folder / "bin" / "python"
    assert len(commands) == 1


def test_a_new_lock_is_installed(commands, lock, tmp_path):
    folder = make(tmp_path / "venv", f"version = {HERE}.2")
    venv.ensure(lock, folder)
    lock.write_text("django==6.0\n")
    venv.ensure(lock, folder)
    assert len(commands) == 2


def test_an_environment_of_a_python_that_is_gone_is_made_again(commands, lock, tmp_path):
    folder = make(tmp_path / "venv", f"version = {HERE}.2")
    venv.ensure(lock, folder)
    (folder / "pyvenv.cfg").write_text("version = 3.1.4\n")
    commands.clear()
    venv.ensure(lock, folder)
    assert commands[0][1:] == ["-m", "venv", "--clear", str(folder)]
    assert "sync" in commands[1]
