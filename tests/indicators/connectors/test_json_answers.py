import pytest

from indicators.connectors import json_answers
from indicators.connectors.base import Answer, TooBigError
from indicators.connectors.json_answers import json_lines, json_said


def test_lines_are_read_from_a_file_as_well(tmp_path):
    path = tmp_path / "answer"
    path.write_bytes(b'{"a": 1}\n{"a": null}\n')
    assert list(json_lines(Answer("http://source", "", path))) == [{"a": 1}, {"a": None}]


def test_a_line_without_end_is_not_taken_into_memory(monkeypatch):
    monkeypatch.setattr(json_answers, "LONGEST_LINE", 20)
    lines = json_lines(Answer("http://source", "", b'{"a": 1}\n{"a": "' + b"x" * 100))
    assert next(lines) == {"a": 1}
    with pytest.raises(TooBigError):
        next(lines)


@pytest.mark.parametrize("body", [b"", b"oops", b"[1]", b"\xff", b'{"a": '])
def test_a_refusal_that_says_nothing_is_no_fault(body):
    assert json_said(body) == {}
