"""Real public data and published cases, beside the checkout; they are never copied into it."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from ops.paths import ROOT

DATA = ROOT.parent / "shared" / "data"
CASES = ROOT.parent / "shared" / "cases"


def needs(*parts: str) -> pytest.MarkDecorator:
    """Skip where the file is absent; in CI it must be there, and its absence fails the test."""
    path = DATA.joinpath(*parts)
    absent = not path.exists() and not os.environ.get("CI")
    return pytest.mark.skipif(absent, reason=f"shared/data/{'/'.join(parts)} is absent")


def needs_case(name: str) -> pytest.MarkDecorator:
    """Skip where the published case is absent, by the same rule."""
    absent = not (CASES / name / "case.json").exists() and not os.environ.get("CI")
    return pytest.mark.skipif(absent, reason=f"shared/cases/{name} is absent")


def case(name: str) -> tuple[dict[str, Any], Path]:
    """What a case holds and expects, and its folder."""
    folder = CASES / name
    return json.loads((folder / "case.json").read_text()), folder
