"""Every code that is stored has its sentence."""

import pkgutil
import re
from importlib import import_module
from pathlib import Path

from indicators import connectors, reasons
from indicators.connectors.base import SourceError

ROOT = Path(__file__).resolve().parent.parent.parent


def descendants(kind: type) -> set[type]:
    return {kind} | {grown for child in kind.__subclasses__() for grown in descendants(child)}


def test_every_error_of_a_source_has_a_sentence():
    for module in pkgutil.walk_packages(connectors.__path__, "indicators.connectors."):
        import_module(module.name)  # so that its errors are known
    codes = {kind.code for kind in descendants(SourceError)} - {"SOURCE"}
    assert codes <= reasons.RUN_REASONS.keys()


def test_every_reason_of_an_unknown_status_has_a_sentence():
    rules = (ROOT / "indicators/analysis/progress.py").read_text(encoding="utf-8")
    codes = set(re.findall(r'nknown\("([A-Z_]+)"', rules))
    assert len(codes) > 5
    assert codes <= reasons.STATUS_REASONS.keys()


def test_a_code_without_a_sentence_shows_itself_rather_than_nothing():
    for reason in (reasons.run_reason, reasons.row_reason, reasons.status_reason,
                   reasons.absence_reason):  # fmt: skip
        assert reason("NEW_CODE") == "NEW_CODE"
