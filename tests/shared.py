"""Real public data and published cases, beside the checkout; they are never copied into it."""

import os
from pathlib import Path

import pytest

from ops.paths import ROOT

DATA = ROOT.parent / "shared" / "data"


def needs(*parts: str) -> pytest.MarkDecorator:
    """Skip where the file is absent; in CI it must be there, and its absence fails the test."""
    path = DATA.joinpath(*parts)
    absent = not path.exists() and not os.environ.get("CI")
    return pytest.mark.skipif(absent, reason=f"shared/data/{'/'.join(parts)} is absent")


def case(name: str) -> Path:
    """The folder of a published case: `case.json` and its data."""
    return ROOT.parent / "shared" / "cases" / name


def needs_case(name: str) -> pytest.MarkDecorator:
    absent = not case(name).exists() and not os.environ.get("CI")
    return pytest.mark.skipif(absent, reason=f"shared/cases/{name} is absent")
