"""What is missing on the machine is named, with the line to type."""

import socket

import pytest

from ops import machine
from ops.demo import Demo
from ops.paths import OpsError


def test_a_package_that_is_not_installed_is_missing():
    assert machine.missing(["dpkg", "no-such-package-gv"]) == ["no-such-package-gv"]


def test_without_sudo_the_exact_line_is_shown(monkeypatch):
    monkeypatch.setattr(machine, "running_as_root", lambda: False)
    monkeypatch.setattr(machine.shutil, "which", lambda name: None if name == "sudo" else "/bin/x")

    with pytest.raises(OpsError, match="apt-get install no-such-package-gv"):
        machine.ensure_packages(["no-such-package-gv"])


def test_the_way_out_is_named_too(monkeypatch):
    assert "DATABASE_URL" in machine.advice(["postgresql-15"])


def test_a_taken_port_names_another_one(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))

        with pytest.raises(OpsError, match=f"PORT={port + 1}"):
            Demo().refuse_taken_ports()
