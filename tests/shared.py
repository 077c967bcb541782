"""Real public data and published cases, beside the checkout; they are never copied into it."""

import os

import pytest

from ops.paths import ROOT

DATA = ROOT.parent / "shared" / "data"


def needs(*parts: str) -> pytest.MarkDecorator:
    """Skip where the file is absent; in CI it must be there, and its absence fails the test."""
    path = DATA.joinpath(*parts)
    absent = not path.exists() and not os.environ.get("CI")
    return pytest.mark.skipif(absent, reason=f"shared/data/{'/'.join(parts)} is absent")
