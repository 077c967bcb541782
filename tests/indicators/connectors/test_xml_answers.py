import pytest

from indicators.connectors.base import Answer, NotXmlError, TruncatedError
from indicators.connectors.xml_answers import local_name, xml_root


def answer(body: bytes) -> Answer:
    return Answer("http://source", "text/xml", body)


def test_the_outermost_element_is_given_and_each_other_is_visited_as_it_ends():
    seen = []

    def visit(element, depth):
        seen.append((local_name(element), depth, element.text))
        return depth > 1

    root = xml_root(answer(b'<a xmlns="urn:x"><b><c>1</c></b><b/></a>'), visit)
    assert local_name(root) == "a"
    assert seen == [("c", 3, "1"), ("b", 2, None), ("b", 2, None), ("a", 1, None)]
    assert [len(child) for child in root] == [0, 0]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", NotXmlError),
        (b"msLoadMap(): Unable to access file.", NotXmlError),
        (b"<html><body>gone</body></html>", NotXmlError),
        (b"<!DOCTYPE html><html><br></html>", NotXmlError),
        (b"<HTML>\n<HEAD><TITLE>MapServer Message</TITLE></HEAD>", NotXmlError),
        (b'{"type": "FeatureCollection"}', NotXmlError),
        (b"<?xml version='1.0'?><a><b>half", TruncatedError),
    ],
)
def test_what_is_no_xml_is_named(body, error):
    with pytest.raises(error):
        xml_root(answer(body))


def test_entities_are_refused():
    bomb = (
        b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c SYSTEM "file:///etc/hostname">]><a>&b;&c;</a>'
    )
    with pytest.raises(NotXmlError, match="document type"):
        xml_root(answer(bomb))
